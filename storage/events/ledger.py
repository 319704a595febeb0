"""The event ledger: an append-only log of published events.

Consumers read `events --since ID`: ids only grow and rows never change, so reads are repeatable.
An event gets its id when it is published, so events of a run that was held come after everything
that consumers have read before. Until then it is a pending event (storage/events/pending.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.db.checksums import COLUMNS
from storage.db.connection import from_utc_text, utc_text
from storage.messages import reason_fields
from storage.models import EventKind
from storage.reasons import Reason

ARTICLE_KINDS = (
    EventKind.NEW,
    EventKind.EDITED,
    EventKind.MOVED,
    EventKind.REMOVED,
    EventKind.RESTORED,
    EventKind.REPOSTED,
    EventKind.CORRECTED,
)
SITE_KINDS = (
    EventKind.OUTAGE,
    EventKind.RECOVERED,
    EventKind.REDESIGN,
    EventKind.DOMAIN_MOVED,
    EventKind.SILENT,
)
STORY_KINDS = (EventKind.STORY_MERGED, EventKind.STORY_SPLIT)
EVENT_COLUMNS = COLUMNS["events"]  # but the id
EVENT_KINDS = (*ARTICLE_KINDS, *STORY_KINDS, *SITE_KINDS)
# Events of :article whose statement still stands.
NOT_CORRECTED = (
    "id NOT IN (SELECT json_extract(detail, '$.corrects') FROM events "
    "WHERE article = :article AND kind = 'corrected')"
)
EVENT_ROWS = (
    "SELECT events.id, run, events.site, article, kind, observed_at, summary, detail, url "
    "FROM events LEFT JOIN articles ON articles.id = article"
)


@dataclass(frozen=True, slots=True)
class Event:
    """A published event.

    Attributes:
        detail: keys of the kind (docs/events.md), such as changed fields and class of an edit
    """

    id: int
    run: int
    site: str
    article: int | None
    kind: str
    observed_at: str
    summary: str
    detail: dict[str, Any]
    url: str | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "site": self.site,
            "url": self.url,
            "article": self.article,
            "observed_at": self.observed_at,
            "summary": self.summary,
            "run": self.run,
            **self.detail,
            **self._reason(),
        }

    def _reason(self) -> dict[str, Any]:
        """Return the reason of a site event as a sentence, a code and its parameters."""
        data = self.detail.get("reason")
        if not isinstance(data, dict):
            return {}
        return reason_fields(Reason.from_dict(data))


def add_pending_event(
    db: Database,
    run: int,
    site: str,
    kind: str,
    observed: datetime | str,
    summary: str,
    article: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an event that waits for the verdict on its run."""
    moment = observed if isinstance(observed, str) else utc_text(observed)
    db.execute(
        "INSERT INTO pending_events (run, site, article, kind, observed_at, summary, detail) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [run, site, article, kind, moment, summary, json.dumps(detail or {}, ensure_ascii=False)],
    )


def retract_pending_event(db: Database, run: int, article: int, kind: str) -> None:
    """Delete a pending event that another event of the run replaces."""
    db.execute(
        "DELETE FROM pending_events WHERE run = ? AND article = ? AND kind = ?",
        [run, article, kind],
    )


def publish_run(db: Database, run: int) -> int:
    """Move a run's pending events to the ledger, ordered by article. Return their number."""
    return _publish(db, "run = ?", [run])


def publish_site_events(db: Database, run: int) -> int:
    """Publish only a run's events about the site; its article events stay pending."""
    return _publish(
        db, "run = ? AND kind IN (SELECT value FROM json_each(?))", [run, json.dumps(SITE_KINDS)]
    )


def _publish(db: Database, condition: str, values: list[Any]) -> int:
    db.execute(
        f"INSERT INTO events ({EVENT_COLUMNS}, checksum) "
        f"SELECT {EVENT_COLUMNS}, row_checksum({EVENT_COLUMNS}) FROM pending_events "
        f"WHERE {condition} ORDER BY article IS NULL DESC, article, id",
        values,
    )
    return db.execute(f"DELETE FROM pending_events WHERE {condition}", values).rowcount


def last_site_event(db: Database, site: str, kind: str) -> Event | None:
    """Return the newest published event of this kind of a site."""
    row = db.execute(
        "SELECT id, run, site, article, kind, observed_at, summary, detail, NULL FROM events "
        "WHERE site = ? AND kind = ? ORDER BY id DESC LIMIT 1",
        [site, kind],
    ).fetchone()
    return event_of(row) if row else None


def event_of(row: Sequence[Any]) -> Event:
    """Return the event of a row of EVENT_ROWS."""
    return Event(*(*row[:-2], json.loads(row[-2]), row[-1]))


def newest_event(db: Database) -> int:
    """Return the id of the newest event, or 0 if there is none."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0])


def pending_count(db: Database, run: int) -> int:
    return int(db.execute("SELECT count(*) FROM pending_events WHERE run = ?", [run]).fetchone()[0])


def events(
    db: Database,
    *,
    site: str | None = None,
    kind: str | None = None,
    run: int | None = None,
    article: int | None = None,
) -> Iterator[Event]:
    """Yield events in order of id; storage/events/filters.py has the filter of users."""
    # An optional condition (:run IS NULL OR ...) would keep SQLite from using the index.
    run_condition = "" if run is None else "AND run = :run"
    article_condition = "" if article is None else "AND article = :article"
    rows = db.execute(
        f"{EVENT_ROWS} WHERE (:site IS NULL OR events.site = :site) "
        f"AND (:kind IS NULL OR kind = :kind) {run_condition} {article_condition} "
        "ORDER BY events.id",
        {"site": site, "kind": kind, "run": run, "article": article},
    )
    for row in rows:
        yield event_of(row)


def standing_events(db: Database, article: int) -> list[Event]:
    """Return an article's events that no later one corrects, in order of id."""
    rows = db.execute(
        f"{EVENT_ROWS} WHERE article = :article AND kind <> 'corrected' "
        f"AND events.{NOT_CORRECTED} ORDER BY events.id",
        {"article": article},
    )
    return [event_of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class PublishedEdit:
    """A published edit, as the numbers of its two revisions.

    Attributes:
        is_revert: whether it restored the text of an earlier revision
    """

    from_revision: int
    to_revision: int
    is_revert: bool
    observed: datetime


def published_edits(db: Database, article: int) -> list[PublishedEdit]:
    """Return the article's published edits that were not corrected, in order of publication."""
    rows = db.execute(
        "SELECT json_extract(detail, '$.from_revision'), json_extract(detail, '$.to_revision'), "
        "json_extract(detail, '$.reverts_to') IS NOT NULL, observed_at FROM events "
        f"WHERE article = :article AND kind = 'edited' AND {NOT_CORRECTED} ORDER BY id",
        {"article": article},
    )
    return [PublishedEdit(a, b, bool(revert), from_utc_text(at)) for a, b, revert, at in rows]
