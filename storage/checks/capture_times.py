"""When an article was seen or missed, and who captured it: our crawl, another one, an archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from sqlite_utils import Database

from storage.archive.archive_names import archive_name
from storage.db.connection import from_utc_text

GAP = timedelta(days=180)  # without a capture; what was on the site then, nobody knows


class CaptureOrigin(StrEnum):
    """Who made a capture."""

    OWN = "own"
    IMPORTED = "imported"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class CaptureTime:
    """One observation of an article.

    Attributes:
        at: UTC text
        revision: number of the revision that was read; None if the article was missing
        outcome: of a check that did not find it; else None
        archive: name of the web archive
        source_url: where the archive holds the capture
    """

    at: str
    revision: int | None
    outcome: str | None
    origin: CaptureOrigin
    archive: str | None
    source_url: str | None


def capture_times(db: Database, article: int) -> list[CaptureTime]:
    """Return when an article was seen or missed, the oldest first; in one second by the texts."""
    rows = db.execute(
        "SELECT at, revision, outcome, kind, source_url FROM ("
        "SELECT seen.observed_at AS at, revision, fingerprint, NULL AS outcome, kind, source_url "
        "FROM sightings AS seen LEFT JOIN runs ON runs.id = seen.run JOIN revisions "
        "ON revisions.article = seen.article AND number = revision WHERE seen.article = :article "
        "UNION ALL SELECT missed.observed_at, NULL, NULL, outcome, kind, source_url "
        "FROM failed_checks AS missed JOIN runs ON runs.id = run "
        "LEFT JOIN captures ON captures.id = capture WHERE article = :article AND settled = 1) "
        "ORDER BY at, revision IS NULL, fingerprint",
        {"article": article},
    )
    return [_capture_time(*row) for row in rows]


def _capture_time(
    at: str, revision: int | None, outcome: str | None, kind: str | None, source_url: str | None
) -> CaptureTime:
    if source_url is not None:
        archive = archive_name(source_url)
        return CaptureTime(at, revision, outcome, CaptureOrigin.ARCHIVE, archive, source_url)
    origin = CaptureOrigin.IMPORTED if kind == "import" else CaptureOrigin.OWN
    return CaptureTime(at, revision, outcome, origin, None, None)


@dataclass(frozen=True, slots=True)
class CaptureGap:
    """A time without a capture. It proves neither presence nor absence. Times are UTC text."""

    begin: str
    end: str
    days: int


def capture_gaps(times: list[CaptureTime]) -> list[CaptureGap]:
    """Return the gaps between captures, the oldest first."""
    moments: list[tuple[str, datetime]] = [(each.at, from_utc_text(each.at)) for each in times]
    return [
        CaptureGap(begin, end, (after - before).days)
        for (begin, before), (end, after) in pairwise(moments)
        if after - before > GAP
    ]
