"""Where the retired domains of sites lead now: one look at the front page of each.

Redirects are followed, never into a private network; what a page shows decides whether the domain
is parked. A redirect to the site's own domain is not followed: where it leads is known then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.crawl.errors import RequestRefused, failure_reason
from crawlers.crawl.soft404 import LONG, VisibleText
from crawlers.crawl.soft404_patterns import BLOCK_PAGES
from crawlers.middlewares.private_network import PublicFence, place_of
from crawlers.site_config import SiteConfig
from storage.checks.retired_domains import DomainAnswer, DomainState
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_domains import DomainPage
from storage.messages.reasons_pages import BlockPage
from storage.reasons import Reason

HOME = "tinwatch/own_hosts"  # in a request's meta
GIVEN_UP = (BlockPage.PAGE_PARKED, BlockPage.PAGE_SUSPENDED)
LONGEST_TITLE = 100  # characters
# What a request without a page says of the domain; any other reason: that it is dead.
UNREAD_STATES: dict[str, DomainState] = {
    CrawlReason.RESPONSE_TOO_LARGE: DomainState.ANSWERS,
    CrawlReason.ROBOTS_FORBIDDEN: DomainState.UNKNOWN,
    CrawlReason.ROBOTS_UNREADABLE: DomainState.UNKNOWN,
}


class ReachedOwnDomain(RequestRefused):
    """A request led to the site's own domain, which its reason names."""


class RetiredFence(PublicFence):
    """Lets requests leave the site, and stops those that came home."""

    def process_request(self, request: Request) -> None:
        super().process_request(request)
        place = place_of(request.url)
        if place in request.meta.get(HOME, ()):
            raise ReachedOwnDomain(Reason(DomainPage.LEADS_HOME, host=_bare(place)))


class RetiredDomains(Spider):
    """Asks `/` of each retired domain of the sites, over http as old links do; fills `found`."""

    name = "retired_domains"
    custom_settings = {
        "DOWNLOAD_TIMEOUT": 30,
        "DOWNLOAD_MAXSIZE": 200_000,
        "COMPRESSION_ENABLED": False,  # so that the limit is one of bytes that are sent
        "METAREFRESH_ENABLED": True,  # old servers lead on by <meta http-equiv="refresh">
        "RETRY_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawlers.middlewares.robotstxt.CarefulRobotsTxtMiddleware": 100,
            "crawlers.retired_domains.RetiredFence": 50,
        },
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
    }

    def __init__(self, sites: Sequence[type[SiteConfig]], **kwargs: Any) -> None:
        super().__init__(self.name, **kwargs)
        self.sites = {site.name: site for site in sites}
        self.found: list[DomainAnswer] = []

    async def start(self) -> AsyncIterator[Request]:
        for site in self.sites.values():
            for domain in site.retired_domains:
                yield Request(
                    f"http://{domain}/", self.page, errback=self.no_page, dont_filter=True,
                    meta={HOME: own_hosts(site)},
                    cb_kwargs={"site": site.name, "domain": domain},
                )  # fmt: skip

    def page(self, response: Response, site: str, domain: str) -> None:
        host = self._led_to(response.url, site)
        kind = response.headers.get("Content-Type") or b""
        shown = VisibleText(response.body, kind.decode("latin-1"))
        sign = parked(shown)
        if sign is not None:
            self.found.append(DomainAnswer(site, domain, DomainState.PARKED, host, Reason(sign)))
            return
        detail = Reason(DomainPage.UNTITLED_PAGE, status=response.status)
        if shown.titles:
            title = shown.titles[0][:LONGEST_TITLE]
            detail = Reason(DomainPage.TITLED_PAGE, status=response.status, title=title)
        state = DomainState.ELSEWHERE if host else DomainState.ANSWERS
        self.found.append(DomainAnswer(site, domain, state, host, detail))

    def no_page(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        site, domain = request.cb_kwargs["site"], request.cb_kwargs["domain"]
        reason, host = failure_reason(failure), self._led_to(request.url, site)
        if isinstance(failure.value, ReachedOwnDomain):
            home = failure.value.reason.params["host"]
            answer = DomainAnswer(site, domain, DomainState.REDIRECTS, home)
        elif host:
            answer = DomainAnswer(site, domain, DomainState.ELSEWHERE, host, reason)
        else:
            state = UNREAD_STATES.get(reason.code, DomainState.DEAD)
            answer = DomainAnswer(site, domain, state, "", reason)
        self.found.append(answer)

    def _led_to(self, url: str, site: str) -> str:
        """The host that a request ended at; "" where that is a retired domain of the site."""
        place = place_of(url)
        return "" if place in self.sites[site].hosts() else _bare(place)


def own_hosts(site: type[SiteConfig]) -> list[str]:
    """The hosts under which a site is read, with and without www."""
    bare = [_bare(domain) for domain in site.domains]
    return [*bare, *(f"www.{domain}" for domain in bare)]


def parked(shown: VisibleText) -> BlockPage | None:
    """The kind of a page that says that its domain or hosting is given up.

    Unlike an article's page (crawlers/crawl/soft404.py) this one need say nothing else: offers
    of a domain
    come with a form, a price and advertisements.
    """
    if len(shown.text) >= LONG:
        return None
    for pattern, kind in BLOCK_PAGES:
        if kind in GIVEN_UP and any(map(pattern.search, (*shown.titles, shown.text))):
            return kind
    return None


def _bare(host: str) -> str:
    return host.removeprefix("www.")
