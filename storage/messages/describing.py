"""The sentence of a reason: one table of codes, filled from the reasons_*.py beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from string import Formatter
from typing import Any

from storage.messages.catalogues import gettext, ngettext
from storage.messages.formats import FORMATS, SEPARATORS
from storage.reasons import LEGACY_TEXT, PluralMessage, Reason, ReasonCode


def describe(reason: Reason, locale: str = "en") -> str:
    """The reason as a sentence without a full stop.

    A code that this version does not know (a newer one stored it) is shown with its parameters.
    """
    message = _messages().get(reason.code)
    if message is None:
        params = ", ".join(f"{name}={value}" for name, value in reason.params.items())
        return f"{reason.code} ({params})" if params else str(reason.code)
    if isinstance(message, str):
        pattern = gettext(message, locale)
    else:
        pattern = ngettext(*message, reason.params["number"], locale)
    return _formatter(locale).vformat(pattern, (), reason.params)


class ReasonError(Exception):
    """An error that carries a reason; its text is the English sentence.

    A command may raise it with a sentence in the user's language instead.
    """

    def __init__(self, reason: Reason | str) -> None:
        super().__init__(reason)
        self.reason = Reason(LEGACY_TEXT, text=reason) if isinstance(reason, str) else reason

    def __str__(self) -> str:
        return describe(self.reason)


def reason_fields(reason: Reason | None) -> dict[str, Any]:
    """A reason as keys of JSON output: English sentence, code and parameters, or nulls."""
    if reason is None:
        return {"reason": None, "reason_code": None, "reason_params": None}
    return {
        "reason": describe(reason),
        "reason_code": str(reason.code),
        "reason_params": reason.to_dict()["params"],
    }


def all_codes() -> Iterator[ReasonCode]:
    """Every reason code there is."""
    for module in sorted(m.name for m in iter_modules([str(Path(__file__).parent)])):
        if module.startswith("reasons_"):
            for value in vars(import_module(f"{__package__}.{module}")).values():
                if isinstance(value, type) and issubclass(value, ReasonCode):
                    yield from value


@cache
def _messages() -> dict[str, str | PluralMessage]:
    return {code.value: code.message for code in all_codes()}


@lru_cache
def _formatter(locale: str) -> _MessageFormatter:
    return _MessageFormatter(locale)


class _MessageFormatter(Formatter):
    """str.format() with the formats of FORMATS and SEPARATORS, and reasons as parameters."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in SEPARATORS and isinstance(value, tuple):
            return SEPARATORS[format_spec].join(self.format_field(one, "") for one in value)
        if format_spec in SEPARATORS:
            return str(value)
        if format_spec in FORMATS:
            return FORMATS[format_spec](value, self.locale)
        if isinstance(value, Reason):
            return describe(value, self.locale)
        return str(super().format_field(value, format_spec))
