"""How politely a home asks: its delay between requests, and who its user agent says it is."""

from __future__ import annotations

from typing import Any

from scrapy.settings import Settings

from storage.home import open_home
from storage.version import user_agent


def project_settings() -> Settings:
    """Those of crawlers/settings.py; the caller may set its own on top."""
    settings = Settings()
    settings.setmodule("crawlers.settings", priority="project")
    return settings


def home_settings(home: str | None) -> dict[str, Any]:
    """Scrapy settings from HOME/settings.toml, for every way to start a crawl."""
    stated = open_home(home).settings
    return {
        "DOWNLOAD_DELAY": stated.delay,
        "USER_AGENT": user_agent(stated.contact),
        "RECHECK_BUDGET": stated.recheck_budget,
        "POLL_MINUTES": stated.poll_minutes,
    }
