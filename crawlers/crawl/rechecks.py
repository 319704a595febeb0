"""Rechecks of stored articles: which ones a run fetches, and whether one moved to another URL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeGuard
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from crawlers.crawl.responses import ArticleRequest
from crawlers.crawl.soft404 import is_front_page_url
from crawlers.crawl.state import CrawlState
from crawlers.crawl.store import CrawlStore
from crawlers.extraction.html import UnreadablePage, canonical_of
from pipelines.changes.same_text import same_text
from pipelines.items import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    MovedVia,
    Observation,
    PageUnreadable,
)
from pipelines.record.normalise import normalise
from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.messages.reasons_pages import PageReason
from storage.models import ArticleStatus

RECHECK_MODES = ("due", "all", "none")
Absence = ArticleMissing | PageUnreadable  # of an article at its stored URL
# The type of schedules.recheck.policy.due
Planner = Callable[[list[StoredArticle], datetime, RecheckBudget | None], list[StoredArticle]]


def load_state(store: CrawlStore, settings: BaseSettings, clock: datetime | None) -> CrawlState:
    """Load the state of a site with its recheck budget.

    `clock` is the time of a replay, which needs no budget because it sends no requests.
    """
    state = CrawlState.load(store, full=settings.getbool("TINWATCH_FULL"))
    if clock is not None:
        return state
    budget = store.recheck_budget(
        datetime.now(UTC),
        fetches_a_day=settings.getint("RECHECK_BUDGET"),
        poll_minutes=settings.getint("POLL_MINUTES"),
    )
    return replace(state, budget=budget)


def select_rechecks(
    mode: str, state: CrawlState, planner: Planner, now: datetime
) -> list[StoredArticle]:
    """Return the stored articles to check in this run; canaries are always among them.

    Moved articles are not checked: the new URL is an article of its own. If that one is missing,
    the spider checks them.
    """
    candidates = [a for a in state.articles.values() if a.url and a.status != ArticleStatus.MOVED]
    selected = {"all": candidates, "none": []}.get(mode)
    if selected is None:
        selected = planner(candidates, now, state.budget)
    ids = {article.id for article in selected}
    canaries = [a for a in candidates if a.id in state.canaries and a.id not in ids]
    return canaries + selected


def canonical_duplicate(
    observation: Observation, request: ArticleRequest, state: CrawlState
) -> tuple[str, str] | None:
    """Return key and URL of the other article that a stored one names as canonical, or None.

    A canonical link to the front page, a section, another host, or the same article under another
    scheme, host or tracking parameter names no other article. A link to an article that has moved
    is ignored, because two pages that name each other would be followed forever. A URL that
    `article_url` does not match is returned with the article's own key.
    """
    if not isinstance(observation, ArticleRead) or request.article_id is None:
        return None
    url = observation.page.canonical
    key = request.site.key_of(url) if url else None
    if url is not None and key is None and _is_new_form(url, request):
        return request.key, url
    if url is None or key is None or key == request.key:
        return None
    if key in state.articles and state.articles[key].status == ArticleStatus.MOVED:
        return None
    return key, url


def _is_new_form(url: str, request: ArticleRequest) -> bool:
    """Whether a URL of the site that `article_url` does not match became canonical just now."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # "http://[broken" and the like
        return False
    if host not in request.site.bare_hosts or is_front_page_url(url):
        return False
    if request.site.canonical(url) in (request.final_url, *request.site.listing_urls()):
        return False
    before = None if request.article_id is None else request.newest_page(request.article_id)
    try:
        return before is not None and canonical_of(before.body) != url
    except UnreadablePage:
        return False


def follow_duplicate(observation: Observation, request: ArticleRequest) -> Observation | None:
    """Return the move that the page at a canonical URL proves, or None.

    Only a page with an article counts; the recorder decides whether it is the same text. Any
    other response concerns the canonical URL and not the article, which was just read.
    """
    if isinstance(observation, ArticleRead) and (record := request.stored_record()) is not None:
        if not same_text(record, normalise(observation.page)):
            return None
        return replace(observation, moved_via=MovedVia.CANONICAL)
    if not isinstance(observation, ArticleMoved):
        return None
    back = observation.page.canonical
    if back and request.site.key_of(back) == request.key:
        return None  # the two pages name each other
    return replace(observation, via=MovedVia.CANONICAL)


def may_be_elsewhere(observation: Observation) -> TypeGuard[Absence]:
    """Whether an article is not at its URL, or its URL leads to a page that only lists it."""
    if isinstance(observation, PageUnreadable):
        return observation.is_stored and observation.reason.code == PageReason.REDIRECT_NOT_ARTICLE
    return isinstance(observation, ArticleMissing)


def at_other_url(
    observation: Observation, request: ArticleRequest, absence: Absence
) -> Observation:
    """Return what the page at another URL shows of an article that its stored URL lacks.

    Another title with another text is another article that has the same key: another language
    of the site, or another module, counts its articles from 1 as well. With another key, only the
    text shows the article.
    """
    if not isinstance(observation, ArticleRead | ArticleMoved):
        return absence if isinstance(observation, ArticleMissing) else observation
    record, page = request.stored_record(), normalise(observation.page)
    is_same = record is not None and same_text(record, page)
    if isinstance(observation, ArticleMoved):
        return replace(observation, via=MovedVia.LISTING) if is_same else absence
    if record is not None and record.title != page.title and not is_same:
        return absence
    return replace(observation, moved_via=MovedVia.LISTING)
