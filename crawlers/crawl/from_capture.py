"""Reading a kept capture again with today's rules."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from crawlers.crawl.store import CrawlStore
from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage
from crawlers.extraction.plaintext import read_text
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from storage.archive.extractor_version import Record
from storage.archive.writer import CaptureError, read_body
from storage.articles.repository import Revision
from storage.models import Article


def read_again(store: CrawlStore, site: type[SiteConfig], revision: Revision) -> Article | None:
    """What a revision's page says to today's rules; None where it cannot be read any more."""
    reading = reading_today(store, site, revision)
    return reading[1] if reading is not None else None


def reading_today(
    store: CrawlStore, site: type[SiteConfig], revision: Revision
) -> tuple[str, Article] | None:
    """The same, with the version of today's reader."""
    if revision.capture is None:
        return None
    try:
        record = store.capture(revision.capture)
        page = read_record(record, site, revision.record.url, store.template())
    except (CaptureError, UnreadablePage):
        return None
    return page.extractor_version, normalise(page)


def read_capture(
    folder: Path,
    place: tuple[str, int],
    site: type[SiteConfig],
    url: str | None,
    template: Boilerplate,
) -> RawArticle:
    """Reads the capture at `place` (WARC file, offset). Raises CaptureError or UnreadablePage."""
    return read_record(read_body(folder, *place), site, url, template)


def read_record(
    record: Record, site: type[SiteConfig], url: str | None, template: Boilerplate
) -> RawArticle:
    """Reads a captured page; `url` is that of the article, if it is known. Raises UnreadablePage."""
    taken = record.captured_at.astimezone(UTC)
    kind = record.header("Content-Type")
    if (kind or "").startswith("text/plain"):
        return read_text(record.body, site, taken, url)
    return extract_article(record.body, url or record.url, site, taken, kind, template)
