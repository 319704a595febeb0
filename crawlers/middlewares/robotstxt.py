"""robots.txt as RFC 9309 has it, and its Crawl-delay.

Scrapy takes a robots.txt that cannot be fetched as one that allows everything. By section 2.3.1.4
of the RFC that holds for a 4xx answer only: if the host does not answer, or answers 5xx, nothing
may be fetched. The run then reads nothing and says why; no article counts as missing.
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

from crawlers.crawl.errors import RequestRefused, asked_url, failure_reason
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason

MAX_CRAWL_DELAY_SECONDS = 60.0  # a longer Crawl-delay is shortened to this


class CarefulRobotsTxtMiddleware(RobotsTxtMiddleware):
    """Refuses what robots.txt forbids, and everything if robots.txt cannot be fetched.

    It is the first downloader middleware but the fence, so it sees the final response, or the
    final error, of robots.txt itself, after all retries and redirects.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.unreachable: dict[str, Reason] = {}  # host and port -> why

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = super().from_crawler(crawler)
        crawler.signals.connect(middleware.robots_parsed, signals.robots_parsed)
        return middleware

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules for a request; None: all is allowed. Raises IgnoreRequest."""
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
        self.unreachable[urlsplit(asked_url(request)).netloc] = reason
        assert self.crawler.stats is not None
        self.crawler.stats.set_value("robotstxt/unreadable", reason.to_data())

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Obeys Crawl-delay. `request`: the one for which robots.txt was fetched."""
        settings = self.crawler.settings
        asked = robotparser.crawl_delay(settings["ROBOTSTXT_USER_AGENT"])
        if asked and not settings.getlist("REPLAY_FILES"):
            self._slow_down(request, min(asked, MAX_CRAWL_DELAY_SECONDS))

    def _slow_down(self, request: Request, seconds: float) -> None:
        """Sets the minimum time between two requests to the host."""
        delay = max(seconds, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        assert self.crawler.engine is not None
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        downloader.per_slot_settings[key] = {"delay": delay, "jitter": 0}
        slot = downloader.slots.get(key)
        if slot is not None:  # the one that fetched robots.txt
            slot.delay, slot.jitter = delay, 0.0


def _is_robots_request(request: Request) -> bool:
    return bool(request.meta.get("dont_obey_robotstxt"))
