"""robots.txt as RFC 9309 has it, and the pause that it asks for (`Crawl-delay`).

Scrapy takes a robots.txt that cannot be had for one that allows everything. By section 2.3.1.4
of the RFC that holds for a 4xx answer alone: where the host does not answer, or with 5xx, nothing
may be asked. The run then reads nothing, and says so; nothing missed counts against an article.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from crawlers.failures import plain_words

LONGEST_PAUSE = 60.0  # seconds; a Crawl-delay above it is taken for this much


class UnreachableRobots(RuntimeError):
    """The host's robots.txt cannot be had; the message says why."""


class CarefulRobotsTxtMiddleware(RobotsTxtMiddleware):
    """Refuses what robots.txt forbids, and everything where it cannot be read."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.unreadable: dict[str, str] = {}  # host and port -> why

    async def robot_parser(self, request: Request) -> Any:
        """The rules for a request; None: all is allowed. Raises IgnoreRequest."""
        parser = await super().robot_parser(request)
        reason = self.unreadable.get(urlparse_cached(request).netloc)
        if reason is not None:
            raise IgnoreRequest(reason)
        return parser

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == 429:
            raise UnreachableRobots(f"robots.txt cannot be read: answered {response.status}")
        await super()._parse_robots(response, netloc, request)
        parser: Any = self._parsers[netloc]
        agent = self._robotstxt_useragent or self._default_useragent
        asked = parser.crawl_delay(agent) if parser is not None else None
        if asked and not self.crawler.settings.getlist("REPLAY_FILES"):
            self._pause(request, min(asked, LONGEST_PAUSE))

    def _pause(self, request: Request, seconds: float) -> None:
        """Lets at least so long pass between two requests of the host."""
        delay = max(seconds, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        downloader.per_slot_settings[key] = {"delay": delay, "jitter": 0}
        slot = downloader.slots.get(key)
        if slot is not None:  # the one that fetched robots.txt
            slot.delay, slot.jitter = delay, 0.0

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest):
            told = isinstance(exc, UnreachableRobots)
            failure: Failure = Failure(exc)  # type: ignore[no-untyped-call]
            self.unreadable[netloc] = str(exc) if told else plain_words(failure)
            self._stats.set_value("robotstxt/unreadable", self.unreadable[netloc])
        super()._robots_error(exc, netloc)
