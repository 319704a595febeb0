"""Rows about captures: where the bytes of a response are in the WARC files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from storage.archive.reader import CaptureLocation, Record, read_body
from storage.archive.writer import Capture
from storage.db.checksums import insert_row
from storage.db.connection import from_utc_text, utc_text
from storage.messages.reasons_damage import Damage
from storage.messages.reasons_input import InputReason
from storage.messages.reasons_lookups import NotFound
from storage.reasons import Reason


@dataclass(frozen=True, slots=True)
class StoredCapture:
    """A row of `captures`: a revision, a failed check or the quarantine refers to it.

    Times are UTC text. `warc` is relative to the captures folder.
    """

    id: int
    site: str
    url: str | None
    captured_at: str
    http_status: int | None
    content_type: str | None
    sha256: str
    length: int
    warc: str
    warc_offset: int
    source_url: str | None  # where an archive holds it; None: our own capture


@dataclass(frozen=True, slots=True)
class ArticleCapture:
    """A response to a request for an article.

    Attributes:
        revision: number of the revision that was extracted from it; None for a failed check
        outcome: of a failed check; else None
    """

    capture: StoredCapture
    revision: int | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Located:
    """A record that the database names, for `tinwatch verify`.

    Attributes:
        length: in bytes; None if it is not stored
        capture: id in `captures`; None for the newest bytes of a URL
    """

    warc: str
    offset: int
    url: str | None
    sha256: str
    length: int | None
    capture: int | None

    def holds(self, sha256: str, length: int) -> bool:
        return self.sha256 == sha256 and self.length in (None, length)


@dataclass(frozen=True, slots=True)
class CapturedPage:
    """The WARC record of a page. `warc` is relative to the captures folder."""

    url: str
    warc: str
    offset: int


COLUMNS = ", ".join(f"captures.{name}" for name in StoredCapture.__slots__)
LOCATION = ("warc", "warc_offset", "sha256", "captured_at", "source_url")


def add_capture(db: Database, capture: Capture) -> int:
    """Store a capture that a revision, check or quarantined page refers to. Return its id."""
    return insert_row(db, "captures", {
        "site": capture.site, "url": capture.url, "captured_at": utc_text(capture.captured_at),
        "http_status": capture.status, "content_type": capture.content_type,
        "sha256": capture.sha256, "length": capture.length, "warc": capture.warc,
        "warc_offset": capture.offset, "source_url": capture.source_url,
    })  # fmt: skip


def get_capture(db: Database, capture: int) -> StoredCapture:
    """Return a capture. Raise KeyError."""
    row = db.execute(f"SELECT {COLUMNS} FROM captures WHERE id = ?", [capture]).fetchone()
    if row is None:
        raise NotFound(Reason(InputReason.NO_CAPTURE, capture=capture))
    return StoredCapture(*row)


def read_capture(folder: Path, capture: StoredCapture) -> Record:
    """Return the record of a capture. Raise CaptureError, also if another one is in its place."""
    record = read_body(folder, capture.warc, capture.warc_offset, capture.sha256, capture.url)
    return captured_then(record, capture.captured_at)


def captured_then(record: Record, captured_at: str) -> Record:
    """Return a record with the time (UTC text) of a capture that has the same bytes.

    A repeated capture has no bytes of its own; relative dates in them count back from its time.
    """
    if utc_text(record.captured_at) == captured_at:
        return record
    return replace(record, captured_at=from_utc_text(captured_at))


def article_captures(db: Database, article: int, most: int) -> list[ArticleCapture]:
    """Return up to `most` captures of an article's revisions and failed checks, newest first."""
    rows = db.execute(
        f"SELECT {COLUMNS}, number, outcome FROM (SELECT capture, number, NULL AS outcome "
        "FROM revisions WHERE article = :article "
        "UNION ALL SELECT capture, NULL, outcome FROM failed_checks WHERE article = :article) "
        "JOIN captures ON captures.id = capture "
        "ORDER BY captured_at DESC, outcome, sha256, captures.id DESC LIMIT :most",
        {"article": article, "most": most},
    )
    return [ArticleCapture(StoredCapture(*row[:-2]), row[-2], row[-1]) for row in rows]


def located_records(db: Database) -> Iterator[Located]:
    """Yield the records that the database names; some twice."""
    query = (
        "SELECT warc, warc_offset, url, sha256, length, id FROM captures UNION ALL "
        "SELECT warc, warc_offset, url, sha256, NULL, NULL FROM payloads"
    )
    return (Located(*row) for row in db.execute(query))


def uses_of_capture(db: Database, capture: int) -> list[Reason]:
    """Return a reason about each row that refers to a capture."""
    rows = db.execute(
        "SELECT :revision, article, number FROM revisions WHERE capture = :capture UNION ALL "
        "SELECT :check, article, 0 FROM failed_checks WHERE capture = :capture UNION ALL "
        "SELECT :unreadable, 0, 0 FROM quarantine WHERE capture = :capture",
        {
            "capture": capture, "revision": Damage.USE_REVISION,
            "check": Damage.USE_FAILED_CHECK, "unreadable": Damage.USE_UNREADABLE,
        },
    )  # fmt: skip
    return [Reason(code, article=article, number=number) for code, article, number in rows]


def capture_location(db: Database, capture: int) -> dict[str, Any]:
    """Return the LOCATION of a capture; {} if there is none."""
    row = db.execute(
        f"SELECT {', '.join(LOCATION)} FROM captures WHERE id = ?", [capture]
    ).fetchone()
    return dict(zip(LOCATION, row, strict=True)) if row else {}


def run_pages(db: Database, run: int, most: int) -> list[CapturedPage]:
    """Return up to `most` pages of a run: the quarantined ones, then those of new revisions."""
    pages: list[CapturedPage] = []
    for table in ("quarantine", "revisions"):
        rows = db.execute(
            "SELECT DISTINCT captures.url, warc, warc_offset FROM captures "
            f"JOIN {table} ON {table}.capture = captures.id "
            f"WHERE {table}.run = ? AND captures.url IS NOT NULL ORDER BY captures.id DESC LIMIT ?",
            [run, most],
        )
        pages += [CapturedPage(*row) for row in rows]
    return list(dict.fromkeys(pages))[:most]


@dataclass(frozen=True, slots=True)
class YearOfCaptures:
    """Some of the captures of a site's articles in a year, read or not. `total`: of all."""

    year: int
    total: int
    captures: tuple[CapturedPage, ...]


def captures_by_year(db: Database, site: str, most: int) -> list[YearOfCaptures]:
    """Return up to `most` captures of each year, spread over the site's articles."""
    spread = "* 2654435761 % 4294967296"  # in no order of time or id, always the same
    rows = db.execute(
        "SELECT year, total, url, warc, warc_offset FROM (SELECT *, "
        "count(*) OVER (PARTITION BY year) AS total, "
        "row_number() OVER (PARTITION BY year ORDER BY shuffled, warc, warc_offset) AS number "
        "FROM (SELECT substr(observed_at, 1, 4) AS year, url, warc, warc_offset, "
        f"articles.id {spread} AS shuffled FROM sightings JOIN articles ON articles.id = article "
        "WHERE site = :site AND warc IS NOT NULL AND url IS NOT NULL UNION ALL "
        "SELECT substr(observed_at, 1, 4), quarantine.url, warc, warc_offset, "
        f"captures.id {spread} FROM quarantine JOIN captures ON captures.id = capture "
        "WHERE quarantine.site = :site)) WHERE number <= :most ORDER BY year, number",
        {"site": site, "most": most},
    ).fetchall()
    return [
        YearOfCaptures(int(year), total, tuple(CapturedPage(*row[2:]) for row in group))
        for (year, total), group in groupby(rows, key=lambda row: row[:2])
    ]


def newest_captures(db: Database, site: str) -> dict[str, Capture]:
    """Return URL -> its newest capture with bytes, for a site's CaptureWriter."""
    rows = db.query("SELECT * FROM payloads WHERE site = ?", [site])
    return {
        row["url"]: Capture(
            site, row["url"], from_utc_text(row["captured_at"]), row["http_status"], None,
            row["sha256"], 0, row["warc"], row["warc_offset"],
        )
        for row in rows
    }  # fmt: skip


def save_newest_capture(db: Database, capture: Capture) -> None:
    """Store a capture as the newest of its URL, unless it repeats the bytes of that one."""
    if capture.repeated:
        return
    db.execute(
        "INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            capture.site, capture.url, capture.status, capture.sha256,
            utc_text(capture.captured_at), capture.warc, capture.offset,
        ],
    )  # fmt: skip


def newest_payload(db: Database, site: str, url: str) -> CaptureLocation | None:
    """Return the record with a URL's newest bytes, or None."""
    row = db.execute(
        "SELECT warc, warc_offset, sha256, url FROM payloads WHERE site = ? AND url = ?",
        [site, url],
    ).fetchone()
    return CaptureLocation(*row) if row else None
