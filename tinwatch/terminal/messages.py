"""Messages of the command line in the user's language: gettext without the locale argument.

The language is that of TINWATCH_LANGUAGE, else of LC_ALL, LC_MESSAGES or LANG, whichever is set
first; English if it is not one of storage.messages.LOCALES. JSON output is always English.
"""

from __future__ import annotations

import os
from typing import Any

from storage import messages
from storage.messages import event_lines
from storage.models import ArticleStatus
from storage.reasons import Reason
from storage.timezone import day_first

VARIABLES = ("TINWATCH_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


class UsageError(ValueError):
    """The command was called wrongly; the message is in the user's language."""


def terminal_locale() -> str:
    """Return the locale of the environment, en or vi."""
    value = next(filter(None, map(os.environ.get, VARIABLES)), "")
    name = value.replace("-", "_").split("_")[0].split(".")[0].lower()
    return name if name in messages.LOCALES else "en"


def gettext(message: str, /, **params: object) -> str:
    """Return the translated message with its {names} filled in."""
    return messages.gettext(message, terminal_locale()).format(**params)


def ngettext(singular: str, plural: str, number: int, /, **params: object) -> str:
    """Return the translated message for `number` things; {number} is filled in."""
    text = messages.ngettext(singular, plural, number, terminal_locale())
    return text.format(number=number, **params)


def styled(style: str, text: str) -> str:
    """Return text with Rich markup. (Babel does not extract messages within f-strings.)"""
    return f"[{style}]{text}[/]"


def label(family: str, code: object) -> str:
    """Return the label of a code; in English the code itself, as in options and JSON output."""
    locale = terminal_locale()
    return str(code) if locale == "en" else messages.label(family, code, locale)


def status_mark(status: str) -> str:
    """Return the status of an article to print behind its title; nothing for a live one."""
    return "" if status == ArticleStatus.LIVE else f" [red]{label('article_status', status)}[/]"


def article_day(day: str, source: str) -> str:
    """Return the day of an article, and that it is not printed if `source` is first_seen."""
    seen = gettext("first seen")
    return f"{day_first(day)} [dim]({seen})[/]" if source == "first_seen" else day_first(day)


def reason_text(reason: Reason | dict[str, Any] | str | None) -> str:
    """Return a reason as a sentence, or an empty string for None."""
    return event_lines.reason_text(reason, terminal_locale()).text if reason else ""


def event_text(kind: str, detail: dict[str, Any], summary: str) -> str:
    """Return an event as one line; in English the summary stored with it."""
    return event_lines.event_text(kind, detail, summary, terminal_locale())


def row_reason(row: dict[str, Any], name: str = "reason") -> str:
    """Return the reason in JSON data as a sentence: NAME_code and NAME_params, else NAME."""
    code = row.get(f"{name}_code")
    if code is None:
        return reason_text(row.get(name))
    return reason_text({"code": code, "params": row[f"{name}_params"]})


def row_event(row: dict[str, Any]) -> str:
    """Return an event of JSON data as one line."""
    detail = row
    if "reason_code" in row:
        detail = row | {"reason": {"code": row["reason_code"], "params": row["reason_params"]}}
    return event_text(row["kind"], detail, row["summary"])
