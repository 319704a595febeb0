"""Reading a kept capture again with today's rules."""

from __future__ import annotations

from datetime import UTC

from sqlite_utils import Database

from crawlers.page import Unreadable, read_page
from crawlers.rules import SiteRules
from pipelines.normalise import normalise
from storage.articles import Revision
from storage.captures import CaptureError, read_body
from storage.home import Home
from storage.records import Article


def read_again(
    home: Home, db: Database, site: type[SiteRules], revision: Revision
) -> Article | None:
    """What a revision's page says to today's rules; None where it cannot be read any more."""
    if revision.capture is None:
        return None
    row = db.execute(
        "SELECT url, warc, warc_offset FROM captures WHERE id = ?", [revision.capture]
    ).fetchone()
    try:
        record = read_body(home.captures, row[1], row[2])
        url = revision.record.url or row[0]
        taken = record.captured_at.astimezone(UTC)
        page = read_page(record.body, url, site, taken, record.header("Content-Type"))
    except (CaptureError, Unreadable):
        return None
    return normalise(page)
