"""The newest kept bytes of a URL: where they lie."""

from __future__ import annotations

from sqlite_utils import Database


def newest_payload(db: Database, site: str, url: str) -> tuple[str, int] | None:
    """WARC file (under the home's captures) and offset of a URL's newest bytes, or None."""
    row = db.execute(
        "SELECT warc, warc_offset FROM payloads WHERE site = ? AND url = ?", [site, url]
    ).fetchone()
    return (row[0], row[1]) if row else None
