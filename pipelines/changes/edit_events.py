"""The `edited` event of a change: its line of text and its keys (docs/events.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipelines.changes import reverts
from pipelines.changes.classify import Change, change
from storage.articles import repository as articles
from storage.db.connection import Database

Event = tuple[str, dict[str, Any]]  # summary and detail
FEWEST = 4  # revisions of an article whose texts took turns: A, B, A again, B again


def of_newest(
    db: Database, article: int, found: Change, before: int, observed: datetime
) -> Event | None:
    """The event of the change that made the newest revision; None where it is folded."""
    how = reverts.telling(db, article, observed)
    number = articles.article_by_id(db, article).revision
    return _event(found, before, number, how) if how else None


def overdue(
    db: Database, known: articles.Known, newest: articles.Revision, observed: datetime
) -> Event | None:
    """The event of a text that took turns with another one and stayed; None in all other cases."""
    late = reverts.overdue(db, known.id, observed) if known.revision >= FEWEST else None
    if late is None:
        return None
    number, how = late
    told = articles.revisions(db, known.id)[number - 1]
    found = change(told.record, newest.record)
    return _event(found, number, newest.number, how) if found else None


def _event(found: Change, start: int, end: int, how: reverts.Telling) -> Event:
    between = {"from_revision": start, "to_revision": end}
    return how.sentence(found.summary), {**found.as_detail(), **between, **how.as_detail()}
