"""An article: its text, what happened to it, what proves it, what people said of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from storage.articles import Known, Revision, article_by_id, revisions
from storage.database import Database
from storage.event_window import Titled, titled_events
from storage.reviews import article_reviews
from storage.stories import story_of
from tinwatch.web.answers import not_found
from tinwatch.web.databases import ReadDatabase
from tinwatch.web.fields import LARGEST, ArticleId
from tinwatch.web.place_names import place
from tinwatch.web.templates import language, render
from tinwatch.web.timeline import timeline

router = APIRouter(include_in_schema=False)
NEWEST_LINES = 300  # of a timeline and of captures that are shown


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
    title, province = db.execute(
        "SELECT title, province FROM sites WHERE name = ?", [known.site]
    ).fetchone()
    return render(
        request,
        "article.html",
        known=known,
        revision=shown,
        record=shown.record,
        numbers=[each.number for each in kept],
        site_title=title,
        place=place(province),
        story=story_of(db, known.id),
        timeline=timeline(db, known.id, kept, language(request))[-NEWEST_LINES:],
        to_review=_to_review(db, known.id),
        reviews=article_reviews(db, known.id),
        captures=_captures(db, known.id),
    )


def known_article(db: Database, article: int) -> Known:
    """Raises a 404 in words."""
    try:
        return article_by_id(db, article)
    except KeyError as error:
        raise not_found("no_such_article") from error


def chosen(kept: list[Revision], number: int | None) -> Revision:
    """The revision of this number, by default the newest. Raises a 404 in words."""
    if number is None and kept:
        return kept[-1]
    for each in kept:
        if each.number == number:
            return each
    raise not_found("no_such_revision")


def _to_review(db: Database, article: int) -> list[Titled]:
    """Its edits and takedowns, newest first."""
    rows = db.execute(
        "SELECT id FROM events WHERE article = ? AND kind IN ('edited', 'removed') "
        "ORDER BY id DESC LIMIT 20",
        [article],
    )
    return titled_events(db, [row[0] for row in rows])


def _captures(db: Database, article: int) -> list[dict[str, Any]]:
    """What the site answered: the pages that revisions were read from, and failed checks."""
    return list(
        db.query(
            "SELECT captures.id, captured_at, http_status, content_type, sha256, length, warc, "
            "warc_offset, number, outcome FROM (SELECT capture, number, NULL AS outcome "
            "FROM revisions WHERE article = :article "
            "UNION ALL SELECT capture, NULL, outcome FROM checks "
            "WHERE article = :article) JOIN captures ON captures.id = capture "
            "ORDER BY captured_at DESC, captures.id DESC LIMIT :most",
            {"article": article, "most": NEWEST_LINES},
        )
    )
