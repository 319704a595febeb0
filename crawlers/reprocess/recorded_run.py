"""The observations of a run, rebuilt from the WARC records it wrote (to rebuild the database).

The records are in the order of the requests, one at a time, so redirects and canonical duplicates
are followed here as the spider followed them. Observations without a capture are not rebuilt here:
the journal holds them (storage/archive/journal.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from scrapy import Request

from crawlers.crawl.addresses import ArticleAddresses
from crawlers.crawl.client_redirect import client_redirect
from crawlers.crawl.feeds import feed_links
from crawlers.crawl.from_capture import extract_capture
from crawlers.crawl.rechecks import (
    Absence,
    at_other_url,
    canonical_duplicate,
    follow_duplicate,
    may_be_elsewhere,
)
from crawlers.crawl.responses import ArticleRequest, observe
from crawlers.crawl.state import CrawlState, lacks_html_end
from crawlers.extraction.html import UnreadablePage, links_of
from crawlers.reprocess.past import HTTP_OK, REDIRECTS, PastReader, response_of
from crawlers.spider import SiteSpider
from pipelines.items import (
    ArticleRead,
    FetchFailed,
    Observation,
    PageFetched,
    PageUnreadable,
)
from storage.archive.reader import (
    CaptureLocation,
    OnError,
    Record,
    payload_digest,
    read_records,
    record_locations,
)
from storage.archive.writer import Capture

Range = tuple[str, int, int | None]  # file under the captures, first offset, last or None


class RecordedRun:
    """The run of one site. `state` is from the start of the run; `clock` the time of a replay."""

    def __init__(
        self, folder: Path, site: type[SiteSpider], state: CrawlState, clock: datetime | None
    ) -> None:
        self.folder = folder
        self.site = site
        self.state = state
        self.past = PastReader(site.name, state.boilerplate)
        self.clock = clock
        self.by_url = {
            Request(article.url).url: article for article in state.articles.values() if article.url
        }
        self.redirected: dict[str, list[str]] = {}  # URL -> URLs that redirected to it
        self.duplicates: dict[str, tuple[str, int]] = {}  # URL -> article that names it canonical
        self.addresses = ArticleAddresses(state.urls)
        # URL -> the absence, key and id of the article that may have moved there
        self.absent: dict[str, tuple[Absence, tuple[str, int]]] = {}

    def observations(
        self, range_: Range, on_error: OnError, *, imported: bool
    ) -> Iterator[Observation]:
        """Yield the observations of a crawl or an import. Raise CaptureError for a missing file.

        `on_error` is called for each record that cannot be read.
        """
        name, start, end = range_
        for record in read_records(self.folder / name, start, end, on_error):
            capture = self._capture(name, record)
            if imported:
                yield self._imported(record, capture)
            else:
                yield from self._crawled(record, capture)

    def _capture(self, name: str, record: Record) -> Capture:
        locations = record_locations(self.folder, name, record.offset)
        sha256, length = payload_digest(self.folder, *locations[0])
        status = None if record.kind == "resource" else record.status
        warc, offset = locations[0]
        return Capture(
            self.site.name, record.url, record.captured_at, status, record.header("Content-Type"),
            sha256, length, warc, offset, repeated=len(locations) > 1,
            source_url=record.source_url,
        )  # fmt: skip

    def _imported(self, record: Record, capture: Capture) -> Observation:
        if record.kind != "resource":
            return self.past.observe(record, capture)
        url = None if record.url.startswith("urn:") else record.url
        location = CaptureLocation(capture.warc, capture.offset, capture.sha256)
        captured_at = record.captured_at
        try:
            page = extract_capture(self.folder, location, self.site, url, self.state.boilerplate)
        except UnreadablePage as error:
            key = self.site.key_of(record.url)
            return PageUnreadable(
                record.url, key, error.reason, capture, captured_at, is_stored=True
            )
        is_html = record.header("Content-Type") == "text/html"  # else plain text
        lacks_end = is_html and lacks_html_end(record.body)
        return ArticleRead(page, capture, captured_at, lacks_end=lacks_end)

    def _crawled(self, record: Record, capture: Capture) -> Iterator[Observation]:
        redirect = record.header("Location")
        before = self.redirected.pop(record.url, [])
        if record.status in REDIRECTS and redirect:
            target = Request(urljoin(record.url, redirect)).url
            self.redirected[target] = [*before, record.url]
            return
        url = before[0] if before else record.url
        response = response_of(record, before)
        named_by = self.duplicates.pop(url, None)
        absence, sought = self.absent.pop(url, (None, None))
        request = self._article_request(url, record, capture, named_by or sought)
        if request is None:
            if record.status == HTTP_OK and urlsplit(record.url).path != "/robots.txt":
                self._add_listed(record)
                yield PageFetched(capture)
            return
        observation = observe(response, request)
        content_type = record.header("Content-Type")
        if record.status == HTTP_OK and (
            client_target := client_redirect(record.body, record.url, content_type, observation)
        ):
            self.redirected[Request(client_target).url] = [*before, record.url]
            yield PageFetched(capture)
            return
        self.state.note(observation, response.body)
        if named_by is not None:
            yield follow_duplicate(observation, request) or PageFetched(capture)
            return
        if absence is None and request.article_id is not None and may_be_elsewhere(observation):
            other_url = self.addresses.elsewhere(request.key, self.site.canonical(url))
            if other_url is not None:
                sought = (request.key, request.article_id)
                self.absent[Request(other_url).url] = (observation, sought)
                yield PageFetched(capture)
                return
        observation = at_other_url(observation, request, absence) if absence else observation
        if not isinstance(observation, FetchFailed):  # the journal holds those
            yield observation
        other = canonical_duplicate(observation, request, self.state)
        if other is not None and request.article_id is not None:
            other_url = Request(self.site.canonical(other[1])).url
            self.duplicates[other_url] = (request.key, request.article_id)

    def _add_listed(self, record: Record) -> None:
        try:
            links = feed_links(record.body, record.url) or links_of(record.body, record.url)
        except UnreadablePage:
            return
        for link in links:
            if (key := self.site.key_of(link)) is not None:
                self.addresses.add(key, self.site.canonical(link))

    def _article_request(
        self, url: str, record: Record, capture: Capture, named_by: tuple[str, int] | None
    ) -> ArticleRequest | None:
        """Return the request of this record; None if it was not for an article."""
        key, article_id = named_by or (self.site.key_of(url), None)
        if named_by is None:
            stored = self.by_url.get(url) or self.state.articles.get(key or "")
            key, article_id = (stored.key, stored.id) if stored else (key, None)
        if key is None:
            return None
        return ArticleRequest(
            site=self.site,
            url=url,
            final_url=self.site.canonical(record.url),
            key=key,
            article_id=article_id,
            capture=capture,
            observed_at=self.clock or record.captured_at,
            boilerplate=self.state.boilerplate,
            generic_before=article_id in self.state.generic_articles,
            newest_record=self.state.newest_record,
            newest_page=self.state.newest_page,
            must_have_html_end=self.state.must_have_html_end,
        )
