"""The feeds and sitemaps that a run reads: those of the site module, and those an index lists."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawlers.crawl.feeds import sitemaps_in
from crawlers.site_config import SiteConfig

MAX_SITEMAPS = 3  # of one index in a run that list articles; new ones are in the newest sitemaps
MAX_TRIED_SITEMAPS = 12  # of one index: the rest may list no article either


class Sitemaps:
    """The feeds of one crawl.

    A sitemap of an index that lists no article (those of users, tags and pages) is replaced by
    the next one.

    Attributes:
        feeds: URLs of the site's feeds, and of the sitemaps that an index among them lists
    """

    def __init__(self, site: type[SiteConfig], *, full: bool = False) -> None:
        self.site = site
        self.feeds = site.feed_urls()
        self.full = full  # read every sitemap of an index
        self._waiting: dict[str, list[str]] = {}  # sitemap of an index -> those not read yet

    def listed_by(self, feed: str, response: Response) -> list[str]:
        """Return the sitemaps to read because `feed` lists them; an index inside one is ignored."""
        if response.status != 200 or feed in self._waiting:
            return []
        listed = newest_sitemaps(self.site, response.body, response.url)
        urls = [url for url in listed if url not in self.feeds]
        first = len(urls) if self.full else MAX_SITEMAPS
        waiting = urls[first:MAX_TRIED_SITEMAPS]
        self._waiting |= {url: waiting for url in urls}
        self.feeds += urls[:first]
        return urls[:first]

    def instead_of(self, feed: str) -> list[str]:
        """Return the sitemap to read because `feed` lists no article: one, or none."""
        following = self._waiting.get(feed)
        if not following:
            return []
        self.feeds.append(following[0])
        return [following.pop(0)]


def newest_sitemaps(site: type[SiteConfig], body: bytes, url: str) -> list[str]:
    """Return the URLs of a site's sitemaps in the index at `url`, the newest first.

    Among equal or missing dates the last ones come first: content systems that omit the date
    number their sitemaps upwards.
    """
    found = sitemaps_in(body, url).items()
    dated = {Request(u).url: moment for u, moment in found if _is_on_site(site, u)}
    return sorted(reversed(dated), key=lambda url: dated[url], reverse=True)


def _is_on_site(site: type[SiteConfig], url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and (parts.hostname or "") in site.bare_hosts
