"""Subscriptions to alerts, read from HOME/alerts.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from crawlers.article_filter import parse_article_query
from crawlers.registry import get_site
from schedules.alerts.quiet_hours import QuietHours, parse_quiet_hours
from storage.config import SettingsError, read_toml
from storage.events.filters import EventFilter
from storage.events.ledger import EVENT_KINDS
from storage.home import HomeError
from storage.messages import LOCALES, ReasonError
from storage.messages.reasons_home import HomeReason
from storage.messages.reasons_input import InputError, InputReason
from storage.messages.reasons_lookups import NotFound
from storage.provinces.names import resolve_former, resolve_present
from storage.reasons import Reason

T = TypeVar("T")
FILE = "alerts.toml"

ADDRESS = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
KEY_TYPES: dict[str, type[Any]] = {
    "name": str, "to": list, "when": str, "sites": list, "provinces": list,
    "former_provinces": list, "kinds": list, "least_priority": float, "words": str,
    "quiet": str, "page": str, "say_nothing": bool, "language": str,
}  # fmt: skip

TYPE_NAMES: dict[type[Any], HomeReason] = {
    str: HomeReason.TYPE_TEXT, list: HomeReason.TYPE_LIST,
    bool: HomeReason.TYPE_BOOL, float: HomeReason.TYPE_NUMBER,
}  # fmt: skip


class When(StrEnum):
    """When a subscription's messages are sent."""

    AT_ONCE = "at once"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription.

    Attributes:
        to: apprise URLs, or "env:NAME" for a URL in an environment variable
        choice: which events are reported
        page: URL of the home's dashboard, or ""
        say_nothing: send a digest even if there is nothing to report
        language: of the messages, one of storage.messages.LOCALES
    """

    name: str
    to: tuple[str, ...]
    choice: EventFilter
    when: When = When.AT_ONCE
    quiet: QuietHours | None = None
    page: str = ""
    say_nothing: bool = False
    language: str = "en"


class _InvalidKey(ReasonError, ValueError):
    """An invalid key or value of a subscription."""

    def __init__(self, key: str, reason: Reason) -> None:
        super().__init__(reason)
        self.key = key


def read_subscriptions(home: Path) -> list[Subscription]:
    """The subscriptions of a home in the order of its file; empty if there is no file.

    Raises HomeError, which names the line, the subscription, the key and the fix.
    """
    file = home / FILE
    if not file.exists():
        return []
    try:
        text = read_toml(file)
    except SettingsError as error:
        raise HomeError(error.reason) from error
    data = tomllib.loads(text)
    tables = data.pop("subscription", [])
    if data:
        names = [repr(name) for name in data]
        raise HomeError(Reason(HomeReason.OUTSIDE_SUBSCRIPTION, file=str(file), names=names))
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise HomeError(Reason(HomeReason.SUBSCRIPTION_BRACKETS, file=str(file)))
    subscriptions: list[Subscription] = []
    for number, table in enumerate(tables):
        try:
            subscriptions.append(_subscription(table, {s.name for s in subscriptions}))
        except _InvalidKey as error:
            reason = Reason(
                HomeReason.INVALID_SUBSCRIPTION,
                file=str(file),
                line=_line(text, number, error.key),
                name=table.get("name", number + 1),
                key=error.key,
                problem=error.reason,
            )
            raise HomeError(reason) from error
    return subscriptions


def get_subscription(subscriptions: list[Subscription], name: str) -> Subscription:
    """Return the subscription of this name. Raises KeyError."""
    for one in subscriptions:
        if one.name == name:
            return one
    if not subscriptions:
        raise NotFound(Reason(InputReason.NO_SUBSCRIPTIONS, name=name, file=FILE))
    names = [repr(one.name) for one in subscriptions]
    raise NotFound(Reason(InputReason.NO_SUBSCRIPTION, name=name, names=names))


def _subscription(table: dict[str, Any], used_names: set[str]) -> Subscription:
    for key, value in table.items():
        _check_type(key, value)
    name = table.get("name", "").strip()
    if not name:
        raise _InvalidKey("name", Reason(HomeReason.NAME_MISSING))
    if name in used_names:
        raise _InvalidKey("name", Reason(HomeReason.NAME_TAKEN))
    return Subscription(
        name=name,
        to=_addresses(table.get("to", [])),
        choice=_choice(table),
        when=_when(table.get("when", "at once")),
        quiet=_parse("quiet", parse_quiet_hours, table.get("quiet", "")),
        page=_page(table.get("page", "")),
        say_nothing=table.get("say_nothing", False),
        language=_language(table.get("language", "en")),
    )


def _check_type(key: str, value: Any) -> None:
    expected = KEY_TYPES.get(key)
    if expected is None:
        raise _InvalidKey(key, Reason(HomeReason.NO_KEY, names=[*KEY_TYPES]))
    if expected is list:
        valid = isinstance(value, list) and all(isinstance(one, str) for one in value)
    elif expected is float:
        valid = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        valid = isinstance(value, expected)
    if not valid:
        type_name = Reason(TYPE_NAMES[expected])
        if key == "to":  # an address may hold a password
            raise _InvalidKey(key, Reason(HomeReason.KEY_TYPE, type=type_name))
        raise _InvalidKey(key, Reason(HomeReason.KEY_TYPE_IS, type=type_name, value=repr(value)))


def _addresses(addresses: list[str]) -> tuple[str, ...]:
    """Validate the addresses. Errors do not contain an address: it may hold a password."""
    if not addresses:
        raise _InvalidKey("to", Reason(HomeReason.ADDRESS_MISSING))
    for number, address in enumerate(addresses, 1):
        if ADDRESS.fullmatch(address) is None:
            raise _InvalidKey("to", Reason(HomeReason.NO_ADDRESS_FORM, number=number))
    return tuple(addresses)


def _choice(table: dict[str, Any]) -> EventFilter:
    for site in table.get("sites", ()):
        _parse("sites", get_site, site)
    for kind in table.get("kinds", ()):
        if kind not in EVENT_KINDS:
            reason = Reason(HomeReason.KIND_UNKNOWN, kind=kind, kinds=[*map(str, EVENT_KINDS)])
            raise _InvalidKey("kinds", reason)
    least = float(table.get("least_priority", 0.0))
    if not 0 <= least <= 1:
        raise _InvalidKey("least_priority", Reason(HomeReason.PRIORITY_RANGE, value=least))
    return EventFilter(
        sites=_some(table, "sites"),
        provinces=_provinces(table),
        kinds=_some(table, "kinds"),
        min_priority=least,
        query=_parse("words", parse_article_query, table["words"]) if "words" in table else None,
    )


def _some(table: dict[str, Any], key: str) -> frozenset[str] | None:
    return frozenset(table[key]) if key in table else None


def _provinces(table: dict[str, Any]) -> frozenset[str] | None:
    """Slugs of the named former provinces and of those merged into the named present ones."""
    if "provinces" not in table and "former_provinces" not in table:
        return None
    chosen: set[str] = set()
    for name in table.get("provinces", ()):
        chosen.update(_parse("provinces", resolve_present, name).formers)
    for name in table.get("former_provinces", ()):
        chosen.add(_parse("former_provinces", resolve_former, name).slug)
    return frozenset(chosen)


def _when(value: str) -> When:
    try:
        return When(value)
    except ValueError:
        raise _InvalidKey("when", Reason(HomeReason.WHEN_UNKNOWN, value=value)) from None


def _language(value: str) -> str:
    if value not in LOCALES:
        names = [f'"{locale}"' for locale in LOCALES]
        reason = Reason(HomeReason.LANGUAGE_UNKNOWN, languages=names, value=value)
        raise _InvalidKey("language", reason)
    return value


def _page(url: str) -> str:
    if url and re.fullmatch(r"https?://\S+", url) is None:
        raise _InvalidKey("page", Reason(HomeReason.PAGE_NO_URL, value=url))
    return url


def _parse(key: str, parser: Callable[[str], T], value: str) -> T:
    try:
        return parser(value)
    except (NotFound, InputError) as error:
        raise _InvalidKey(key, Reason(HomeReason.KEY_WRONG, reason=error.reason)) from error


def _line(text: str, number: int, key: str) -> int:
    """The line number of a key in a subscription (counted from 0), or of its header."""
    header, current, lines = 1, -1, text.splitlines()
    for line_number, line in enumerate(lines, 1):
        if line.strip().replace(" ", "").startswith("[[subscription]]"):
            current += 1
            header = line_number if current == number else header
        elif current == number and re.match(rf"\s*{re.escape(key)}\s*=", line):
            return line_number
    return header
