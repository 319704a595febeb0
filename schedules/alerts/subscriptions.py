"""Subscriptions: who hears of what, as a team writes them into HOME/alerts.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from crawlers.registry import get_site
from schedules.alerts.quiet_hours import QuietHours, parse_quiet_hours
from storage.events.filters import EventFilter
from storage.events.ledger import EVENT_KINDS
from storage.home import HomeError
from storage.messages import LOCALES
from storage.provinces.names import resolve_former, resolve_present
from storage.search.parser import parse_query

T = TypeVar("T")
FILE = "alerts.toml"
When = Literal["at once", "digest"]
WHEN: tuple[When, ...] = ("at once", "digest")
ADDRESS = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
KEY_TYPES: dict[str, type[Any]] = {
    "name": str, "to": list, "when": str, "sites": list, "provinces": list,
    "former_provinces": list, "kinds": list, "least_priority": float, "words": str,
    "quiet": str, "page": str, "say_nothing": bool, "language": str,
}  # fmt: skip

TYPE_NAMES: dict[type[Any], str] = {
    str: "text", list: "a list of texts", bool: "true or false", float: "a number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subscription:
    """`to` holds addresses as apprise knows them, or "env:NAME" in place of one.

    page: URL of the home's dashboard, or "". say_nothing: a digest is sent even if there is
    nothing to report. language: of the messages, one of storage.messages.LOCALES.
    """

    name: str
    to: tuple[str, ...]
    choice: EventFilter
    when: When = "at once"
    quiet: QuietHours | None = None
    page: str = ""
    say_nothing: bool = False
    language: str = "en"


class _InvalidKey(ValueError):
    """What is wrong with a key of a subscription."""

    def __init__(self, key: str, said: str) -> None:
        super().__init__(said)
        self.key = key


def read_subscriptions(home: Path) -> list[Subscription]:
    """The subscriptions of a home, in the order of its file; none where there is no file.

    Raises HomeError, which names the line, the subscription and the key, and says what to do.
    """
    file = home / FILE
    if not file.exists():
        return []
    try:
        text = file.read_text(encoding="utf-8")
        stated = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HomeError(f"{file} is no valid TOML: {error}") from error
    tables = stated.pop("subscription", [])
    if stated:
        names = ", ".join(map(repr, stated))
        raise HomeError(f"{file}: {names} stands outside of a subscription: write it under one")
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise HomeError(f"{file}: begin each subscription with [[subscription]], in two brackets")
    found: list[Subscription] = []
    for number, table in enumerate(tables):
        try:
            found.append(_subscription(table, {s.name for s in found}))
        except _InvalidKey as error:
            who = f"subscription {table.get('name', number + 1)!r}"
            line = _line(text, number, error.key)
            raise HomeError(f"{file}, line {line}: {who}: {error.key} {error}") from error
    return found


def get_subscription(subscriptions: list[Subscription], name: str) -> Subscription:
    """Raises KeyError."""
    for one in subscriptions:
        if one.name == name:
            return one
    known = ", ".join(repr(one.name) for one in subscriptions) or f"none yet: write {FILE}"
    raise KeyError(f"no subscription {name!r}; there are: {known}")


def _subscription(table: dict[str, Any], taken: set[str]) -> Subscription:
    for key, value in table.items():
        _check_type(key, value)
    name = table.get("name", "").strip()
    if not name:
        raise _InvalidKey("name", "is missing: give the subscription a name of its own")
    if name in taken:
        raise _InvalidKey("name", "is taken by an earlier one: choose another")
    return Subscription(
        name=name,
        to=_addresses(table.get("to", [])),
        choice=_choice(table),
        when=_when(table.get("when", "at once")),
        quiet=_read("quiet", parse_quiet_hours, table.get("quiet", "")),
        page=_page(table.get("page", "")),
        say_nothing=table.get("say_nothing", False),
        language=_language(table.get("language", "en")),
    )


def _check_type(key: str, value: Any) -> None:
    wanted = KEY_TYPES.get(key)
    if wanted is None:
        raise _InvalidKey(key, f"is no key of a subscription; known are {', '.join(KEY_TYPES)}")
    if wanted is list:
        fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
    elif wanted is float:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = isinstance(value, wanted)
    if not fits:
        shown = "" if key == "to" else f", is {value!r}"  # an address may hold a password
        raise _InvalidKey(key, f"must be {TYPE_NAMES[wanted]}{shown}")


def _addresses(stated: list[str]) -> tuple[str, ...]:
    """The value is not repeated in the message: an address may hold a password."""
    if not stated:
        raise _InvalidKey(
            "to", 'is missing or empty: name an address, such as to = ["env:TEAM_MAIL"]'
        )
    for number, address in enumerate(stated, 1):
        if ADDRESS.fullmatch(address) is None:
            raise _InvalidKey(
                "to",
                f'number {number} is no address: write "mailto://...", "tgram://..." or another '
                'of apprise, or "env:NAME" for one that the environment holds',
            )
    return tuple(stated)


def _choice(table: dict[str, Any]) -> EventFilter:
    for site in table.get("sites", ()):
        _read("sites", get_site, site)
    for kind in table.get("kinds", ()):
        if kind not in EVENT_KINDS:
            raise _InvalidKey("kinds", f"names {kind!r}; there are: {', '.join(EVENT_KINDS)}")
    least = float(table.get("least_priority", 0.0))
    if not 0 <= least <= 1:
        raise _InvalidKey("least_priority", f"must be from 0 to 1, is {least}")
    return EventFilter(
        sites=_some(table, "sites"),
        provinces=_provinces(table),
        kinds=_some(table, "kinds"),
        min_priority=least,
        query=_read("words", parse_query, table["words"]) if "words" in table else None,
    )


def _some(table: dict[str, Any], key: str) -> frozenset[str] | None:
    return frozenset(table[key]) if key in table else None


def _provinces(table: dict[str, Any]) -> frozenset[str] | None:
    """Slugs of the former provinces that are named, or whose territory is in a present one."""
    if "provinces" not in table and "former_provinces" not in table:
        return None
    chosen: set[str] = set()
    for written in table.get("provinces", ()):
        chosen.update(_read("provinces", resolve_present, written).formers)
    for written in table.get("former_provinces", ()):
        chosen.add(_read("former_provinces", resolve_former, written).slug)
    return frozenset(chosen)


def _when(stated: str) -> When:
    for known in WHEN:
        if stated == known:
            return known
    raise _InvalidKey("when", f'must be "at once" or "digest", is {stated!r}')


def _language(stated: str) -> str:
    if stated not in LOCALES:
        known = " or ".join(f'"{locale}"' for locale in LOCALES)
        raise _InvalidKey("language", f"must be {known}, is {stated!r}")
    return stated


def _page(stated: str) -> str:
    if stated and re.fullmatch(r"https?://\S+", stated) is None:
        raise _InvalidKey(
            "page", f'must be a URL such as "https://watch.example.org", is {stated!r}'
        )
    return stated


def _read(key: str, reader: Callable[[str], T], stated: str) -> T:
    try:
        return reader(stated)
    except (KeyError, ValueError) as error:
        message = error.args[0] if error.args else error
        raise _InvalidKey(key, f"is wrong: {message}") from error


def _line(text: str, number: int, key: str) -> int:
    """The line of a key in the subscription of this number, else the one with its header."""
    header, seen, lines = 1, -1, text.splitlines()
    for place, line in enumerate(lines, 1):
        if line.strip().replace(" ", "").startswith("[[subscription]]"):
            seen += 1
            header = place if seen == number else header
        elif seen == number and re.match(rf"\s*{re.escape(key)}\s*=", line):
            return place
    return header
