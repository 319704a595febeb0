"""An article: its text, what happened to it, what proves it, what people said of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from storage.archive.writer import article_captures
from storage.articles.repository import Known, Revision, article_by_id, revisions
from storage.db.connection import Database
from storage.events.paging import reviewable_events, titled_events
from storage.events.reviews import article_reviews
from storage.reasons import gettext_noop
from storage.runs.repository import site_facts
from storage.stories.repository import story_of
from tinwatch.web.components.parameters import LARGEST, ArticleId
from tinwatch.web.components.province_label import place
from tinwatch.web.components.timeline import timeline
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.rendering import language, render

router = APIRouter(include_in_schema=False)
NEWEST_LINES = 300  # of a timeline and of captures that are shown
NEWEST_REVIEWABLE = 20  # edits and takedowns with a review form


@router.get("/articles/{article}")
def article(
    request: Request,
    db: ReadDatabase,
    article: ArticleId,
    revision: Annotated[int | None, Query(ge=1, le=LARGEST)] = None,
) -> Response:
    known = known_article(db, article)
    kept = revisions(db, known.id)
    shown = chosen(kept, revision)
    site = site_facts(db, known.site)
    return render(
        request,
        "article.html",
        known=known,
        revision=shown,
        record=shown.record,
        numbers=[each.number for each in kept],
        site_title=site.title,
        place=place(site.province),
        story=story_of(db, known.id),
        timeline=timeline(db, known.id, kept, language(request))[-NEWEST_LINES:],
        to_review=titled_events(db, reviewable_events(db, known.id, NEWEST_REVIEWABLE)),
        reviews=article_reviews(db, known.id),
        captures=article_captures(db, known.id, NEWEST_LINES),
    )


def known_article(db: Database, article: int) -> Known:
    """Raises PageError(404)."""
    try:
        return article_by_id(db, article)
    except KeyError as error:
        raise not_found(gettext_noop("No such article.")) from error


def chosen(kept: list[Revision], number: int | None) -> Revision:
    """The revision of this number, by default the newest. Raises PageError(404)."""
    if number is None and kept:
        return kept[-1]
    for each in kept:
        if each.number == number:
            return each
    raise not_found(gettext_noop("The article has no such revision."))
