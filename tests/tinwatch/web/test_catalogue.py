"""The Vietnamese catalogue of the dashboard is complete and fits the source."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.pofile import read_po
from jinja2 import Environment

from storage.messages import labels
from storage.messages.catalogues import FOLDER, translations
from tinwatch.web import rendering

ROOT = Path(__file__).resolve().parents[3]
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_noop": None,
    "ngettext_noop": (1, 2),
    "pgettext_noop": ((1, "c"), 2),
}
METHODS = [("**/templates/*.html", "jinja2"), ("**.py", "python")]
ALSO = ("messages/labels.py", "messages/event_lines.py", "events/atom.py", "events/search_atom.py")
NAMES = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def extracted() -> set[tuple[str | None, str]]:
    """Context and text (the singular) of every message of the dashboard."""
    found = {
        (context, message if isinstance(message, str) else message[0])
        for _, _, message, _, context in extract_from_dir(
            ROOT / "tinwatch" / "web", METHODS, keywords=KEYWORDS
        )
    }
    for name in ALSO:
        for _, message, _, context in extract_from_file(
            "python", ROOT / "storage" / name, keywords=KEYWORDS
        ):
            found.add((context, message if isinstance(message, str) else message[0]))
    return found


def catalogue() -> Catalog:
    with (FOLDER / "vi" / "LC_MESSAGES" / "dashboard.po").open("rb") as file:
        return read_po(file, locale="vi")


def forms(message: Message) -> tuple[str, str]:
    """The last form in English and in Vietnamese."""
    english = message.id if isinstance(message.id, str) else message.id[-1]
    vietnamese = message.string if isinstance(message.string, str) else message.string[-1]
    return english, vietnamese


def test_every_message_is_translated_and_no_translation_is_obsolete() -> None:
    translated = {
        (message.context, message.id if isinstance(message.id, str) else message.id[0])
        for message in catalogue()
        if message.id and all(forms(message)) and not message.fuzzy
    }
    assert translated == extracted()
    assert not catalogue().obsolete


def test_both_languages_have_the_same_placeholders() -> None:
    for message in catalogue():
        if message.id:
            english, vietnamese = (set(NAMES.findall(form)) for form in forms(message))
            assert english == vietnamese, message.id


def test_messages_hold_no_markup() -> None:
    """Templates insert them as they are."""
    for message in catalogue():
        for form in forms(message) if message.id else ():
            assert not re.search('[<>&"]', form), message.id


def test_every_label_is_translated() -> None:
    catalogues = translations("vi")
    for family, found in labels.LABELS.items():
        for code, (context, message) in found.items():
            assert labels.label(family, code, "en") == message
            assert catalogues.pgettext(context, f"{message} unheard of").endswith("unheard of")
            assert labels.label(family, code, "vi")
        assert labels.label(family, "unheard_of", "vi") == "unheard_of"


def test_a_template_environment_speaks_its_language() -> None:
    environments = {locale: rendering.environment(locale) for locale in ("en", "vi")}
    assert all(isinstance(one, Environment) for one in environments.values())
    texts = {one.from_string("{{ _('Timeline') }}").render() for one in environments.values()}
    assert len(texts) == 2
