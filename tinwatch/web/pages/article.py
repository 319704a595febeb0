"""An article: its text, timeline, captures and reviews."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from storage.archive.captures import article_captures
from storage.articles.repository import StoredArticle, article_by_id
from storage.articles.revisions import Revision, revisions
from storage.checks.capture_times import capture_gaps, capture_times
from storage.db.connection import Database
from storage.events.ledger import ARTICLE_KINDS, Event, published_edits, standing_events
from storage.events.paging import reviewable_events, titled_events
from storage.events.reviews import article_reviews
from storage.exports.registry import FORMATS as EXPORT_FORMATS
from storage.exports.selection import OneRevision, one_revision
from storage.messages.reasons_lookups import NotFound
from storage.reasons import gettext_noop
from storage.runs.sites import site_facts
from storage.stories.repository import story_of
from tinwatch.reports.article_history import article_history, in_time
from tinwatch.web.components.capture_strip import capture_strip
from tinwatch.web.components.cited import FORMATS, cited_revision
from tinwatch.web.components.parameters import MAX_ID, ArticleId
from tinwatch.web.components.province_label import province_label
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.pages import memento
from tinwatch.web.rendering import attachment, language, render

router = APIRouter(include_in_schema=False)
MAX_LISTED = 300  # timeline entries, and captures
UNAPI_FORMATS = f"""<?xml version="1.0" encoding="UTF-8"?>
<formats><format name="ris" type="{FORMATS["ris"][2]}"/></formats>
"""
MAX_REVIEWABLE = 20  # edits and takedowns with a review form


@router.api_route("/articles/{article}", methods=memento.METHODS)
def article(
    request: Request,
    db: ReadDatabase,
    article: ArticleId,
    revision: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> Response:
    stored = stored_article(db, article)
    all_revisions = revisions(db, stored.id)
    shown = chosen_revision(all_revisions, revision)
    order = {each.number: index for index, each in enumerate(all_revisions)}
    reviewable = titled_events(db, reviewable_events(db, stored.id, MAX_REVIEWABLE))
    titled = {each.event.id: each for each in reviewable}
    site = site_facts(db, stored.site)
    times = capture_times(db, stored.id)
    page = render(
        request,
        "article.html",
        article=stored,
        revision=shown,
        record=shown.record,
        revisions=all_revisions,
        older=_neighbour(all_revisions, shown, -1),
        newer=_neighbour(all_revisions, shown, 1),
        last=_last_events(db, stored.id),
        edits=sorted(
            published_edits(db, stored.id), key=lambda edit: order.get(edit.to_revision, 0)
        ),
        citation=cited_revision(
            _one(request, db, shown),
            language(request),
            is_first=shown.number == all_revisions[0].number,
        ),
        cite_formats=FORMATS,
        site_title=site.title,
        province=province_label(site.province),
        story=story_of(db, stored.id),
        timeline=article_history(db, stored.id, language(request))[-MAX_LISTED:],
        to_review=[
            titled[event.id]
            for event in reversed(in_time([each.event for each in reviewable], all_revisions))
        ],
        reviews=article_reviews(db, stored.id),
        captures=article_captures(db, stored.id, MAX_LISTED),
        strip=capture_strip(times),
        gaps=capture_gaps(times),
    )
    return memento.add_headers(request, db, page, stored, revision)


@router.get("/articles/{article}/cite/{format_name}")
def cite(
    request: Request,
    db: ReadDatabase,
    article: ArticleId,
    format_name: Literal["ris", "bibtex", "csl-json"],
    revision: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> Response:
    """The citation of a revision, by default the newest, as a file for a citation manager."""
    shown = chosen_revision(revisions(db, stored_article(db, article).id), revision)
    _, suffix, media_type = FORMATS[format_name]
    name = f"{shown.record.site}-{article}-r{shown.number}{suffix}"
    return attachment(_citation(request, db, shown, format_name), media_type, name)


@router.get("/unapi")
def unapi(
    request: Request,
    db: ReadDatabase,
    cited: Annotated[str, Query(alias="id", pattern=r"^(\d{1,18}-\d{1,18})?$")] = "",
    format_name: Annotated[Literal["", "ris"], Query(alias="format")] = "",
) -> Response:
    """The RIS record of ARTICLE-REVISION, or the list of formats (unAPI 1, unapi.info).

    Zotero's browser button prefers it to the tags in the page: it splits no name.
    """
    if not (cited and format_name):
        status = 300 if cited else 200
        return Response(UNAPI_FORMATS, status_code=status, media_type="application/xml")
    article, number = map(int, cited.split("-"))
    shown = chosen_revision(revisions(db, stored_article(db, article).id), number)
    return Response(_citation(request, db, shown, "ris"), media_type=FORMATS["ris"][2])


def _citation(request: Request, db: Database, shown: Revision, format_name: str) -> bytes:
    output = BytesIO()
    EXPORT_FORMATS[format_name].writer()(_one(request, db, shown), output)
    return output.getvalue()


def _one(request: Request, db: Database, shown: Revision) -> OneRevision:
    return one_revision(db, request.app.state.home.captures, shown.article, shown.number)


def _neighbour(stored: list[Revision], shown: Revision, step: int) -> Revision | None:
    """Return the revision before (-1) or after (1) one in time."""
    index = [each.number for each in stored].index(shown.number) + step
    return stored[index] if 0 <= index < len(stored) else None


def _last_events(db: Database, article: int) -> dict[str, Event | None]:
    """Return kind -> the newest event of the article that still holds, or None."""
    events = sorted(standing_events(db, article), key=lambda event: event.observed_at)
    found = {event.kind: event for event in events}
    return {str(kind): found.get(kind) for kind in ARTICLE_KINDS}


def stored_article(db: Database, article: int) -> StoredArticle:
    """Return the article. Raise PageError(404) if there is none."""
    try:
        return article_by_id(db, article)
    except NotFound as error:
        raise not_found(gettext_noop("No such article.")) from error


def chosen_revision(stored: list[Revision], number: int | None) -> Revision:
    """Return the revision with this number, by default the newest. Raise PageError(404)."""
    if number is None and stored:
        return stored[-1]
    for each in stored:
        if each.number == number:
            return each
    raise not_found(gettext_noop("The article has no such revision."))


def chosen_pair(
    stored: list[Revision], older: int | None, newer: int | None
) -> tuple[Revision, Revision]:
    """Return the revisions to compare, by default the newest two. Raise PageError(404)."""
    if len(stored) < 2:
        raise not_found(gettext_noop("This article has only one revision: it was never edited."))
    new = chosen_revision(stored, newer)
    if older is None:
        return _neighbour(stored, new, -1) or new, new
    old = chosen_revision(stored, older)
    return old, new
