"""What changed between two revisions of an article: both sides, or in one text."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pipelines.changes.classify import judged
from pipelines.changes.diff import diff as compare
from storage.articles.repository import revisions
from storage.events.paging import edits_to, titled_events
from storage.events.reviews import newest_reviews
from storage.reasons import gettext_noop
from tinwatch.reports.diff_page import FOLDED, rows
from tinwatch.web.components.parameters import LARGEST, ArticleId
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.pages.article import chosen, known_article
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)
Number = Annotated[int | None, Query(ge=1, le=LARGEST)]


@router.get("/articles/{article}/diff")
def diff(
    request: Request,
    db: ReadDatabase,
    article: ArticleId,
    older: Annotated[int | None, Query(alias="from", ge=1, le=LARGEST)] = None,
    newer: Annotated[int | None, Query(alias="to", ge=1, le=LARGEST)] = None,
    view: Literal["sides", "inline"] = "sides",
) -> Response:
    known = known_article(db, article)
    kept = revisions(db, known.id)
    if len(kept) < 2:
        raise not_found(gettext_noop("This article has only one revision: it was never edited."))
    new = chosen(kept, newer)
    old = chosen(kept, older if older is not None else max(new.number - 1, 1))
    fields = compare(old.record, new.record)
    events = titled_events(db, edits_to(db, known.id, new.number))
    return render(
        request,
        "diff.html",
        known=known,
        old=old,
        new=new,
        numbers=[each.number for each in kept],
        view=view,
        fields=[(each.field, _groups(rows(each))) for each in fields],
        judged=judged(fields) if fields else None,
        events=events,
        reviews=newest_reviews(db, [titled.event.id for titled in events]),
    )


def _groups(found: list[Any]) -> list[tuple[bool, list[Any]]]:
    """Rows in turn: whether so many unchanged ones stand together that they are folded away."""
    grouped = [(same, list(group)) for same, group in groupby(found, lambda row: row.unchanged)]
    return [(same and len(group) >= FOLDED, group) for same, group in grouped]
