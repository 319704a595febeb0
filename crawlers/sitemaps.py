"""What the sitemaps of a run say of known articles, before it is chosen which are checked again.

Any site's are held against its pages; only for one that audits have found honest does the choice
wait for them. docs/cadence.md says what is believed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from scrapy.http import Response
from sqlite_utils import Database
from twisted.python.failure import Failure

from crawlers.feeds import last_changes
from crawlers.memory import Memory
from crawlers.rules import SiteRules
from pipelines.honesty import LIE_REMEMBERED, is_trusted
from storage.lastmods import lastmods_of
from storage.validators import LASTMODS, audits_of

MOST_MOVED = 0.5  # where more of what is listed moved at once, it tells nothing of any of them
OK = 200


class Sitemaps:
    """`listed`: article key -> lastmod, of the feeds that were read so far."""

    def __init__(self, feeds: Iterable[str]) -> None:
        self.listed: dict[str, str] = {}
        self._left = set(feeds)
        self._all_came = asyncio.Event()

    def came(self, feed: str, site: type[SiteRules], response: Response) -> None:
        if response.status == OK and b"lastmod" in response.body:
            for url, moment in last_changes(response.body).items():
                key = site.key_of(url)
                if key is not None:
                    self.listed[key] = moment
        self._done(feed)

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


def trusted_lastmods(db: Database, site: str) -> dict[int, str] | None:
    """Article -> lastmod when it was last read; None for a site whose sitemap is not believed."""
    audits = audits_of(db, site, datetime.now(UTC) - LIE_REMEMBERED, LASTMODS)
    return lastmods_of(db, site) if is_trusted(audits) else None
