"""Results of the weekly check of retired domains: one row per state of a domain.

They come from the network and not from captures, so a rebuilt database has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from storage.db.connection import transaction, utc_text
from storage.reasons import Reason


class DomainState(StrEnum):
    """Where a retired domain leads."""

    REDIRECTS = "redirects"  # to the site
    ELSEWHERE = "elsewhere"
    PARKED = "parked"
    ANSWERS = "answers"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DomainAnswer:
    """The result for one domain. `host` is "" if it leads nowhere else."""

    site: str
    domain: str
    state: DomainState
    host: str = ""
    detail: Reason | None = None


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """The newest state of a domain. Times are UTC text.

    Attributes:
        since, checked_at: the first and the newest check with this state
        before, host_before: the previous state and host; None if there is none
        led_home: whether an earlier check found that it redirects to its site
    """

    site: str
    domain: str
    state: DomainState
    host: str
    detail: Reason | None
    since: str
    checked_at: str
    before: DomainState | None = None
    host_before: str | None = None
    led_home: bool = False

    @property
    def changed(self) -> bool:
        """Whether the newest check changed the state."""
        return self.before is not None and self.since == self.checked_at


def save_answers(db: Database, answers: Iterable[DomainAnswer], now: datetime) -> None:
    """Store the results of a check. A domain with another state or host gets a new row."""
    with transaction(db):
        for answer in answers:
            _save(db, answer, utc_text(now))


def _save(db: Database, answer: DomainAnswer, now: str) -> None:
    detail = answer.detail.to_json() if answer.detail else ""
    last = db.execute(
        "SELECT id, state, host FROM domain_checks WHERE site = ? AND domain = ? "
        "ORDER BY id DESC LIMIT 1",
        [answer.site, answer.domain],
    ).fetchone()
    if last is not None and last[1:] == (answer.state, answer.host):
        db.execute(
            "UPDATE domain_checks SET checked_at = ?, detail = ? WHERE id = ?",
            [now, detail, last[0]],
        )
        return
    db.execute(
        "INSERT INTO domain_checks (site, domain, state, host, detail, since, checked_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [answer.site, answer.domain, answer.state, answer.host, detail, now, now],
    )


def newest_checks(db: Database, site: str | None = None) -> list[DomainCheck]:
    """Return the newest check of each domain, by site and domain. `site`: only of this one."""
    rows = db.query(
        "SELECT now.site, now.domain, now.state, now.host, now.detail, now.since, now.checked_at, "
        "past.state AS before, past.host AS host_before, "
        "EXISTS (SELECT 1 FROM domain_checks AS older WHERE "
        "older.site = now.site AND older.domain = now.domain AND older.id < now.id "
        "AND older.state = 'redirects') AS led_home "
        "FROM domain_checks AS now LEFT JOIN domain_checks AS past ON past.id = "
        "(SELECT max(id) FROM domain_checks AS older WHERE older.site = now.site "
        "AND older.domain = now.domain AND older.id < now.id) "
        "WHERE (:site IS NULL OR now.site = :site) AND NOT EXISTS (SELECT 1 FROM domain_checks "
        "AS newer WHERE newer.site = now.site AND newer.domain = now.domain "
        "AND newer.id > now.id) ORDER BY now.site, now.domain",
        {"site": site},
    )
    return [_check(row) for row in rows]


def _check(row: dict[str, Any]) -> DomainCheck:
    return DomainCheck(
        **row
        | {
            "state": DomainState(row["state"]),
            "before": DomainState(row["before"]) if row["before"] else None,
            "detail": Reason.from_json(row["detail"]) if row["detail"] else None,
            "led_home": bool(row["led_home"]),
        }
    )
