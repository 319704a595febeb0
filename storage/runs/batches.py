"""Nightly batches: skipped sites, errors, and the interrupted batch that is resumed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from storage.db.connection import transaction, utc_text
from storage.reasons import Reason

GOES_ON_FOR = timedelta(hours=20)  # an older night is over; its sites' next runs take over


@dataclass(frozen=True, slots=True)
class NightNotes:
    """`skipped` and `errors`: site -> why. `ended_at`: None while it runs or if interrupted."""

    name: str
    began_at: str
    ended_at: str | None
    skipped: dict[str, Reason]
    errors: dict[str, Reason]


def begin_night(db: Database, name: str, now: datetime, *, goes_on: bool = False) -> None:
    with transaction(db):
        db.execute(
            "INSERT INTO nights VALUES (?, ?, NULL, ?, '{}', '{}') ON CONFLICT (name) DO NOTHING",
            [name, utc_text(now), int(goes_on)],
        )


def end_night(
    db: Database,
    name: str,
    ended_at: datetime | None,
    skipped: dict[str, Reason],
    errors: dict[str, Reason],
) -> None:
    """Stores the end of a batch. `ended_at` None: it was interrupted and may be resumed."""
    with transaction(db):
        db.execute(
            "UPDATE nights SET ended_at = ?, passed_over = ?, errors = ? WHERE name = ?",
            [utc_text(ended_at) if ended_at else None, _json(skipped), _json(errors), name],
        )


def night_notes(db: Database, name: str) -> NightNotes | None:
    """None for runs that were not started as a night: an import, `scrapy crawl`."""
    row = db.execute(
        "SELECT name, began_at, ended_at, passed_over, errors FROM nights WHERE name = ?", [name]
    ).fetchone()
    if row is None:
        return None
    began, ended, skipped, errors = row[1:]
    return NightNotes(row[0], began, ended, _reasons(skipped), _reasons(errors))


def cut_off_night(db: Database, now: datetime) -> str | None:
    """The newest night, where it was to go on, was cut off and is not too old for it."""
    row = db.execute(
        "SELECT name FROM nights WHERE goes_on = 1 AND began_at <= :now AND ended_at IS NULL "
        "AND began_at >= :since AND name = (SELECT max(name) FROM nights "
        "WHERE goes_on = 1 AND began_at <= :now)",
        {"now": utc_text(now), "since": utc_text(now - GOES_ON_FOR)},
    ).fetchone()
    return row[0] if row else None


def sites_done(db: Database, night: str) -> set[str]:
    """Sites of which the night holds a whole run; one that failed is crawled again."""
    rows = db.execute(
        "SELECT DISTINCT site FROM runs WHERE night = ? AND state = 'finished' "
        "AND verdict IS NOT 'failed' AND json_extract(stats, '$.ended') IS 'finished'",
        [night],
    )
    return {row[0] for row in rows}


def _json(reasons: dict[str, Reason]) -> str:
    data = {site: reason.to_data() for site, reason in reasons.items()}
    return json.dumps(data, ensure_ascii=False)


def _reasons(stored: str) -> dict[str, Reason]:
    return {site: Reason.from_data(data) for site, data in json.loads(stored).items()}
