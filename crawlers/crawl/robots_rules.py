"""Reading robots.txt (RFC 9309) for requests, host facts and inspections alike.

Protego finds our group by substring: a group for "tin" would be ours. The RFC (section 2.2.1)
compares the whole product token, so the groups of other crawlers are renamed before it parses.
"""

from __future__ import annotations

import re
from typing import Self

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.robotstxt import RobotParser

from storage.archive.decoding import MAX_ROBOTS_BYTES
from storage.version import PRODUCT_TOKEN

USER_AGENT_LINE = re.compile(r"(\s*user[- ]?agent\s*(?::|\s)\s*)([^\s#][^#]*)", re.I)
TOKEN = re.compile(r"[A-Za-z_-]+")
OTHER_TOKEN = "of-another-crawler"


class RobotsRules(RobotParser):
    """The rules of one robots.txt. An HTML page that was sent in its place has none."""

    def __init__(self, body: bytes) -> None:
        self.lines = [] if is_html(body) else _lines(body)
        self._rules = Protego.parse("\n".join(map(_for_us_or_others, self.lines)))

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        return cls(robotstxt_body)

    def allowed(self, url: str | bytes, user_agent: str | bytes = PRODUCT_TOKEN) -> bool:
        """Whether tinwatch may request a URL, whatever `user_agent` Scrapy passes."""
        return self._rules.can_fetch(_text(url), PRODUCT_TOKEN)

    def crawl_delay(self, user_agent: str | bytes = PRODUCT_TOKEN) -> float | None:
        delay = self._rules.crawl_delay(PRODUCT_TOKEN)
        return None if delay is None else float(delay)


def is_html(body: bytes) -> bool:
    """Whether a body is an HTML page: no line of a robots.txt begins with "<"."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _lines(body: bytes) -> list[str]:
    """Return the lines of the first MAX_ROBOTS_BYTES; a rule that is cut there would be another."""
    if len(body) >= MAX_ROBOTS_BYTES:
        body = body[:MAX_ROBOTS_BYTES].rpartition(b"\n")[0]
    return body.decode("utf-8-sig", "replace").splitlines()


def _for_us_or_others(line: str) -> str:
    match = USER_AGENT_LINE.match(line)
    if match is None or match[2].startswith("*"):
        return line
    token = TOKEN.match(match[2])
    is_ours = token is not None and token[0].lower() == PRODUCT_TOKEN
    return match[1] + (PRODUCT_TOKEN if is_ours else OTHER_TOKEN)


def _text(url: str | bytes) -> str:
    return url.decode("utf-8", "replace") if isinstance(url, bytes) else url
