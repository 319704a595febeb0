"""What happens in the sample: the four nights of `sample/manifest.toml` and their changes."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

SAMPLE = Path(__file__).parent / "sample"

Kind = Literal["edited", "gone", "redirected", "restored", "noise"]
Form = Literal["NFC", "NFD"]


@dataclass(frozen=True, slots=True)
class Night:
    """One round of the watch: `at` is when it runs, `toolbar` what the share bars show then."""

    number: int
    at: datetime
    toolbar: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one article before a night; it holds for all later nights too."""

    night: int
    kind: Kind
    url: str
    replace: tuple[tuple[str, str], ...] = ()
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article that carries the body of another site's article, first seen on `night`."""

    night: int
    url: str
    of: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a site: `html` is its own markup, the rest is what listings print of it."""

    url: str
    title: str
    lead: str
    date: str
    night: int
    html: str


def nights() -> list[Night]:
    """The nights in order."""
    return [Night(**row) for row in _manifest()["night"]]


def changes() -> list[Change]:
    """What happens between the nights, in the order of the manifest."""
    return [_change(row) for row in _manifest()["change"]]


def reprints() -> list[Reprint]:
    """Which articles are copies of which."""
    return [Reprint(**row) for row in _manifest()["reprint"]]


def expected() -> dict[str, int]:
    """How many events of each kind nights 2 to 4 must give; night 1 is `new` for every article."""
    return dict(_manifest()["expect"]["events"])


@cache
def _manifest() -> dict[str, Any]:
    return tomllib.loads((SAMPLE / "manifest.toml").read_text("utf-8"))


def _change(row: dict[str, Any]) -> Change:
    pairs = tuple((old, new) for old, new in row.get("replace", []))
    return Change(row["night"], cast(Kind, row["kind"]), row["url"], pairs, row.get("form"))


def night_of(number: int) -> Night:
    """The night of that number; KeyError where the manifest has none."""
    for night in nights():
        if night.number == number:
            return night
    raise KeyError(f"no night {number} in the sample manifest")


def _until(night: int) -> list[Change]:
    return sorted((c for c in changes() if c.night <= night), key=lambda change: change.night)


def states(night: int) -> dict[str, Kind]:
    """The last thing that happened to each changed address until that night."""
    return {change.url: change.kind for change in _until(night) if change.kind != "noise"}


def as_read(entry: Entry, night: int) -> Entry:
    """The article as it reads on that night, after every edit until then."""
    for change in _until(night):
        if change.url == entry.url and change.kind in ("edited", "noise"):
            entry = _apply(change, entry)
    return entry


def _apply(change: Change, entry: Entry) -> Entry:
    title, lead, html = entry.title, entry.lead, entry.html
    for old, new in change.replace:
        if old not in html:
            raise ValueError(f"manifest: {entry.url} does not say {old!r}")
        title, lead, html = (text.replace(old, new) for text in (title, lead, html))
    if change.form:
        form = change.form
        title, lead, html = (unicodedata.normalize(form, text) for text in (title, lead, html))
    return replace(entry, title=title, lead=lead, html=html)
