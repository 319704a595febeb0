"""The Scrapy middlewares of a replay."""

from __future__ import annotations

from scrapy.crawler import AsyncCrawlerRunner

from crawlers.crawl.replay import NETWORK_MIDDLEWARES
from crawlers.middlewares.politeness import project_settings
from crawlers.registry import get_site


def middlewares_of(**stated: object) -> set[str]:
    """Those of a crawl that a runner starts, which goes over a crawler's settings once more."""
    settings = project_settings()
    settings.setdict(stated, priority="cmdline")
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(runner.create_crawler(get_site("gialai")))
    return set(crawler.settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES"))


def test_replay_has_no_network_middlewares() -> None:
    live, replay = middlewares_of(), middlewares_of(REPLAY_FILES=["night.warc.gz"])
    assert live - replay == set(NETWORK_MIDDLEWARES)
    assert replay < live
