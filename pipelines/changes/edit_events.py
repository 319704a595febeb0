"""The `edited` event of an edit: its summary and its keys (docs/events.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from pipelines.changes import reverts
from pipelines.changes.classify import Edit, edit_between
from storage.articles import repository as articles
from storage.articles import revisions as article_revisions
from storage.db.connection import Database

MIN_ALTERNATING_REVISIONS = 4  # two texts that alternate: A, B, A, B


class EditEvent(NamedTuple):
    """Summary and detail of an `edited` event."""

    summary: str
    detail: dict[str, Any]


def newest_edit_event(
    db: Database, article: int, edit: Edit, before: int, observed: datetime
) -> EditEvent | None:
    """Return the event of the newest edit, or None if it is suppressed as a repeated revert."""
    report = reverts.report_of_newest_edit(reverts.EditState.load(db, article), observed)
    number = articles.article_by_id(db, article).revision
    return edit_event(edit, before, number, report) if report else None


def overdue_event(
    db: Database,
    article: articles.StoredArticle,
    newest: article_revisions.Revision,
    observed: datetime,
) -> EditEvent | None:
    """Return the event of suppressed reverts that ended on another text, else None."""
    if article.revision < MIN_ALTERNATING_REVISIONS:
        return None
    overdue = reverts.overdue_edit(reverts.EditState.load(db, article.id), observed)
    if overdue is None:
        return None
    number, report = overdue
    by_number = {r.number: r for r in article_revisions.revisions(db, article.id)}
    edit = edit_between(by_number[number].record, newest.record)
    return edit_event(edit, number, newest.number, report) if edit else None


def edit_event(edit: Edit, start: int, end: int, report: reverts.EditReport) -> EditEvent:
    """Return the event of an edit from revision `start` to `end` (numbers)."""
    between = {"from_revision": start, "to_revision": end}
    detail = {**edit.as_detail(), **between, **report.as_detail()}
    return EditEvent(report.sentence(edit.summary), detail)
