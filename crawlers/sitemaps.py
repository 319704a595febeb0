"""A run's feeds and sitemaps: which there are, and what sitemaps say of known articles before it
is chosen which are checked again.

Any site's are held against its pages; only for one that audits have found honest does the choice
wait for them. docs/cadence.md says what is believed.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.feeds import last_changes, sitemaps_in
from crawlers.memory import Memory
from crawlers.rules import SiteRules
from pipelines.honesty import LIE_REMEMBERED, is_trusted
from storage.database import Database
from storage.lastmods import lastmods_of
from storage.validators import LASTMODS, audits_of

MOST_MOVED = 0.5  # where more of what is listed moved at once, it tells nothing of any of them
MOST_FOLLOWED = 3  # sitemaps of an index that a run reads: what is new or edited is in the newest
OK = 200


class Sitemaps:
    """`feeds`: the addresses of a site's feeds, and of sitemaps that one of them named.

    `listed`: article key -> lastmod, of those that were read so far.
    """

    def __init__(self, site: type[SiteRules]) -> None:
        self.site = site
        self.feeds = site.feed_urls()
        self.listed: dict[str, str] = {}
        self._named: set[str] = set()
        self._left = set(self.feeds)
        self._all_came = asyncio.Event()

    def came(self, feed: str, response: Response) -> list[str]:
        """Takes a feed; returns the addresses of those to read because this one named them."""
        further: list[str] = []
        if response.status == OK:
            for url, moment in last_changes(response.body).items():
                key = self.site.key_of(url)
                if key is not None:
                    self.listed[key] = moment
            further = self._further(feed, response.body)
        self._done(feed)
        return further

    def _further(self, feed: str, body: bytes) -> list[str]:
        """An index within an index is not followed."""
        if feed in self._named:
            return []
        found = [url for url in newest_sitemaps(self.site, body) if url not in self.feeds]
        self._named.update(found)
        self._left.update(found)
        self.feeds += found
        return found

    def failed(self, failure: Failure) -> None:
        """Any request that failed, perhaps a feed's."""
        self._done(failure.request.cb_kwargs.get("feed", ""))  # type: ignore[attr-defined]

    def _done(self, feed: str) -> None:
        self._left.discard(feed)
        if not self._left:
            self._all_came.set()

    async def told(self, memory: Memory, ending: asyncio.Event) -> Memory:
        """The memory, with what a trusted site's sitemaps say. Waits until these came or failed."""
        if memory.lastmods is None or memory.effort is None or not self._left | set(self.listed):
            return memory
        waits = [asyncio.ensure_future(event.wait()) for event in (self._all_came, ending)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        moved, unmoved = self._sorted(memory, memory.lastmods)
        return replace(memory, effort=replace(memory.effort, moved=moved, unmoved=unmoved))

    def _sorted(
        self, memory: Memory, as_read: dict[int, str]
    ) -> tuple[frozenset[int], frozenset[int]]:
        known = {memory.known[key].id: m for key, m in self.listed.items() if key in memory.known}
        unmoved = frozenset(a for a, moment in known.items() if as_read.get(a) == moment)
        moved = frozenset(a for a in known if a in as_read) - unmoved
        if len(moved) > MOST_MOVED * (len(moved) + len(unmoved)):
            moved = frozenset()
        return moved, unmoved - memory.canaries


def newest_sitemaps(site: type[SiteRules], body: bytes) -> list[str]:
    """The addresses of the newest sitemaps of a site that a sitemap index names.

    Those behind come first where they are dated alike or not at all: content systems that leave
    the date out number them upwards.
    """
    dated = {Request(u).url: m for u, m in sitemaps_in(body).items() if _is_of(site, u)}
    return sorted(reversed(dated), key=lambda url: dated[url], reverse=True)[:MOST_FOLLOWED]


def _is_of(site: type[SiteRules], url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and (parts.hostname or "") in site.bare_hosts


def trusted_lastmods(db: Database, site: str) -> dict[int, str] | None:
    """Article -> lastmod when it was last read; None for a site whose sitemap is not believed."""
    audits = audits_of(db, site, datetime.now(UTC) - LIE_REMEMBERED, LASTMODS)
    return lastmods_of(db, site) if is_trusted(audits) else None
