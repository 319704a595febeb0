"""Reading a kept capture again with today's rules."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from crawlers.markup import Unreadable
from crawlers.page import read_page
from crawlers.rules import SiteRules
from crawlers.textpage import read_text
from pipelines.normalise import normalise
from pipelines.printed import PrintedArticle
from pipelines.template import Template
from pipelines.template_store import current_template
from storage.articles import Revision
from storage.captures import CaptureError, capture_place, read_body
from storage.database import Database
from storage.home import Home
from storage.records import Article


def read_again(
    home: Home, db: Database, site: type[SiteRules], revision: Revision
) -> Article | None:
    """What a revision's page says to today's rules; None where it cannot be read any more."""
    reading = reading_today(home, db, site, revision)
    return reading[1] if reading is not None else None


def reading_today(
    home: Home, db: Database, site: type[SiteRules], revision: Revision
) -> tuple[str, Article] | None:
    """The same, with the version of today's reader."""
    if revision.capture is None:
        return None
    held = capture_place(db, revision.capture)
    place = (held["warc"], held["warc_offset"])
    template = current_template(db, site.name)
    try:
        page = read_capture(home.captures, place, site, revision.record.url, template)
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
    record = read_body(folder, *place)
    taken = record.captured_at.astimezone(UTC)
    kind = record.header("Content-Type")
    if (kind or "").startswith("text/plain"):
        return read_text(record.body, site, taken, url)
    return read_page(record.body, url or record.url, site, taken, kind, template)
