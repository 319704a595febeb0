"""Reading a kept capture again with today's rules."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from crawlers.crawl.store import CrawlStore
from crawlers.extraction.article import read_page
from crawlers.extraction.html import Unreadable
from crawlers.extraction.plaintext import read_text
from crawlers.site_config import SiteRules
from pipelines.boilerplate.detector import Template
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import PrintedArticle
from storage.archive.reader import Record
from storage.archive.writer import CaptureError, read_body
from storage.articles.repository import Revision
from storage.models import Article


def read_again(store: CrawlStore, site: type[SiteRules], revision: Revision) -> Article | None:
    """What a revision's page says to today's rules; None where it cannot be read any more."""
    reading = reading_today(store, site, revision)
    return reading[1] if reading is not None else None


def reading_today(
    store: CrawlStore, site: type[SiteRules], revision: Revision
) -> tuple[str, Article] | None:
    """The same, with the version of today's reader."""
    if revision.capture is None:
        return None
    try:
        record = store.capture(revision.capture)
        page = read_record(record, site, revision.record.url, store.template())
    except (CaptureError, Unreadable):
        return None
    return page.reader, normalise(page)


def read_capture(
    folder: Path,
    place: tuple[str, int],
    site: type[SiteRules],
    url: str | None,
    template: Template,
) -> PrintedArticle:
    """Reads the capture at `place` (WARC file, offset). Raises CaptureError or Unreadable."""
    return read_record(read_body(folder, *place), site, url, template)


def read_record(
    record: Record, site: type[SiteRules], url: str | None, template: Template
) -> PrintedArticle:
    """Reads a captured page; `url` is that of the article, if it is known. Raises Unreadable."""
    taken = record.captured_at.astimezone(UTC)
    kind = record.header("Content-Type")
    if (kind or "").startswith("text/plain"):
        return read_text(record.body, site, taken, url)
    return read_page(record.body, url or record.url, site, taken, kind, template)
