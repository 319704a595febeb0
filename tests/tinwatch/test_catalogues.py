"""The Vietnamese catalogues of the dashboard and the command line are complete."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from storage.messages import labels
from storage.messages.catalogues import FOLDER, translations
from tinwatch.commands.lazy_loading import COMMANDS, GROUPS, HELP_WIDTH
from tinwatch.web import rendering

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_noop": None,
    "ngettext_noop": (1, 2),
    "pgettext_noop": ((1, "c"), 2),
}
METHODS = [("**/templates/*.html", "jinja2"), ("**.py", "python")]
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
DASHBOARD_FILES = (
    "storage/messages/labels.py",
    "storage/messages/event_lines.py",
    "storage/events/atom.py",
    "storage/events/search_atom.py",
    "storage/exports/printed_citation.py",
)
MessageKey = tuple[str | None, str]  # context and text (the singular)


def _key(context: str | None, message: object) -> MessageKey:
    return context, message if isinstance(message, str) else message[0]  # type: ignore[index]


def extract_dashboard_messages() -> set[MessageKey]:
    found = {
        _key(context, message)
        for _, _, message, _, context in extract_from_dir(
            ROOT / "tinwatch" / "web", METHODS, keywords=KEYWORDS
        )
    }
    for name in DASHBOARD_FILES:
        for _, message, _, context in extract_from_file("python", ROOT / name, keywords=KEYWORDS):
            found.add(_key(context, message))
    return found


def extract_other_messages() -> set[MessageKey]:
    """Return the messages of the command line, the reports, alerts and jobs."""
    return {
        _key(context, message)
        for package in ("pipelines", "crawlers", "schedules", "tinwatch")
        for name, _, message, _, context in extract_from_dir(
            ROOT / package, [("**.py", "python")], keywords=KEYWORDS
        )
        if not (package == "tinwatch" and name.startswith("web/"))
    }


EXTRACTED = {"dashboard": extract_dashboard_messages, "tinwatch": extract_other_messages}


def read_catalogue(name: str) -> Catalog:
    with (FOLDER / "vi" / "LC_MESSAGES" / f"{name}.po").open("rb") as file:
        return read_po(file, locale="vi")


def last_forms(message: Message) -> tuple[str, str]:
    """Return the last plural form in English and in Vietnamese."""
    english = message.id if isinstance(message.id, str) else message.id[-1]
    vietnamese = message.string if isinstance(message.string, str) else message.string[-1]
    return english, vietnamese


@pytest.mark.parametrize("name", EXTRACTED)
def test_every_message_is_translated_and_no_translation_is_obsolete(name: str) -> None:
    catalogue = read_catalogue(name)
    translated = {
        _key(message.context, message.id)
        for message in catalogue
        if message.id and all(last_forms(message)) and not message.fuzzy
    }
    extracted = EXTRACTED[name]()
    assert sorted(map(str, extracted - translated)) == []
    assert sorted(map(str, translated - extracted)) == []
    assert not catalogue.obsolete


@pytest.mark.parametrize("name", EXTRACTED)
def test_both_languages_have_the_same_placeholders(name: str) -> None:
    for message in read_catalogue(name):
        if message.id:
            english, vietnamese = (set(PLACEHOLDER.findall(f)) for f in last_forms(message))
            assert english == vietnamese, message.id


def test_dashboard_messages_contain_no_markup() -> None:
    """Templates insert them unescaped."""
    for message in read_catalogue("dashboard"):
        for form in last_forms(message) if message.id else ():
            assert not re.search('[<>&"]', form), message.id


def test_no_message_is_within_an_f_string() -> None:
    """Babel does not extract it, and so it would never be translated."""
    found = [
        f"{file}:{call.lineno}"
        for room in ("storage", "schedules", "tinwatch")
        for file in (ROOT / room).rglob("*.py")
        if "gettext(" in (source := file.read_text("utf-8"))
        for text in ast.walk(ast.parse(source))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "").endswith("gettext")
        if isinstance(call.args[0], ast.Constant)
    ]
    assert found == []


def test_every_label_is_translated() -> None:
    catalogues = translations("vi")
    for family, found in labels.LABELS.items():
        for code, (context, message) in found.items():
            assert labels.label(family, code, "en") == message
            assert catalogues.pgettext(context, f"{message} unheard of").endswith("unheard of")
            assert labels.label(family, code, "vi")
        assert labels.label(family, "unheard_of", "vi") == "unheard_of"


def test_one_line_help_fits_its_column_in_vietnamese() -> None:
    catalogues = translations("vi")
    for command in COMMANDS.values():
        assert len(catalogues.gettext(command.help)) <= HELP_WIDTH, command.help
    assert all(catalogues.gettext(title) for title in GROUPS)


def test_template_environments_translate() -> None:
    texts = {
        rendering.environment(locale).from_string("{{ _('Timeline') }}").render()
        for locale in ("en", "vi")
    }
    assert len(texts) == 2
