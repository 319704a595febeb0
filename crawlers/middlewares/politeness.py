"""Politeness settings of a home: the delay between requests and the contact in the user agent."""

from __future__ import annotations

from typing import Any

from scrapy.settings import Settings

from storage.home import open_home
from storage.version import user_agent


def project_settings() -> Settings:
    """Return the settings of crawlers/settings.py; the caller may override them."""
    settings = Settings()
    settings.setmodule("crawlers.settings", priority="project")
    return settings


def home_settings(home: str | None) -> dict[str, Any]:
    """Return the Scrapy settings that HOME/settings.toml sets, however a crawl is started."""
    config = open_home(home).settings
    return {
        "DOWNLOAD_DELAY": config.delay,
        "USER_AGENT": user_agent(config.contact),
        "RECHECK_BUDGET": config.recheck_budget,
        "POLL_MINUTES": config.poll_minutes,
        "ALLOW_PRIVATE_HOSTS": list(config.allow_private_hosts),
    }
