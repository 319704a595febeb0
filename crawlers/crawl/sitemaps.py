"""The feeds and sitemaps that a run reads: those of the site module, and those an index lists."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawlers.crawl.feeds import sitemaps_in
from crawlers.site_config import SiteConfig

MAX_SITEMAPS = 3  # of one index in a run; new articles are in the newest sitemaps


class Sitemaps:
    """The feeds of one crawl.

    Attributes:
        feeds: URLs of the site's feeds, and of the sitemaps that an index among them lists
    """

    def __init__(self, site: type[SiteConfig]) -> None:
        self.site = site
        self.feeds = site.feed_urls()
        self._listed: set[str] = set()  # by a sitemap index

    def listed_by(self, feed: str, response: Response) -> list[str]:
        """Return the sitemaps to read because `feed` lists them; an index inside one is ignored."""
        if response.status != 200 or feed in self._listed:
            return []
        urls = [url for url in newest_sitemaps(self.site, response.body) if url not in self.feeds]
        self._listed.update(urls)
        self.feeds += urls
        return urls


def newest_sitemaps(site: type[SiteConfig], body: bytes) -> list[str]:
    """Return the URLs of the newest sitemaps of a site in an index, at most MAX_SITEMAPS.

    Among equal or missing dates the last ones come first: content systems that omit the date
    number their sitemaps upwards.
    """
    dated = {Request(u).url: m for u, m in sitemaps_in(body).items() if _is_on_site(site, u)}
    return sorted(reversed(dated), key=lambda url: dated[url], reverse=True)[:MAX_SITEMAPS]


def _is_on_site(site: type[SiteConfig], url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and (parts.hostname or "") in site.bare_hosts
