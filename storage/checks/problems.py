"""What went wrong and must not be forgotten: failed checks, unreadable pages, unread URLs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from storage.db.connection import utc_text
from storage.reasons import Reason

MAX_TRIES = 5  # nights on which an article that could not be read is asked for again


class Outcome(StrEnum):
    """How a check did not find its article."""

    NOT_FOUND = "404"
    GONE = "410"
    REDIRECT = "redirect"
    SOFT_404 = "soft 404"


@dataclass(frozen=True, slots=True)
class Check:
    """A check that did not find a known article."""

    article: int
    run: int
    observed_at: str
    outcome: Outcome
    reason: Reason
    capture: int | None


def add_check(
    db: Database,
    article: int,
    run: int,
    observed: datetime,
    outcome: Outcome,
    reason: Reason,
    capture: int | None,
) -> None:
    db.execute(
        "INSERT INTO checks (article, run, observed_at, outcome, detail, capture) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [article, run, utc_text(observed), outcome, reason.to_json(), capture],
    )


def _check(row: tuple[Any, ...]) -> Check:
    article, run, at, outcome, reason, capture = row
    return Check(article, run, at, Outcome(outcome), Reason.from_json(reason), capture)


def unsettled_checks(db: Database, run: int) -> list[Check]:
    rows = db.execute(
        "SELECT article, run, observed_at, outcome, detail, capture FROM checks "
        "WHERE run = ? AND settled = 0 ORDER BY id",
        [run],
    )
    return [_check(row) for row in rows]


def settle_checks(db: Database, run: int) -> None:
    db.execute("UPDATE checks SET settled = 1 WHERE run = ?", [run])


def drop_checks(db: Database, run: int) -> None:
    """The run was not healthy: what it missed proves nothing."""
    db.execute("DELETE FROM checks WHERE run = ? AND settled = 0", [run])


def failing_checks(db: Database, article: int) -> list[Check]:
    """The counted failed checks since the article was last seen, oldest first."""
    rows = db.execute(
        "SELECT article, run, checks.observed_at, outcome, detail, capture FROM checks "
        "JOIN articles ON articles.id = checks.article "
        "WHERE article = ? AND settled = 1 AND checks.observed_at > articles.last_seen "
        "ORDER BY checks.observed_at",
        [article],
    )
    return [_check(row) for row in rows]


def quarantine(
    db: Database,
    site: str,
    url: str,
    run: int,
    observed: datetime,
    reason: Reason,
    capture: int | None,
) -> None:
    db.execute(
        "INSERT INTO quarantine (site, url, run, observed_at, reason, capture) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [site, url, run, utc_text(observed), reason.to_json(), capture],
    )


def want(db: Database, site: str, key: str, url: str, found: datetime, error: Reason) -> int:
    """Remembers an article URL that could not be read, to be asked for again next night.

    Returns how often it was tried by now.
    """
    cursor = db.execute(
        "INSERT INTO wanted VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (site, key) DO UPDATE SET "
        "tries = tries + 1, error = excluded.error, url = excluded.url RETURNING tries",
        [site, key, url, utc_text(found), error.to_json()],
    )
    return int(cursor.fetchone()[0])


def no_longer_wanted(db: Database, site: str, key: str) -> None:
    db.execute("DELETE FROM wanted WHERE site = ? AND key = ?", [site, key])


def wanted_urls(db: Database, site: str) -> list[str]:
    rows = db.execute(
        "SELECT url FROM wanted WHERE site = ? AND tries < ? ORDER BY found_at, key",
        [site, MAX_TRIES],
    )
    return [row[0] for row in rows]


@dataclass(frozen=True, slots=True)
class Suspect:
    """An article that was missed, and not often or long enough to count as removed."""

    article: int
    site: str
    url: str | None
    title: str
    reason: Reason
    checks: int
    since: str


def suspects(db: Database, sites: list[str]) -> list[Suspect]:
    marks = ",".join("?" * len(sites))
    rows = db.execute(
        "SELECT articles.id, articles.site, articles.url, json_extract(record, '$.title'), "
        "checks.detail, count(*), min(checks.observed_at) FROM articles "
        "JOIN checks ON checks.article = articles.id AND settled = 1 "
        "AND checks.observed_at > last_seen "
        "JOIN revisions ON revisions.article = articles.id AND number = revision "
        f"WHERE articles.status = 'suspect' AND articles.site IN ({marks}) "
        "GROUP BY articles.id ORDER BY articles.site, articles.id",
        sites,
    )
    return [
        Suspect(article, site, url, title, Reason.from_json(reason), checks, since)
        for article, site, url, title, reason, checks, since in rows
    ]


def article_checks(db: Database, article: int) -> list[Check]:
    """The counted failed checks of an article, oldest first."""
    rows = db.execute(
        "SELECT article, run, observed_at, outcome, detail, capture FROM checks "
        "WHERE article = ? AND settled = 1 ORDER BY observed_at, id",
        [article],
    )
    return [_check(row) for row in rows]


@dataclass(frozen=True, slots=True)
class MissedArticle:
    """A suspect as a list shows it: what its newest failed check said, and how many there were.

    `checks` counts the settled failed checks since the article was last seen.
    """

    article: int
    site: str
    title: str
    last_seen: str
    checks: int
    outcome: Outcome
    reason: Reason


def missed_articles(db: Database, site: str, *, most: int, skip: int = 0) -> list[MissedArticle]:
    """The suspects of a site, or of every site if `site` is empty, the newest article first."""
    newest = "FROM checks WHERE article = articles.id AND settled = 1 ORDER BY observed_at DESC"
    rows = db.execute(
        "SELECT articles.id, articles.site, json_extract(record, '$.title'), last_seen, "
        "(SELECT count(*) FROM checks WHERE article = articles.id AND settled = 1 "
        "AND observed_at > last_seen), "
        f"(SELECT outcome {newest} LIMIT 1), (SELECT detail {newest} LIMIT 1) FROM articles "
        "JOIN revisions ON revisions.article = articles.id AND number = revision "
        "WHERE articles.status = 'suspect' AND (:site = '' OR articles.site = :site) "
        "ORDER BY articles.id DESC LIMIT :most OFFSET :skip",
        {"site": site, "most": most, "skip": skip},
    )
    return [
        MissedArticle(
            article, site, title, seen, checks, Outcome(outcome), Reason.from_json(reason)
        )
        for article, site, title, seen, checks, outcome, reason in rows
    ]
