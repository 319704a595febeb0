"""Failures of robots.txt that forbid a host."""

from __future__ import annotations

from time import process_time

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector

from crawlers.crawl.robots_rules import RobotsRules
from crawlers.middlewares.politeness import project_settings
from crawlers.middlewares.robotstxt import StrictRobotsTxtMiddleware

ROOT = "https://baomau.example"
ROBOTS = Request(f"{ROOT}/robots.txt", meta={"dont_obey_robotstxt": True})
PAGE = Request(f"{ROOT}/tin-1.html")


@pytest.fixture
def middleware() -> StrictRobotsTxtMiddleware:
    crawler = Crawler(Spider, project_settings())
    crawler.stats = MemoryStatsCollector(crawler)
    return StrictRobotsTxtMiddleware.from_crawler(crawler)


def test_failed_robots_txt_request_forbids_its_host(
    middleware: StrictRobotsTxtMiddleware,
) -> None:
    middleware.process_exception(PAGE, TimeoutError())
    middleware.process_exception(ROBOTS, IgnoreRequest("off the site"))
    assert middleware.unreachable == {}
    middleware.process_exception(ROBOTS, TimeoutError())
    assert set(middleware.unreachable) == {"baomau.example"}


@pytest.mark.parametrize("status", [500, 503, 429])
def test_server_error_forbids_the_host_before_redirects(
    middleware: StrictRobotsTxtMiddleware, status: int
) -> None:
    url = f"{ROOT}/khac/robots.txt"
    redirected = ROBOTS.replace(url=url, meta={**ROBOTS.meta, "redirect_urls": [ROBOTS.url]})
    with pytest.raises(IgnoreRequest):
        middleware.process_response(redirected, Response(url, status))
    assert set(middleware.unreachable) == {"baomau.example"}


def test_robots_txt_is_read_to_500_kib(middleware: StrictRobotsTxtMiddleware) -> None:
    """RFC 9309, section 2.5: at least 500 KiB are read; what lies behind is ignored."""
    start = b"User-agent: *\nDisallow: /dau/\n"
    end = b"\nDisallow: /cuoi/\n"
    filler = b"# " + b"x" * (500 * 1024 - len(start) - len(end) - 2)
    for body, is_read in ((start + filler + end, True), (start + filler + b"xxx" + end, False)):
        response = middleware.process_response(ROBOTS, Response(ROBOTS.url, 200, body=body))
        rules = RobotsRules(response.body)
        assert not rules.allowed(f"{ROOT}/dau/1.html")
        assert rules.allowed(f"{ROOT}/cuoi/1.html") is not is_read


@pytest.mark.slow
def test_huge_robots_txt_is_read_in_bounded_time() -> None:
    for line in (
        b"Disallow: /a*b*c*d*e$\n",
        b"User-agent: x\n",
        b"x",
        b"Disallow: /" + b"*" * 99 + b"\n",
    ):
        body = b"User-agent: *\n" + line * (10_000_000 // len(line))
        start = process_time()
        RobotsRules(body).allowed(f"{ROOT}/{'ab' * 500}.html")
        assert process_time() - start < 10, line


def test_any_other_response_passes(middleware: StrictRobotsTxtMiddleware) -> None:
    for request, status in ((ROBOTS, 200), (ROBOTS, 404), (PAGE, 500)):
        response = Response(request.url, status)
        assert middleware.process_response(request, response) is response
    assert middleware.unreachable == {}
