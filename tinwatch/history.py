"""What happened to an article: its revisions, its events and the checks that did not find it."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from storage.articles import Revision, revisions
from storage.captures import capture_place
from storage.events import events
from storage.troubles import article_checks


def history(db: Database, article: int) -> list[dict[str, Any]]:
    """Revisions, events and counted misses, oldest first: {at, what, detail ...} each."""
    lines = [_revision_line(db, revision) for revision in revisions(db, article)]
    lines += [
        {"at": e.observed_at, "what": e.kind, "detail": f"{e.summary} (event {e.id})"}
        for e in events(db, article=article)
    ]
    lines += [
        {"at": c.observed_at, "what": "missed", "detail": c.detail}
        for c in article_checks(db, article)
    ]
    return sorted(lines, key=lambda line: str(line["at"]))


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
