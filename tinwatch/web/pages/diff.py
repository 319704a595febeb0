"""The difference of two revisions of an article: side by side, or inline."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pipelines.changes.classify import edit_of_diffs
from pipelines.changes.diff import diff as compare
from storage.articles.revisions import revisions
from storage.events.paging import newest_edit_to, titled_events
from storage.events.reviews import newest_reviews
from storage.reasons import gettext_noop
from tinwatch.reports.diff_page import MIN_FOLDED_PARAGRAPHS, paragraph_rows
from tinwatch.web.components.parameters import MAX_ID, ArticleId
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.pages.article import chosen_revision, stored_article
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/articles/{article}/diff")
def diff(
    request: Request,
    db: ReadDatabase,
    article: ArticleId,
    older: Annotated[int | None, Query(alias="from", ge=1, le=MAX_ID)] = None,
    newer: Annotated[int | None, Query(alias="to", ge=1, le=MAX_ID)] = None,
    view: Literal["sides", "inline"] = "sides",
) -> Response:
    stored = stored_article(db, article)
    all_revisions = revisions(db, stored.id)
    if len(all_revisions) < 2:
        raise not_found(gettext_noop("This article has only one revision: it was never edited."))
    new = chosen_revision(all_revisions, newer)
    old = chosen_revision(all_revisions, older if older is not None else max(new.number - 1, 1))
    fields = compare(old.record, new.record)
    events = titled_events(db, newest_edit_to(db, stored.id, new.number))
    return render(
        request,
        "diff.html",
        article=stored,
        old=old,
        new=new,
        numbers=[each.number for each in all_revisions],
        view=view,
        fields=[(each.field, _groups(paragraph_rows(each))) for each in fields],
        edit=edit_of_diffs(fields) if fields else None,
        events=events,
        reviews=newest_reviews(db, [titled.event.id for titled in events]),
    )


def _groups(rows: list[Any]) -> list[tuple[bool, list[Any]]]:
    """Group consecutive rows; True marks unchanged paragraphs to collapse."""
    grouped = [(same, list(group)) for same, group in groupby(rows, lambda row: row.unchanged)]
    return [(same and len(group) >= MIN_FOLDED_PARAGRAPHS, group) for same, group in grouped]
