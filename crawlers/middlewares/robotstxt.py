"""robots.txt (RFC 9309) and its Crawl-delay.

Scrapy treats a robots.txt that cannot be fetched as one that allows everything. By section 2.3.1.4
of the RFC this holds for a 4xx response only: if the host does not answer, or answers 5xx, nothing
may be fetched. The run then reads nothing and states the reason; no article counts as missing.
"""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from crawlers.crawl.errors import RequestRefused, failure_reason, requested_url
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason
from storage.version import PRODUCT_TOKEN

MAX_CRAWL_DELAY_SECONDS = 60.0  # a longer Crawl-delay is shortened to this


class StrictRobotsTxtMiddleware(RobotsTxtMiddleware):
    """Refuses what robots.txt forbids, and everything if robots.txt cannot be fetched.

    It comes before the retry and redirect middlewares, so it receives the final response or error
    of the robots.txt request itself.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.unreachable: dict[str, Reason] = {}  # host and port -> why

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = super().from_crawler(crawler)
        crawler.signals.connect(middleware.robots_parsed, signals.robots_parsed)
        return middleware

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Raise RequestRefused if robots.txt forbids the request or cannot be fetched."""
        try:
            await super().process_request(request)
        except RequestRefused:
            raise
        except IgnoreRequest as error:  # Scrapy raises it for one reason only
            raise RequestRefused(Reason(CrawlReason.ROBOTS_FORBIDDEN)) from error

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """Return the rules for a request; None if all is allowed. Raise RequestRefused."""
        parser = await super().robot_parser(request)
        reason = self.unreachable.get(urlsplit(request.url).netloc)
        if reason is not None:
            raise RequestRefused(reason)
        return parser

    def process_response(self, request: Request, response: Response) -> Response:
        if _is_robots_request(request) and (response.status >= 500 or response.status == 429):
            reason = Reason(CrawlReason.ROBOTS_UNREADABLE, status=response.status)
            self._unreachable(request, reason)
            raise RequestRefused(reason)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if _is_robots_request(request) and not isinstance(exception, IgnoreRequest):
            failure: Failure = Failure(exception)  # type: ignore[no-untyped-call]
            self._unreachable(request, failure_reason(failure))

    def _unreachable(self, request: Request, reason: Reason) -> None:
        self.unreachable[urlsplit(requested_url(request)).netloc] = reason
        assert self.crawler.stats is not None
        self.crawler.stats.set_value("robotstxt/unreadable", reason.to_dict())

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Obey Crawl-delay. `request` is the one for which robots.txt was fetched."""
        settings = self.crawler.settings
        delay = robotparser.crawl_delay(PRODUCT_TOKEN)
        if delay and not settings.getlist("REPLAY_FILES"):
            self._slow_down(request, min(delay, MAX_CRAWL_DELAY_SECONDS))

    def _slow_down(self, request: Request, seconds: float) -> None:
        """Set the minimum time between two requests to the host."""
        delay = max(seconds, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        assert self.crawler.engine is not None
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        downloader.per_slot_settings[key] = {"delay": delay, "jitter": 0}
        slot = downloader.slots.get(key)
        if slot is not None:  # it exists because robots.txt was fetched through it
            slot.delay, slot.jitter = delay, 0.0


def _is_robots_request(request: Request) -> bool:
    return bool(request.meta.get("dont_obey_robotstxt"))
