"""Parsing a stored capture again with the current extraction rules."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from crawlers.crawl.store import CrawlStore
from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage
from crawlers.extraction.plaintext import extract_plain_text
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle
from storage.archive.errors import CaptureError
from storage.archive.reader import CaptureLocation, Record, read_body
from storage.articles.revisions import Revision
from storage.models import Article


def reparse_revision(
    store: CrawlStore, site: type[SiteConfig], revision: Revision
) -> tuple[str, Article] | None:
    """Return the current extractor version and the record that it makes of a revision's capture.

    Return None if the capture cannot be read or parsed.
    """
    if revision.capture is None:
        return None
    url = revision.record.url
    try:
        record = store.capture(revision.capture)
        page = extract_record(
            record,
            site,
            site.canonical(url) if url else None,
            store.boilerplate(),
            rules_only=not revision.extractor_version.endswith(".generic"),
        )
    except (CaptureError, UnreadablePage):
        return None
    return page.extractor_version, normalise(page)


def extract_capture(
    folder: Path,
    location: CaptureLocation,
    site: type[SiteConfig],
    url: str | None,
    boilerplate: Boilerplate,
) -> RawArticle:
    """Extract a capture. Raise CaptureError or UnreadablePage."""
    return extract_record(read_body(folder, *location), site, url, boilerplate)


def extract_record(
    record: Record,
    site: type[SiteConfig],
    url: str | None,
    boilerplate: Boilerplate,
    *,
    rules_only: bool = False,
) -> RawArticle:
    """Extract a captured page. `url` is the article's, if it is known. Raise UnreadablePage.

    `rules_only`: see extract_article; a crawl compares with what it would read itself.
    """
    captured_at = record.captured_at.astimezone(UTC)
    content_type = record.header("Content-Type")
    if (content_type or "").startswith("text/plain"):
        return extract_plain_text(record.body, site, captured_at, url)
    return extract_article(
        record.body,
        url or record.url,
        site,
        captured_at,
        content_type,
        boilerplate,
        rules_only=rules_only,
    )
