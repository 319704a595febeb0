"""RetiredDomains: where the retired domains of sites lead now, by one request to each.

Redirects are followed, but not into a private network and not to the site's own domain. The page
decides whether the domain is parked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.crawl.errors import RequestRefused, failure_reason
from crawlers.crawl.soft404 import MIN_ARTICLE_CHARS, VisibleText
from crawlers.crawl.soft404_patterns import PAGE_PATTERNS
from crawlers.middlewares.offsite import host_and_port
from crawlers.settings import DEFAULT_REQUEST_HEADERS
from crawlers.site_config import SiteConfig
from storage.checks.retired_domains import DomainAnswer, DomainState
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_domains import DomainPage
from storage.messages.reasons_pages import PARKED_PAGES, BlockPage
from storage.reasons import Reason

OWN_HOSTS = "tinwatch/own_hosts"  # key in a request's meta
MAX_TITLE_CHARS = 100
# State of a domain whose request brought no page; DEAD for any other reason.
STATE_BY_FAILURE: dict[str, DomainState] = {
    CrawlReason.RESPONSE_TOO_LARGE: DomainState.ANSWERS,
    CrawlReason.ROBOTS_FORBIDDEN: DomainState.UNKNOWN,
    CrawlReason.ROBOTS_UNREADABLE: DomainState.UNKNOWN,
}


class ReachedOwnDomain(RequestRefused):
    """A request was redirected to the site's own domain, which its reason names."""


class OwnDomainMiddleware:
    """Stops requests that were redirected to the site's own domain."""

    def process_request(self, request: Request) -> None:
        host = host_and_port(request.url)
        if host in request.meta.get(OWN_HOSTS, ()):
            raise ReachedOwnDomain(Reason(DomainPage.LEADS_HOME, host=_bare(host)))


class RetiredDomains(Spider):
    """Requests `/` of each retired domain over http, as old links do.

    Attributes:
        answers: one for each domain
    """

    name = "retired_domains"
    custom_settings = {
        "DOWNLOAD_TIMEOUT": 30,
        "DOWNLOAD_MAXSIZE": 200_000,
        # No coding, so that DOWNLOAD_MAXSIZE limits the bytes sent.
        "DEFAULT_REQUEST_HEADERS": {**DEFAULT_REQUEST_HEADERS, "Accept-Encoding": "identity"},
        "METAREFRESH_ENABLED": True,  # old servers redirect by <meta http-equiv="refresh">
        "RETRY_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "crawlers.middlewares.private_network.PrivateNetworkMiddleware": 40,
            "crawlers.retired_domains.OwnDomainMiddleware": 50,
            "crawlers.middlewares.robotstxt.StrictRobotsTxtMiddleware": 100,
            "crawlers.middlewares.redirect.MetaRefreshMiddleware": 580,
            "crawlers.middlewares.redirect.RedirectMiddleware": 600,
        },
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
    }

    def __init__(self, sites: Sequence[type[SiteConfig]], **kwargs: Any) -> None:
        super().__init__(self.name, **kwargs)
        self.sites = {site.name: site for site in sites}
        self.answers: list[DomainAnswer] = []

    async def start(self) -> AsyncIterator[Request]:
        for site in self.sites.values():
            for domain in site.retired_domains:
                yield Request(
                    f"http://{domain}/", self.page, errback=self.no_page, dont_filter=True,
                    meta={OWN_HOSTS: own_hosts(site)},
                    cb_kwargs={"site": site.name, "domain": domain},
                )  # fmt: skip

    def page(self, response: Response, site: str, domain: str) -> None:
        host = self._foreign_host(response.url, site)
        content_type = response.headers.get("Content-Type") or b""
        text = VisibleText(response.body, content_type.decode("latin-1"))
        kind = parked_page(text)
        if kind is not None:
            self.answers.append(DomainAnswer(site, domain, DomainState.PARKED, host, Reason(kind)))
            return
        detail = Reason(DomainPage.UNTITLED_PAGE, status=response.status)
        if text.titles:
            title = text.titles[0][:MAX_TITLE_CHARS]
            detail = Reason(DomainPage.TITLED_PAGE, status=response.status, title=title)
        state = DomainState.ELSEWHERE if host else DomainState.ANSWERS
        self.answers.append(DomainAnswer(site, domain, state, host, detail))

    def no_page(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        site, domain = request.cb_kwargs["site"], request.cb_kwargs["domain"]
        reason, host = failure_reason(failure), self._foreign_host(request.url, site)
        if isinstance(failure.value, ReachedOwnDomain):
            own_host = failure.value.reason.params["host"]
            answer = DomainAnswer(site, domain, DomainState.REDIRECTS, own_host)
        elif host:
            answer = DomainAnswer(site, domain, DomainState.ELSEWHERE, host, reason)
        else:
            state = STATE_BY_FAILURE.get(reason.code, DomainState.DEAD)
            answer = DomainAnswer(site, domain, state, "", reason)
        self.answers.append(answer)

    def _foreign_host(self, url: str, site: str) -> str:
        """Return the host that a request ended at; "" if it is a domain of the site."""
        host = host_and_port(url)
        return "" if host in self.sites[site].hosts() else _bare(host)


def own_hosts(site: type[SiteConfig]) -> list[str]:
    """Return the current hosts of a site, with and without www."""
    bare = [_bare(domain) for domain in site.domains]
    return [*bare, *(f"www.{domain}" for domain in bare)]


def parked_page(page: VisibleText) -> BlockPage | None:
    """Return the kind of page if it states that its domain or hosting was given up, else None.

    Other than for articles (crawlers/crawl/soft404.py) the pattern may match anywhere: pages that
    offer a domain have a form, a price and advertisements as well.
    """
    if len(page.text) >= MIN_ARTICLE_CHARS:
        return None
    for row in PAGE_PATTERNS:
        if not isinstance(row.kind, BlockPage) or row.kind not in PARKED_PAGES:
            continue
        if any(map(row.pattern.search, (*page.titles, page.text))):
            return row.kind
    return None


def _bare(host: str) -> str:
    return host.removeprefix("www.")
