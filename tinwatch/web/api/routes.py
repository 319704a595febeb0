"""The JSON API: articles, events, stories, sites, search and health, for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPBasic, HTTPBearer
from pydantic import Field

from crawlers.article_filter import parse_article_query
from pipelines.changes.diff import diff
from schedules.monitoring.report import health_findings
from storage.articles.record_json import output_record
from storage.articles.repository import article_headings, articles_as_json
from storage.articles.revisions import revisions
from storage.db.connection import Database
from storage.events.daily_counts import site_totals
from storage.events.filters import matching_events
from storage.messages import reason_fields
from storage.provinces.lookup import province_now
from storage.reasons import gettext_noop
from storage.runs.site_status import site_states
from storage.search.counts import Group, Unit, count_articles
from storage.search.parser import Query as ParsedQuery
from storage.search.rank import find
from storage.search.selection import matching_articles
from storage.stories.listing import story_page
from tinwatch.web.api.schemas import (
    ArticleBody,
    ArticlePage,
    CountBody,
    DiffBody,
    ErrorBody,
    EventPage,
    HealthPage,
    HitPage,
    RevisionBody,
    SiteBody,
    StoryBody,
    StoryPage,
)
from tinwatch.web.components.event_query import ArticleQuery, EventQuery, StoriesQuery
from tinwatch.web.components.parameters import MAX_ID, ArticleId, NewerRevision, OlderRevision
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.pages.article import chosen_pair, stored_article
from tinwatch.web.pages.stories import story_comparison

# A stated 4XX keeps FastAPI from documenting 422, which this application never answers.
ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorBody, "description": "Invalid request."},
    404: {"model": ErrorBody, "description": "Not found."},
    "4XX": {"model": ErrorBody, "description": "401 without the token."},
    503: {"model": ErrorBody, "description": "There is no database yet."},
}
# The middleware checks the token; this documents it.
SECURITY = [
    Depends(HTTPBearer(auto_error=False, description="The token of tinwatch serve.")),
    Depends(HTTPBasic(auto_error=False, description="Any user name; the token as password.")),
]
router = APIRouter(prefix="/api", responses=ERRORS, dependencies=SECURITY)


class ArticlesQuery(ArticleQuery):
    """The filter, and a page of the articles."""

    q: str = Field("", max_length=1000, description="A query; empty for all.")
    after: int = Field(0, ge=0, le=MAX_ID, description="`next` of the page before.")
    most: int = Field(100, ge=1, le=500, description="Maximum number of rows.")


@router.get("/articles")
def list_articles(db: ReadDatabase, query: Annotated[ArticlesQuery, Query()]) -> ArticlePage:
    """Articles by id, optionally only those that match; `after` is the cursor."""
    most = query.most
    matching = matching_articles(db, query.narrowed(db, query.q), after=query.after, limit=most + 1)
    ids = list(matching)
    rows = [asdict(heading) for heading in article_headings(db, ids[:most])]
    following = ids[most - 1] if len(ids) > most else None
    return ArticlePage.model_validate({"articles": rows, "next": following})


@router.get("/articles/{article}")
def get_article(db: ReadDatabase, article: ArticleId) -> ArticleBody:
    for found in articles_as_json(db, article=article):
        return ArticleBody.model_validate(found)
    raise not_found(gettext_noop("No such article."))


@router.get("/articles/{article}/revisions")
def list_revisions(db: ReadDatabase, article: ArticleId) -> list[RevisionBody]:
    """All revisions, oldest first, each with its full record."""
    return [
        RevisionBody(
            number=each.number,
            cause=each.cause.exported,
            observed_at=each.observed_at,
            reader=each.extractor_version,
            fingerprint=each.fingerprint,
            record=output_record(each.record.to_dict()),
        )
        for each in revisions(db, stored_article(db, article).id)
    ]


@router.get("/articles/{article}/diff")
def get_diff(
    db: ReadDatabase,
    article: ArticleId,
    older: OlderRevision = None,
    newer: NewerRevision = None,
) -> DiffBody:
    """Word-level difference of two revisions, by default of the newest two."""
    old, new = chosen_pair(revisions(db, stored_article(db, article).id), older, newer)
    fields = [
        {"field": each.field, "parts": [[{"op": s.op, "text": s.text} for s in part]
                                        for part in each.parts]}
        for each in diff(old.record, new.record)
        if each.changed
    ]  # fmt: skip
    return DiffBody.model_validate(
        {"article": article, "from_revision": old.number, "to_revision": new.number,
         "fields": fields}
    )  # fmt: skip


class EventsQuery(EventQuery):
    """The filter, and a window of the ledger."""

    since: int = Field(0, ge=0, le=MAX_ID, description="Only events with a higher id.")
    most: int = Field(100, ge=1, le=500, description="Maximum number of rows.")


@router.get("/events")
def list_events(db: ReadDatabase, query: Annotated[EventsQuery, Query()]) -> EventPage:
    """Events with an id above `since`, in order of id. Ids only grow and rows never change."""
    matching = matching_events(db, query.event_filter(db), since=query.since)
    found = [event.to_dict() for event in islice(matching, query.most)]
    following = found[-1]["id"] if found else query.since
    return EventPage.model_validate({"events": found, "next": following})


@router.get("/stories")
def list_stories(db: ReadDatabase, query: Annotated[StoriesQuery, Query()]) -> StoryPage:
    """Texts that several sites published, newest first. A page may be short before the end.

    The filter chooses stories with an article that meets all its conditions.
    """
    page = story_page(db, query.member_filter(db), before=query.before, min_sites=query.min_sites)
    return StoryPage.model_validate(
        {"stories": [asdict(line) for line in page.lines], "next": page.before}
    )


class SearchQuery(ArticleQuery):
    """A search, restricted by the filter."""

    q: str = Field(min_length=1, max_length=1000, description="A query as of tinwatch search.")

    def parsed(self, db: Database) -> ParsedQuery:
        """Return the whole query. Raise PageError(400)."""
        return self.narrowed(db, self.q) or parse_article_query(self.q)


class CountQuery(SearchQuery):
    """What to count, and how."""

    by: Unit = Field("week", description="Length of a period.")
    group: Group | None = Field(None, description="Count each of these by itself.")


@router.get("/count")
def count(db: ReadDatabase, query: Annotated[CountQuery, Query()]) -> list[CountBody]:
    """Numbers of articles that match, per period of publication; zeros are included."""
    counted = count_articles(db, query.parsed(db), query.by, query.group)
    return [
        CountBody(first=str(first), last=str(last), group=name or None, articles=number)
        for first, last, name, number in counted.rows()
    ]


@router.get("/stories/{story}")
def get_story(db: ReadDatabase, story: ArticleId) -> StoryBody:
    """The first publisher of a text, and what each other article kept, added and cut."""
    return StoryBody.model_validate(story_comparison(db, story).to_dict())


@router.get("/sites")
def list_sites(db: ReadDatabase) -> list[SiteBody]:
    sums = site_totals(db)
    return [
        SiteBody.model_validate(
            asdict(state)
            | {"province_now": province_now(state.province), "articles": 0, "newest": None}
            | (asdict(sums[state.site]) if state.site in sums else {})
        )
        for state in site_states(db)
    ]


class HitsQuery(SearchQuery):
    """What to search, and a page of the hits."""

    order: Literal["rank", "newest"] = Field("rank", description="Best first, or newest.")
    skip: int = Field(0, ge=0, le=1000, description="Number of hits to skip.")
    most: int = Field(20, ge=1, le=100, description="Maximum number of hits.")


@router.get("/search")
def search(db: ReadDatabase, query: Annotated[HitsQuery, Query()]) -> HitPage:
    """Hits of a query, one per article; docs/search.md has the query syntax."""
    most = query.most
    found = find(db, query.parsed(db), limit=most + 1, offset=query.skip, order=query.order)
    hits = [asdict(hit) for hit in found[:most]]
    return HitPage.model_validate({"hits": hits, "more": len(found) > most})


@router.get("/health")
def get_health(request: Request, db: ReadDatabase) -> HealthPage:
    """Problems, the worst first, and the last run of each site."""
    found = health_findings(db, request.app.state.home, datetime.now(UTC))
    sites = [asdict(state) | reason_fields(state.reason) for state in site_states(db)]
    return HealthPage.model_validate({"findings": [one.to_dict() for one in found], "sites": sites})
