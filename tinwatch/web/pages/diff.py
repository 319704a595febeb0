"""The difference of two revisions of an article: side by side, or inline."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pipelines.changes.classify import edit_of_diffs
from pipelines.changes.diff import diff as compare
from storage.archive.captures import get_capture
from storage.articles.revisions import revisions
from storage.events.ledger import published_edits
from storage.events.paging import newest_edit_to, titled_events
from storage.events.reviews import newest_reviews
from storage.runs.sites import site_facts
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
    pairs = [(edit.from_revision, edit.to_revision) for edit in published_edits(db, stored.id)]
    order = [each.number for each in all_revisions]
    before, after = neighbours(pairs, new.number, order)
    events = titled_events(db, newest_edit_to(db, stored.id, new.number))
    return render(
        request,
        "diff.html",
        article=stored,
        old=old,
        new=new,
        revisions=all_revisions,
        site_title=site_facts(db, stored.site).title,
        captures={
            side.number: get_capture(db, side.capture) for side in (old, new) if side.capture
        },
        previous_change=before,
        next_change=after,
        changes=len(pairs),
        view=view,
        fields=[(each.field, folded_groups(each)) for each in fields],
        edit=edit_of_diffs(fields) if fields else None,
        events=events,
        reviews=newest_reviews(db, [titled.event.id for titled in events]),
    )


Pair = tuple[int, int]  # numbers of revisions


def neighbours(
    changes: list[Pair], shown: int, order: list[int]
) -> tuple[Pair | None, Pair | None]:
    """Return the changes before and after the one that leads to the revision `shown`.

    `order`: the numbers of all revisions, the oldest first.
    """
    in_time = sorted(changes, key=lambda pair: order.index(pair[1]))
    before = [pair for pair in in_time if order.index(pair[1]) < order.index(shown)]
    after = [pair for pair in in_time if order.index(pair[1]) > order.index(shown)]
    return (before[-1] if before else None, after[0] if after else None)
