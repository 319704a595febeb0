"""The difference of two revisions of an article: side by side, or inline."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pipelines.changes.classify import edit_of_diffs
from pipelines.changes.diff import diff as compare
from storage.articles.revisions import revisions
from storage.events.paging import newest_edit_to, titled_events
from storage.events.reviews import newest_reviews
from tinwatch.reports.diff_page import folded_groups
from tinwatch.web.components.parameters import ArticleId, NewerRevision, OlderRevision
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.pages.article import chosen_pair, stored_article
from tinwatch.web.rendering import render

router = APIRouter(include_in_schema=False)


@router.get("/articles/{article}/diff")
def diff(
    request: Request,
    db: ReadDatabase,
    article: ArticleId,
    older: OlderRevision = None,
    newer: NewerRevision = None,
    view: Literal["sides", "inline"] = "sides",
) -> Response:
    stored = stored_article(db, article)
    all_revisions = revisions(db, stored.id)
    old, new = chosen_pair(all_revisions, older, newer)
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
        fields=[(each.field, folded_groups(each)) for each in fields],
        edit=edit_of_diffs(fields) if fields else None,
        events=events,
        reviews=newest_reviews(db, [titled.event.id for titled in events]),
    )
