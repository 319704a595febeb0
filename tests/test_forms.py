"""The issue forms and the pull-request checklist name only what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crawlers.site_config import KINDS, SiteConfig
from tinwatch.commands.lazy_loading import COMMANDS

FOLDER = Path(__file__).resolve().parents[1] / ".github"
FORMS = sorted(path for path in FOLDER.rglob("*") if path.is_file())
ATTRIBUTE = re.compile(r"`(province|kind|verified|successor|retired_domains|sections|select)`")


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_commands_pages_and_attributes_exist(form: Path) -> None:
    text = form.read_text("utf-8")
    assert set(re.findall(r"\btinwatch ([a-z-]+)", text)) <= set(COMMANDS)
    assert all((FOLDER.parent / page).is_file() for page in re.findall(r"docs/[\w-]+\.\w+", text))
    assert set(ATTRIBUTE.findall(text)) <= set(SiteConfig.__annotations__)


def test_the_form_for_a_new_site_offers_every_kind() -> None:
    text = (FOLDER / "ISSUE_TEMPLATE" / "site-missing.yml").read_text("utf-8")
    offered = re.search(r"label: Kind\n\s+options:\n((?:\s+- \w+\n)+)", text)
    assert offered
    assert set(re.findall(r"- (\w+)", offered[1])) == KINDS
