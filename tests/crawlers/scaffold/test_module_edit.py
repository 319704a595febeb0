"""Editing a site module: a first selector for a field; what else stands there stays."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawlers.registry import all_sites
from crawlers.scaffold.module_edit import add_rules
from crawlers.scaffold.write import WriteError, load_module
from crawlers.spider import SiteSpider
from tests.each import for_each

RULES = {"title": ".tieu-de h1", "lead": "p.sapo-moi", "body": "#noi-dung-moi", "tags": ".the a"}
RUFF = shutil.which("ruff") or str(Path(sys.executable).parent / "ruff")


def source_of(site: type[SiteSpider]) -> str:
    return Path(sys.modules[site.__module__].__file__ or "").read_text("utf-8")


@for_each("site", [site for site in all_sites().values() if not site.generic])
def test_every_module_can_be_edited(site: type[SiteSpider]) -> None:
    before = source_of(site)
    after = add_rules(before, site, RULES)
    loaded = load_module(after, site.name)
    for field, rule in RULES.items():
        assert loaded.select[field] == [rule, *site.select.get(field, [])]
    removed = [line for line in before.splitlines() if line.strip().startswith("#")]
    assert [line for line in removed if line not in after] == []


def test_edited_modules_are_formatted(tmp_path: Path) -> None:
    if not Path(RUFF).exists():
        pytest.skip("ruff is not installed")
    root = Path(__file__).resolve().parents[3]
    for site in all_sites().values():
        if not site.generic:
            text = add_rules(source_of(site), site, RULES)
            (tmp_path / f"{site.name}.py").write_text(text, "utf-8")
    config = ("--config", str(root / "pyproject.toml"))
    done = subprocess.run([RUFF, "format", "--diff", *config, str(tmp_path)],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[:2000]


def test_select_that_is_no_dictionary_is_refused() -> None:
    site = all_sites()["gialai"]
    text = source_of(site).replace("    absent", "    select = dict(CmsBody.select)\n    absent")
    with pytest.raises(WriteError, match="by hand"):
        add_rules(text, site, RULES)
