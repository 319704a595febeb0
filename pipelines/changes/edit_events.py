"""The `edited` event of a change: its line of text and its keys (docs/events.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipelines.changes import reverts
from pipelines.changes.classify import Edit, edit_between
from storage.articles import repository as articles
from storage.articles import revisions as article_revisions
from storage.db.connection import Database

Event = tuple[str, dict[str, Any]]  # summary and detail
MIN_REVISIONS_OF_REVERTS = (
    4  # revisions of an article whose texts took turns: A, B, A again, B again
)


def newest_edit_event(
    db: Database, article: int, found: Edit, before: int, observed: datetime
) -> Event | None:
    """The event of the change that made the newest revision; None where it is folded."""
    how = reverts.report_of_newest_edit(db, article, observed)
    number = articles.article_by_id(db, article).revision
    return _event(found, before, number, how) if how else None


def overdue_event(
    db: Database, known: articles.StoredArticle, newest: article_revisions.Revision, observed: datetime
) -> Event | None:
    """The event of a text that took turns with another one and stayed; None in all other cases."""
    late = (
        reverts.overdue_edit(db, known.id, observed)
        if known.revision >= MIN_REVISIONS_OF_REVERTS
        else None
    )
    if late is None:
        return None
    number, how = late
    told = article_revisions.revisions(db, known.id)[number - 1]
    found = edit_between(told.record, newest.record)
    return _event(found, number, newest.number, how) if found else None


def _event(found: Edit, start: int, end: int, how: reverts.EditReport) -> Event:
    between = {"from_revision": start, "to_revision": end}
    return how.sentence(found.summary), {**found.as_detail(), **between, **how.as_detail()}
