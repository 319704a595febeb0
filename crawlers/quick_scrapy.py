"""Two parts of Scrapy, without what they cost every page or every crawl, and our settings so."""

from __future__ import annotations

from copy import copy
from typing import Any, Self, TypeVar

from scrapy.settings import BaseSettings, Settings, SettingsAttribute
from scrapy.statscollectors import MemoryStatsCollector


class QuickStats(MemoryStatsCollector):
    """Scrapy looks at each use of its stats, 29 a page, for an argument that it no longer takes."""

    __getattribute__ = object.__getattribute__


class QuickSettings(Settings):
    """Scrapy copies a crawl's settings twice, value by value, for as long as reading two pages.

    Here copies share the values, which are replaced and never changed in place.
    """

    def copy(self) -> Self:
        return _copied(self)


def project_settings() -> QuickSettings:
    """Those of crawlers/settings.py, for a caller to state its own on top."""
    settings = QuickSettings()
    settings.setmodule("crawlers.settings", priority="project")
    return settings


S = TypeVar("S", bound=BaseSettings)


def _copied(settings: S) -> S:
    copied = copy(settings)
    copied.attributes = {
        name: SettingsAttribute(_own(attribute.value), attribute.priority)
        for name, attribute in settings.attributes.items()
    }
    return copied


def _own(value: Any) -> Any:
    """Settings within settings, such as the list of middlewares, may be added to."""
    return _copied(value) if isinstance(value, BaseSettings) else value
