"""Sightings: every capture in which an article was read, ordered by the time of the capture.

A revision lasts from its first sighting to the first one of another text. Captures may arrive in
any order (pipelines/history/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from storage.checks.failed_checks import CheckOutcome
from storage.db.checksums import insert_row, set_checksums
from storage.reasons import Reason


@dataclass(frozen=True, slots=True)
class Sighting:
    """One capture with the article's text. `observed_at` is UTC text.

    Attributes:
        revision: number of a revision with this text
        warc, warc_offset: record with the bytes; None if there is none or it is unknown
        source_url: where an archive holds the capture; None for our own
        doubtful: the text was read by the generic extractor, or the page lacks its end
    """

    observed_at: str
    revision: int
    run: int | None
    warc: str | None
    warc_offset: int | None
    source_url: str | None
    doubtful: bool = False


COLUMNS = ", ".join(Sighting.__slots__)
# SQL: which of the failed checks of one second counts, whatever their order of import: the lowest.
RANK = (
    "({0}.outcome, {0}.detail, coalesce((SELECT sha256 || coalesce(source_url, '') || ' ' || url "
    "FROM captures WHERE captures.id = {0}.capture), ''))"
)


def add_sighting(db: Database, article: int, sighting: Sighting) -> None:
    """Store a sighting, unless the same text was seen at the same time before."""
    values = {name: getattr(sighting, name) for name in Sighting.__slots__}
    insert_row(db, "sightings", {"article": article, **values}, ignore=True)


def replace_sighting(db: Database, article: int, sighting: Sighting) -> None:
    """Let another capture stand for the one with the same text at the same time."""
    db.execute(
        "UPDATE sightings SET run = ?, warc = ?, warc_offset = ?, source_url = ?, doubtful = ? "
        "WHERE article = ? AND observed_at = ? AND revision = ?",
        [sighting.run, sighting.warc, sighting.warc_offset, sighting.source_url,
         sighting.doubtful, article, sighting.observed_at, sighting.revision],
    )  # fmt: skip
    _set_checksum(db, article, sighting.observed_at, sighting.revision)


def sightings(db: Database, article: int) -> list[Sighting]:
    """Return the sightings of an article, the oldest first."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM sightings WHERE article = ? ORDER BY observed_at, revision",
        [article],
    )
    return [Sighting(*(*row[:-1], bool(row[-1]))) for row in rows]


def reassign_sighting(db: Database, article: int, sighting: Sighting, revision: int) -> None:
    """Make a sighting one of another revision (its number) with the same text."""
    db.execute(
        "UPDATE sightings SET revision = ? WHERE article = ? AND observed_at = ? AND revision = ?",
        [revision, article, sighting.observed_at, sighting.revision],
    )
    _set_checksum(db, article, sighting.observed_at, revision)


def _set_checksum(db: Database, article: int, observed_at: str, revision: int) -> None:
    key = "article = ? AND observed_at = ? AND revision = ?"
    set_checksums(db, "sightings", key, [article, observed_at, revision])


def add_early_miss(
    db: Database,
    site: str,
    key: str,
    run: int,
    observed_at: str,
    outcome: CheckOutcome,
    reason: Reason,
    capture: int | None,
) -> None:
    """Store a failed check of an article that has not been read yet.

    Of two in one second one counts, whichever was imported first: RANK.
    """
    db.execute(
        "INSERT INTO early_misses VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "run = excluded.run, outcome = excluded.outcome, detail = excluded.detail, "
        "capture = excluded.capture "
        f"WHERE {RANK.format('excluded')} < {RANK.format('early_misses')}",
        [site, key, run, observed_at, outcome, reason.to_json(), capture],
    )


def adopt_early_misses(db: Database, site: str, key: str, article: int) -> None:
    """Count the failed checks that were made before the article was first read.

    Of two in one second one counts, as in add_early_miss: archives hold the same captures.
    """
    db.execute(
        "DELETE FROM failed_checks WHERE article = ? AND settled = 1 AND EXISTS (SELECT 1 FROM "
        "early_misses AS new WHERE site = ? AND key = ? "
        "AND new.observed_at = failed_checks.observed_at "
        f"AND {RANK.format('new')} < {RANK.format('failed_checks')})",
        [article, site, key],
    )
    db.execute(
        "INSERT INTO failed_checks (article, run, observed_at, outcome, detail, capture, settled) "
        "SELECT ?, run, observed_at, outcome, detail, capture, 1 FROM early_misses "
        "WHERE site = ? AND key = ? AND NOT EXISTS (SELECT 1 FROM failed_checks AS known "
        "WHERE known.article = ? AND settled = 1 AND "
        "known.observed_at = early_misses.observed_at)",
        [article, site, key, article],
    )
    set_checksums(db, "failed_checks", "article = ?", [article])
    db.execute("DELETE FROM early_misses WHERE site = ? AND key = ?", [site, key])


def early_misses(db: Database, site: str) -> list[tuple[str, str, str]]:
    """Return (key, UTC text, URL of the capture) of failed checks before any sighting."""
    rows = db.execute(
        "SELECT key, observed_at, captures.url FROM early_misses "
        "JOIN captures ON captures.id = capture WHERE early_misses.site = ?",
        [site],
    )
    return rows.fetchall()


def set_early_miss_key(db: Database, site: str, key: str, observed_at: str, new_key: str) -> None:
    """Store another key of a failed check, unless there is one of that key and time."""
    db.execute(
        "UPDATE OR IGNORE early_misses SET key = ? WHERE site = ? AND key = ? AND observed_at = ?",
        [new_key, site, key, observed_at],
    )


def stored_moments(db: Database, site: str) -> Iterator[tuple[str | None, str | None, str]]:
    """Yield (key, URL, UTC text) of what was observed of a site's articles: key or URL is None."""
    query = (
        "SELECT key, NULL, observed_at FROM sightings JOIN articles ON articles.id = article "
        "WHERE site = :site UNION "
        "SELECT key, NULL, observed_at FROM failed_checks JOIN articles ON articles.id = article "
        "WHERE site = :site UNION "
        "SELECT key, NULL, observed_at FROM early_misses WHERE site = :site UNION "
        "SELECT NULL, url, observed_at FROM quarantine WHERE site = :site"
    )
    return (tuple(row) for row in db.execute(query, {"site": site}))
