"""The ledger of events, and the room where events wait for their run's verdict.

Consumers read `events --since ID`: ids only grow, rows never change, and reading twice gives the
same answer. An event gets its id when it is published, so a run that is let out late comes after
what was read already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.db.connection import from_utc_text, utc_text
from storage.messages import reason_fields
from storage.provinces.lookup import IN_PROVINCES, sql_provinces
from storage.reasons import Reason

ARTICLE_KINDS = ("new", "edited", "moved", "removed", "restored", "reposted")
SITE_KINDS = ("outage", "recovered", "redesign", "domain_moved", "silent")
STORY_KINDS = ("story_merged", "story_split")
EVENT_KINDS = (*ARTICLE_KINDS, *STORY_KINDS, *SITE_KINDS)
EVENT_ROWS = (
    "SELECT events.id, run, events.site, article, kind, observed_at, summary, detail, url "
    "FROM events LEFT JOIN articles ON articles.id = article"
)


@dataclass(frozen=True, slots=True)
class Event:
    """`detail` holds what the kind needs: changed fields and class of an edit, the original ..."""

    id: int
    run: int
    site: str
    article: int | None
    kind: str
    observed_at: str
    summary: str
    detail: dict[str, Any]
    url: str | None

    def as_json(self) -> dict[str, Any]:
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
        """The reason of an event about a site, as a sentence, a code and its parameters."""
        data = self.detail.get("reason")
        if not isinstance(data, dict):
            return {}
        return reason_fields(Reason.from_data(data))


def hold_event(
    db: Database,
    run: int,
    site: str,
    kind: str,
    observed: datetime | str,
    summary: str,
    article: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    moment = observed if isinstance(observed, str) else utc_text(observed)
    db.execute(
        "INSERT INTO held_events (run, site, article, kind, observed_at, summary, detail) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [run, site, article, kind, moment, summary, json.dumps(detail or {}, ensure_ascii=False)],
    )


def take_back(db: Database, run: int, article: int, kind: str) -> None:
    """Drops a held event that another one says better, before anybody could read it."""
    db.execute(
        "DELETE FROM held_events WHERE run = ? AND article = ? AND kind = ?", [run, article, kind]
    )


def publish_run(db: Database, run: int) -> int:
    """Moves a run's held events to the ledger, in the order of their articles; returns how many."""
    return _publish(db, "run = ?", [run])


def publish_site_events(db: Database, run: int) -> int:
    """The same for what a run says of the site itself; what it says of articles goes on waiting."""
    return _publish(
        db, "run = ? AND kind IN (SELECT value FROM json_each(?))", [run, json.dumps(SITE_KINDS)]
    )


def _publish(db: Database, wanted: str, values: list[Any]) -> int:
    db.execute(
        "INSERT INTO events (run, site, article, kind, observed_at, summary, detail) "
        "SELECT run, site, article, kind, observed_at, summary, detail FROM held_events "
        f"WHERE {wanted} ORDER BY article IS NULL DESC, article, id",
        values,
    )
    return db.execute(f"DELETE FROM held_events WHERE {wanted}", values).rowcount


def last_site_event(db: Database, site: str, kind: str) -> Event | None:
    """The newest published event of this kind that a site has."""
    row = db.execute(
        "SELECT id, run, site, article, kind, observed_at, summary, detail, NULL FROM events "
        "WHERE site = ? AND kind = ? ORDER BY id DESC LIMIT 1",
        [site, kind],
    ).fetchone()
    return event_of(row) if row else None


def event_of(row: Sequence[Any]) -> Event:
    """The event in a row of EVENT_ROWS."""
    return Event(*(*row[:-2], json.loads(row[-2]), row[-1]))


def held_count(db: Database, run: int) -> int:
    return int(db.execute("SELECT count(*) FROM held_events WHERE run = ?", [run]).fetchone()[0])


def events(
    db: Database,
    *,
    since: int = 0,
    site: str | None = None,
    kind: str | None = None,
    run: int | None = None,
    article: int | None = None,
    provinces: frozenset[str] | None = None,
) -> Iterator[Event]:
    """Events with an id above `since`, in order of id; of sites of these former provinces."""
    # Said only where wanted: otherwise no index would be used.
    one_run = "" if run is None else "AND run = :run"
    one_article = "" if article is None else "AND article = :article"
    rows = db.execute(
        f"{EVENT_ROWS} WHERE events.id > :since AND (:site IS NULL OR events.site = :site) "
        f"AND (:kind IS NULL OR kind = :kind) {one_run} {one_article} "
        f"AND {IN_PROVINCES.format(site='events.site')} ORDER BY events.id",
        {"since": since, "site": site, "kind": kind, "run": run, "article": article,
         "provinces": sql_provinces(provinces)},
    )  # fmt: skip
    for row in rows:
        yield event_of(row)


def has_event(db: Database, article: int, kind: str) -> bool:
    """Whether an event of this kind was ever published of the article."""
    query = "SELECT 1 FROM events WHERE article = ? AND kind = ? LIMIT 1"
    return db.execute(query, [article, kind]).fetchone() is not None


@dataclass(frozen=True, slots=True)
class PublishedEdit:
    """A published edit by the revisions between which it lies.

    `is_return`: it brought back a text that an earlier revision had.
    """

    from_revision: int
    to_revision: int
    is_return: bool
    observed: datetime


def newest_published_edit(db: Database, article: int) -> PublishedEdit | None:
    row = db.execute(
        "SELECT json_extract(detail, '$.from_revision'), json_extract(detail, '$.to_revision'), "
        "json_extract(detail, '$.reverts_to') IS NOT NULL, observed_at FROM events "
        "WHERE article = ? AND kind = 'edited' ORDER BY 2 DESC, id DESC LIMIT 1",
        [article],
    ).fetchone()
    if row is None:
        return None
    return PublishedEdit(row[0], row[1], bool(row[2]), from_utc_text(row[3]))
