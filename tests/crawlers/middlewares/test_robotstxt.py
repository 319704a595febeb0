"""Failures of robots.txt that forbid a host."""

from __future__ import annotations

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector

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


def test_any_other_response_passes(middleware: StrictRobotsTxtMiddleware) -> None:
    for request, status in ((ROBOTS, 200), (ROBOTS, 404), (PAGE, 500)):
        response = Response(request.url, status)
        assert middleware.process_response(request, response) is response
    assert middleware.unreachable == {}
