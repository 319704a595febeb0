"""What happened to an article: its revisions, its events and the checks that did not find it."""

from __future__ import annotations

from typing import Any

from storage.archive.writer import capture_place
from storage.articles.repository import Revision, revisions
from storage.checks.problems import Check, article_checks
from storage.db.connection import Database
from storage.events.ledger import Event, events
from storage.messages import describe


def moments(db: Database, article: int, kept: list[Revision]) -> list[Revision | Event | Check]:
    """Revisions, events and counted misses, oldest first. `kept`: the article's revisions."""
    found: list[Revision | Event | Check] = [
        *kept,
        *events(db, article=article),
        *article_checks(db, article),
    ]
    return sorted(found, key=lambda one: one.observed_at)


def history(db: Database, article: int) -> list[dict[str, Any]]:
    """The same in words: {at, what, detail ...} each."""
    return [_line(db, one) for one in moments(db, article, revisions(db, article))]


def _line(db: Database, one: Revision | Event | Check) -> dict[str, Any]:
    match one:
        case Revision():
            return _revision_line(db, one)
        case Event():
            detail = f"{one.summary} (event {one.id})"
            return {"at": one.observed_at, "what": one.kind, "detail": detail}
        case Check():
            return {"at": one.observed_at, "what": "missed", "detail": describe(one.reason)}


def _revision_line(db: Database, revision: Revision) -> dict[str, Any]:
    """A revision with the place of the capture that proves it, as a citation needs it."""
    place = capture_place(db, revision.capture) if revision.capture else {}
    said = f"read by {revision.reader}"
    if revision.cause == "reader":
        said += "; our rules changed"
    if place:
        said += f"; {place['warc']} at {place['warc_offset']}, sha256 {place['sha256'][:16]}…"
    what = f"revision {revision.number}"
    return {"at": revision.observed_at, "what": what, "detail": said, **place}
