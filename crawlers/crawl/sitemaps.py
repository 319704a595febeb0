"""Which feeds and sitemaps a run reads: those of the site module, and what their indexes list."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawlers.crawl.feeds import sitemaps_in
from crawlers.site_config import SiteConfig

MAX_SITEMAPS = 3  # of an index in a run: what is new is in the newest


class Sitemaps:
    """`feeds`: addresses of a site's feeds, and of the sitemaps that an index among them lists."""

    def __init__(self, site: type[SiteConfig]) -> None:
        self.site = site
        self.feeds = site.feed_urls()
        self._listed: set[str] = set()  # by a sitemap index

    def named_by(self, feed: str, response: Response) -> list[str]:
        """The sitemaps to read because this feed lists them. An index in an index is ignored."""
        if response.status != 200 or feed in self._listed:
            return []
        found = [url for url in newest_sitemaps(self.site, response.body) if url not in self.feeds]
        self._listed.update(found)
        self.feeds += found
        return found


def newest_sitemaps(site: type[SiteConfig], body: bytes) -> list[str]:
    """The addresses of a site's newest sitemaps in a sitemap index, at most MAX_SITEMAPS.

    Among equal or missing dates the last ones come first: content systems that leave the date out
    number their sitemaps upwards.
    """
    dated = {Request(u).url: m for u, m in sitemaps_in(body).items() if _is_of(site, u)}
    return sorted(reversed(dated), key=lambda url: dated[url], reverse=True)[:MAX_SITEMAPS]


def _is_of(site: type[SiteConfig], url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and (parts.hostname or "") in site.bare_hosts
