"""The pages in docs/vi show messages and buttons of the program in Vietnamese."""

from __future__ import annotations

import re
from functools import cache

from babel.messages.pofile import read_po

from tests.doc_pages import FENCE, MESSAGES, ROOT

LOCALES = ROOT / "storage" / "messages" / "locales" / "vi" / "LC_MESSAGES"


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
