"""Nightly batches: skipped sites, errors, and the interrupted batch that is resumed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.db.connection import transaction, utc_text
from storage.provinces.lookup import IN_PROVINCES, sql_provinces
from storage.reasons import Reason

MAX_RESUMABLE_AGE = timedelta(hours=20)  # older: the sites' next runs continue their work


@dataclass(frozen=True, slots=True)
class Batch:
    """A nightly batch.

    Attributes:
        name: the moment at which it started; its runs carry it
        started_at: UTC text
        ended_at: UTC text; None while it runs or if it was interrupted
        skipped: site -> why it was not crawled
        errors: site -> why its crawl did not finish
    """

    name: str
    started_at: str
    ended_at: str | None
    skipped: dict[str, Reason]
    errors: dict[str, Reason]


def start_batch(db: Database, name: str, now: datetime, *, resumable: bool = False) -> None:
    """Store the start of a batch; nothing if a batch of this name has started already."""
    with transaction(db):
        db.execute(
            "INSERT INTO batches (name, started_at, resumable, skipped, errors) "
            "VALUES (?, ?, ?, '{}', '{}') ON CONFLICT (name) DO NOTHING",
            [name, utc_text(now), int(resumable)],
        )


def finish_batch(
    db: Database,
    name: str,
    ended_at: datetime | None,
    skipped: dict[str, Reason],
    errors: dict[str, Reason],
) -> None:
    """Store the end of a batch. `ended_at` is None if it was interrupted and may be resumed."""
    with transaction(db):
        db.execute(
            "UPDATE batches SET ended_at = ?, skipped = ?, errors = ? WHERE name = ?",
            [utc_text(ended_at) if ended_at else None, _json(skipped), _json(errors), name],
        )


def get_batch(db: Database, name: str) -> Batch | None:
    """Return the batch, or None for runs that no batch started: an import, `scrapy crawl`."""
    row = db.execute(
        "SELECT name, started_at, ended_at, skipped, errors FROM batches WHERE name = ?", [name]
    ).fetchone()
    if row is None:
        return None
    started, ended, skipped, errors = row[1:]
    return Batch(row[0], started, ended, _reasons(skipped), _reasons(errors))


def interrupted_batch(db: Database, now: datetime) -> str | None:
    """Return the newest resumable batch if it was interrupted and is young enough to resume."""
    row = db.execute(
        "SELECT name FROM batches WHERE resumable = 1 AND started_at <= :now AND ended_at IS NULL "
        "AND started_at >= :since AND name = (SELECT max(name) FROM batches "
        "WHERE resumable = 1 AND started_at <= :now)",
        {"now": utc_text(now), "since": utc_text(now - MAX_RESUMABLE_AGE)},
    ).fetchone()
    return row[0] if row else None


def sites_done(db: Database, batch: str) -> set[str]:
    """Return the sites with a complete run in the batch. A failed run is not complete."""
    rows = db.execute(
        "SELECT DISTINCT site FROM runs WHERE batch = ? AND state = 'finished' "
        "AND verdict IS NOT 'failed' AND json_extract(stats, '$.ended') IS 'finished'",
        [batch],
    )
    return {row[0] for row in rows}


def latest_batch(db: Database) -> str | None:
    """Return the batch of the newest run, or None if there is no run."""
    row = db.execute("SELECT batch FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return row[0] if row else None


def batch_runs(db: Database, batch: str, provinces: frozenset[str] | None = None) -> list[int]:
    """Return the runs of a batch, by site. `provinces`: only sites of these former provinces."""
    rows = db.execute(
        f"SELECT id FROM runs WHERE batch = :batch AND {IN_PROVINCES.format(site='site')} "
        "ORDER BY site, id",
        {"batch": batch, "provinces": sql_provinces(provinces)},
    )
    return [row[0] for row in rows]


def _json(reasons: dict[str, Reason]) -> str:
    data = {site: reason.to_dict() for site, reason in reasons.items()}
    return json.dumps(data, ensure_ascii=False)


def _reasons(stored: str) -> dict[str, Reason]:
    return {site: Reason.from_dict(data) for site, data in json.loads(stored).items()}
