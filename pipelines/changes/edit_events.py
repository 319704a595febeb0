"""The `edited` event of an edit: its summary and its keys (docs/events.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipelines.changes import reverts
from pipelines.changes.classify import Edit, edit_between
from storage.articles import repository as articles
from storage.articles import revisions as article_revisions
from storage.db.connection import Database

Event = tuple[str, dict[str, Any]]  # summary and detail
MIN_ALTERNATING_REVISIONS = 4  # two texts that alternate: A, B, A, B


def newest_edit_event(
    db: Database, article: int, edit: Edit, before: int, observed: datetime
) -> Event | None:
    """Return the event of the newest edit, or None if it is suppressed as a repeated revert."""
    report = reverts.report_of_newest_edit(db, article, observed)
    number = articles.article_by_id(db, article).revision
    return _event(edit, before, number, report) if report else None


def overdue_event(
    db: Database,
    article: articles.StoredArticle,
    newest: article_revisions.Revision,
    observed: datetime,
) -> Event | None:
    """Return the event of suppressed reverts that ended on another text, else None."""
    overdue = (
        reverts.overdue_edit(db, article.id, observed)
        if article.revision >= MIN_ALTERNATING_REVISIONS
        else None
    )
    if overdue is None:
        return None
    number, report = overdue
    published = article_revisions.revisions(db, article.id)[number - 1]
    edit = edit_between(published.record, newest.record)
    return _event(edit, number, newest.number, report) if edit else None


def _event(edit: Edit, start: int, end: int, report: reverts.EditReport) -> Event:
    between = {"from_revision": start, "to_revision": end}
    return report.sentence(edit.summary), {**edit.as_detail(), **between, **report.as_detail()}
