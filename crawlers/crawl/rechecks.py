"""Looking again at what is known: which articles, and whether one has moved to another address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from scrapy.settings import BaseSettings

from crawlers.crawl.responses import Visit
from crawlers.crawl.state import Memory
from crawlers.crawl.store import CrawlStore
from crawlers.extraction.html import absolute
from pipelines.items import ArticleMoved, ArticleRead, MovedVia, Observation
from pipelines.record.raw_article import RawArticle
from storage.articles.repository import Known
from storage.checks.recheck_budget import RecheckBudget

RECHECKS = ("due", "all", "none")
# schedules.recheck.policy.due
Planner = Callable[[list[Known], datetime, RecheckBudget | None], list[Known]]


def remembered(store: CrawlStore, settings: BaseSettings, clock: datetime | None) -> Memory:
    """What is known of a site, and what its checks may cost. clock: a replay's; it asks no host."""
    memory = Memory.load(store, deep=settings.getbool("TINWATCH_DEEP"))
    if clock is not None:
        return memory
    budget = store.recheck_budget(
        datetime.now(UTC),
        fetches_a_day=settings.getint("RECHECK_BUDGET"),
        poll_minutes=settings.getint("POLL_MINUTES"),
    )
    return replace(memory, budget=budget)


def chosen(which: str, memory: Memory, planner: Planner, now: datetime) -> list[Known]:
    """The known articles to look at in this run; the pinned ones are among them in any case.

    What moved is not looked at: its new address is an article of its own.
    """
    known = [k for k in memory.known.values() if k.url and k.status != "moved"]
    found = {"all": known, "none": []}.get(which)
    if found is None:
        found = planner(known, now, memory.budget)
    held = {k.id for k in found}
    return [k for k in known if k.id in memory.canaries and k.id not in held] + found


def canonical_twin(seen: Observation, visit: Visit, memory: Memory) -> tuple[str, str] | None:
    """Key and URL of the article that a known one's page names as its own address, or None.

    A canonical link home, to a section, to another host, or to the same article under another
    scheme, host or tracking parameter names no other article. Neither does one that leads to an
    article which has moved itself: two pages that name each other would never come to an end.
    """
    if not isinstance(seen, ArticleRead) or visit.known is None:
        return None
    url = canonical_url_of(seen.page)
    key = visit.site.key_of(url) if url else None
    if url is None or key is None or key == visit.key:
        return None
    if key in memory.known and memory.known[key].status == "moved":
        return None
    return key, url


def canonical_url_of(page: RawArticle) -> str | None:
    return absolute(page.url or "", page.canonical) if page.canonical else None


def follow_twin(seen: Observation, visit: Visit) -> Observation | None:
    """What the page at a canonical address says of the article that named it.

    Only that it is the same text counts, which the recorder decides. Whatever else came says
    something of that address and nothing of the article, which was read a moment ago.
    """
    if not isinstance(seen, ArticleMoved):
        return None
    back = canonical_url_of(seen.page)
    if back and visit.site.key_of(back) == visit.key:
        return None  # the two name each other
    return replace(seen, via=MovedVia.CANONICAL)
