"""What a run saw, made again from the records that it wrote (the database is being rebuilt).

The records of a run lie in the order in which they came, one request at a time. So redirects and
pages that name another address as their own are followed here as the spider followed them.
Observations without a capture are not made here: the journal holds them
(storage/archive/journal.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Headers, Response

from crawlers.crawl.from_capture import read_capture
from crawlers.crawl.rechecks import canonical_twin, follow_twin
from crawlers.crawl.responses import Visit, observe
from crawlers.crawl.state import Memory
from crawlers.extraction.html import UnreadablePage
from crawlers.spider import SiteSpider
from pipelines.items import (
    ArticleRead,
    FetchFailed,
    Observation,
    PageFetched,
    PageUnreadable,
)
from storage.archive.reader import Record, payload_digest, read_records, record_places
from storage.archive.writer import Capture

REDIRECTS = (301, 302, 303, 307, 308)
HTTP_OK = 200
Range = tuple[str, int, int | None]  # file under the captures, first offset, last or None


class RecordedRun:
    """One site's run. `memory`: what was known when it began; `clock`: the time of a replay."""

    def __init__(
        self, folder: Path, site: type[SiteSpider], memory: Memory, clock: datetime | None
    ) -> None:
        self.folder = folder
        self.site = site
        self.memory = memory
        self.clock = clock
        self.by_url = {
            Request(known.url).url: known for known in memory.known.values() if known.url
        }
        self.redirected: dict[str, list[str]] = {}  # address -> those that led to it
        self.twins: dict[str, tuple[str, int]] = {}  # address -> key and id that name it

    def observations(self, place: Range, *, imported: bool) -> Iterator[Observation]:
        """What a crawl, or an import, saw. Raises CaptureError for a file that is damaged."""
        name, start, end = place
        for record in read_records(self.folder / name, start, end):
            capture = self._capture(name, record)
            if imported:
                yield self._imported(record, capture)
            else:
                yield from self._crawled(record, capture)

    def _capture(self, name: str, record: Record) -> Capture:
        places = record_places(self.folder, name, record.offset)
        sha256, length = payload_digest(self.folder, *places[0])
        status = None if record.kind == "resource" else record.status
        warc, offset = places[0]
        return Capture(
            self.site.name, record.url, record.captured_at, status, record.header("Content-Type"),
            sha256, length, warc, offset, repeated=len(places) > 1,
        )  # fmt: skip

    def _imported(self, record: Record, capture: Capture) -> Observation:
        url = None if record.url.startswith("urn:") else record.url
        place = (capture.warc, capture.offset)
        taken = record.captured_at
        try:
            page = read_capture(self.folder, place, self.site, url, self.memory.template)
        except UnreadablePage as error:
            key = self.site.key_of(record.url)
            return PageUnreadable(record.url, key, error.reason, capture, taken, known=True)
        return ArticleRead(page, capture, taken, () if record.kind == "resource" else (record.url,))

    def _crawled(self, record: Record, capture: Capture) -> Iterator[Observation]:
        place = record.header("Location")
        before = self.redirected.pop(record.url, [])
        if record.status in REDIRECTS and place:
            target = Request(urljoin(record.url, place)).url
            self.redirected[target] = [*before, record.url]
            return
        asked = before[0] if before else record.url
        response = _response(record, before)
        twin = self.twins.pop(asked, None)
        visit = self._visit(asked, record, capture, twin)
        if visit is None:
            if record.status == HTTP_OK and urlsplit(record.url).path != "/robots.txt":
                yield PageFetched(capture)
            return
        seen = observe(response, visit)
        if twin is not None:
            yield follow_twin(seen, visit) or PageFetched(capture)
            return
        if not isinstance(seen, FetchFailed):  # the journal holds those
            yield seen
        named = canonical_twin(seen, visit, self.memory)
        if named is not None and visit.known is not None:
            self.twins[Request(self.site.canonical(named[1])).url] = (visit.key, visit.known)

    def _visit(
        self, asked: str, record: Record, capture: Capture, twin: tuple[str, int] | None
    ) -> Visit | None:
        """The request that brought this record; None where it was not for an article."""
        key, known = twin or (self.site.key_of(asked), None)
        if twin is None:
            held = self.by_url.get(asked) or self.memory.known.get(key or "")
            key, known = (held.key, held.id) if held else (key, None)
        if key is None:
            return None
        return Visit(
            site=self.site,
            url=asked,
            final_url=self.site.canonical(record.url),
            key=key,
            known=known,
            capture=capture,
            at=self.clock or record.captured_at,
            template=self.memory.template,
            generic_before=known in self.memory.generic,
            record_of=self.memory.record_of,
        )


def _response(record: Record, before: list[str]) -> Response:
    headers = Headers()
    for name, value in record.headers:
        headers.appendlist(name, value)
    meta: dict[str, Any] = {"redirect_urls": before} if before else {}
    request = Request(record.url, meta=meta)
    return Response(record.url, record.status, headers, record.body, request=request)
