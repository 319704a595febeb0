"""Reading a kept capture again with today's rules."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from crawlers.extraction.article import read_page
from crawlers.extraction.html import Unreadable
from crawlers.extraction.plaintext import read_text
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.boilerplate.store import current_boilerplate
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import PrintedArticle
from storage.archive.writer import CaptureError, capture_place, read_body
from storage.articles.repository import Revision
from storage.db.connection import Database
from storage.home import Home
from storage.models import Article


def read_again(
    home: Home, db: Database, site: type[SiteConfig], revision: Revision
) -> Article | None:
    """What a revision's page says to today's rules; None where it cannot be read any more."""
    reading = reading_today(home, db, site, revision)
    return reading[1] if reading is not None else None


def reading_today(
    home: Home, db: Database, site: type[SiteConfig], revision: Revision
) -> tuple[str, Article] | None:
    """The same, with the version of today's reader."""
    if revision.capture is None:
        return None
    held = capture_place(db, revision.capture)
    place = (held["warc"], held["warc_offset"])
    template = current_boilerplate(db, site.name)
    try:
        page = read_capture(home.captures, place, site, revision.record.url, template)
    except (CaptureError, Unreadable):
        return None
    return page.reader, normalise(page)


def read_capture(
    folder: Path,
    place: tuple[str, int],
    site: type[SiteConfig],
    url: str | None,
    template: Boilerplate,
) -> PrintedArticle:
    """Reads the capture at `place` (WARC file, offset). Raises CaptureError or Unreadable."""
    record = read_body(folder, *place)
    taken = record.captured_at.astimezone(UTC)
    kind = record.header("Content-Type")
    if (kind or "").startswith("text/plain"):
        return read_text(record.body, site, taken, url)
    return read_page(record.body, url or record.url, site, taken, kind, template)
