"""The parts of Scrapy that are ours do what Scrapy's do."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from crawlers.quick_scrapy import QuickSettings, QuickStats


@pytest.fixture
def settings() -> QuickSettings:
    found = QuickSettings({"USER_AGENT": "a", "DOWNLOADER_MIDDLEWARES": {"one": 1}})
    found.setmodule("crawlers.settings", priority="project")
    return found


def test_a_copy_holds_what_scrapys_own_copy_holds(settings: QuickSettings) -> None:
    theirs = Settings.copy(settings)
    ours = settings.copy()
    assert type(ours) is QuickSettings
    assert ours.copy_to_dict() == theirs.copy_to_dict()
    assert {n: ours.getpriority(n) for n in ours} == {n: theirs.getpriority(n) for n in theirs}


def test_what_a_copy_is_told_its_original_does_not_hear(settings: QuickSettings) -> None:
    before = Settings.copy(settings).copy_to_dict()
    copied = settings.copy()
    copied.set("USER_AGENT", "b", "cmdline")
    copied["DOWNLOADER_MIDDLEWARES"].set("two", 2)
    copied.delete("LOG_LEVEL", "cmdline")
    assert settings.copy_to_dict() == before


def test_a_frozen_copy_is_frozen_alone(settings: QuickSettings) -> None:
    frozen = settings.frozencopy()
    with pytest.raises(TypeError):
        frozen.set("USER_AGENT", "b")
    settings.set("USER_AGENT", "b", "cmdline")
    assert (settings["USER_AGENT"], frozen["USER_AGENT"]) != ("b", "b")


def test_stats_count_as_scrapys_do() -> None:
    crawler = get_crawler()
    told = []
    for stats in (QuickStats(crawler), MemoryStatsCollector(crawler)):
        stats.inc_value("pages", 2)
        stats.inc_value("pages")
        stats.max_value("most", 5)
        stats.set_value("why", "because")
        told.append(stats.get_stats())
    assert told[0] == told[1] == {"pages": 3, "most": 5, "why": "because"}
