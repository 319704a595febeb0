"""The scenario of the demo: the batches and changes of `sample/manifest.toml`."""

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
class SampleBatch:
    """A nightly batch: its time, and the HTML of the share bar at that time."""

    number: int
    at: datetime
    toolbar: str


@dataclass(frozen=True, slots=True)
class SampleChange:
    """A change of one article before a batch; it persists in later batches."""

    batch: int
    kind: Kind
    url: str
    replace: tuple[tuple[str, str], ...] = ()
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Reprint:
    """An article with the body of another site's article, first seen in `batch`."""

    batch: int
    url: str
    of: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a site: `html` is its markup, the other fields are printed in listings."""

    url: str
    title: str
    lead: str
    date: str
    batch: int
    html: str


def batches() -> list[SampleBatch]:
    return [SampleBatch(**row) for row in _manifest()["batch"]]


def changes() -> list[SampleChange]:
    return [_change(row) for row in _manifest()["change"]]


def reprints() -> list[Reprint]:
    return [Reprint(**row) for row in _manifest()["reprint"]]


def expected() -> dict[str, int]:
    """Return the number of events by kind in batches 2 to 4; in batch 1 every article is `new`."""
    return dict(_manifest()["expect"]["events"])


@cache
def _manifest() -> dict[str, Any]:
    return tomllib.loads((SAMPLE / "manifest.toml").read_text("utf-8"))


def _change(row: dict[str, Any]) -> SampleChange:
    pairs = tuple((old, new) for old, new in row.get("replace", []))
    return SampleChange(row["batch"], cast(Kind, row["kind"]), row["url"], pairs, row.get("form"))


def batch_of(number: int) -> SampleBatch:
    """Return the batch with this number. Raise KeyError if the manifest has none."""
    for batch in batches():
        if batch.number == number:
            return batch
    raise KeyError(f"no batch {number} in the sample manifest")


def _until(batch: int) -> list[SampleChange]:
    return sorted((c for c in changes() if c.batch <= batch), key=lambda change: change.batch)


def states(batch: int) -> dict[str, Kind]:
    """Return the last change of each changed URL up to a batch."""
    return {change.url: change.kind for change in _until(batch) if change.kind != "noise"}


def text_in(entry: Entry, batch: int) -> Entry:
    """Return the article after all edits up to a batch."""
    for change in _until(batch):
        if change.url == entry.url and change.kind in ("edited", "noise"):
            entry = _apply(change, entry)
    return entry


def _apply(change: SampleChange, entry: Entry) -> Entry:
    title, lead, html = entry.title, entry.lead, entry.html
    for old, new in change.replace:
        if old not in html:
            raise ValueError(f"manifest: {entry.url} does not contain {old!r}")
        title, lead, html = (text.replace(old, new) for text in (title, lead, html))
    if change.form:
        form = change.form
        title, lead, html = (unicodedata.normalize(form, text) for text in (title, lead, html))
    return replace(entry, title=title, lead=lead, html=html)
