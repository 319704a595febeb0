"""The pages in docs/vi show the same commands, files, names and addresses as the English ones.

The commands of the English pages are run (test_docs_commands.py).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.doc_pages import FENCE, ROOT, VIETNAMESE, named

LOCALES = ROOT / "storage" / "messages" / "locales" / "vi" / "LC_MESSAGES"
MESSAGES = re.compile(r"^\| (?:message|thông báo) \|.*?\n\n", re.M | re.S)  # a translated table


@cache
def catalogue() -> list[tuple[str, str]]:
    """Every message of the program: English, Vietnamese."""
    found = []
    for file in sorted(LOCALES.glob("*.po")):
        with file.open("rb") as stream:
            for message in read_po(stream, locale="vi"):
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                strings = message.string
                vietnamese = strings[0] if isinstance(strings, tuple | list) else strings
                found += [(english, vietnamese) for english in ids if english]
    return found


def english_of(page: Path) -> Path:
    return ROOT / "docs" / page.name


@pytest.mark.parametrize("page", VIETNAMESE, ids=lambda page: page.stem)
def test_both_languages_show_the_same(page: Path) -> None:
    vietnamese = page.read_text("utf-8")
    english = english_of(page).read_text("utf-8")
    assert FENCE.findall(vietnamese) == FENCE.findall(english)
    without_code = [FENCE.sub("", MESSAGES.sub("", text)) for text in (english, vietnamese)]
    assert named(without_code[1]) == named(without_code[0])
    ranks = [re.findall(r"^#+(?= )", text, re.M) for text in without_code]
    assert ranks[1] == ranks[0]
    rows = [re.findall(r"^\|", text, re.M) for text in (english, vietnamese)]
    assert rows[1] == rows[0]
    assert f"[English](../{page.name})" in vietnamese
    assert f"[Tiếng Việt](vi/{page.name})" in english


def test_messages_shown_are_those_of_the_program() -> None:
    table = MESSAGES.search((ROOT / "docs" / "add-a-site.md").read_text("utf-8"))
    translated = MESSAGES.search((ROOT / "docs" / "vi" / "add-a-site.md").read_text("utf-8"))
    assert table is not None
    assert translated is not None
    shown, shown_translated = (
        re.findall(r"^\| `([^`]+)`", found[0], re.M) for found in (table, translated)
    )
    assert len(shown) == len(shown_translated) == 6
    for english, vietnamese in zip(shown, shown_translated, strict=True):
        assert any(
            english in message and vietnamese in translation for message, translation in catalogue()
        ), (english, vietnamese)


def test_buttons_in_quotes_are_those_of_the_dashboard() -> None:
    text = (ROOT / "docs" / "vi" / "dashboard.md").read_text("utf-8")
    buttons = re.findall(r'"([^"\n?]{3,40})"', FENCE.sub("", text))
    translations = {translation.rstrip(":") for _, translation in catalogue()}
    quoted = {button for button in buttons if button[0].isupper()}
    assert len(quoted) >= 6
    assert quoted <= translations
