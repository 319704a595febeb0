"""What came on which day: articles by the day they carry, events by the day of our look."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlite_utils import Database

# A site's day is Vietnam's: seven hours before UTC's.
LOCAL_DAY = "date(observed_at, '+7 hours')"


@dataclass(frozen=True, slots=True)
class Newest:
    """An article as lists show it. `day`: as in article_days; `first_seen`: UTC text."""

    article: int
    site: str
    title: str
    day: str
    status: str
    first_seen: str


@dataclass(frozen=True, slots=True)
class SiteSum:
    """How many articles a site has, and the newest day of one."""

    articles: int
    newest: str


def articles_a_day(db: Database, sites: Collection[str], first: date, last: date) -> dict[str, int]:
    """Day (2025-03-10) -> articles of these sites that carry it; days without one are left out."""
    rows = db.execute(
        "SELECT day, count(*) FROM article_days WHERE site IN (SELECT value FROM json_each(?)) "
        "AND day BETWEEN ? AND ? GROUP BY day",
        [json.dumps(list(sites)), first.isoformat(), last.isoformat()],
    )
    return dict(rows.fetchall())


def newest_day(db: Database, sites: Collection[str], upto: date) -> date | None:
    """The newest day on which one of these sites has an article, none after `upto`.

    A page may print a day that is not there yet.
    """
    row = db.execute(
        "SELECT max(newest) FROM (SELECT (SELECT max(day) FROM article_days WHERE site = value "
        "AND day <= ?) AS newest FROM json_each(?))",
        [upto.isoformat(), json.dumps(list(sites))],
    ).fetchone()
    return date.fromisoformat(row[0]) if row[0] else None


def site_sums(db: Database, sites: Collection[str] | None = None) -> dict[str, SiteSum]:
    """By site, of those that have an article; of these sites alone where given."""
    rows = db.execute(
        "SELECT site, articles, (SELECT max(day) FROM article_days WHERE site = c.site) "
        "FROM article_counts AS c WHERE :sites IS NULL "
        "OR site IN (SELECT value FROM json_each(:sites))",
        {"sites": None if sites is None else json.dumps(list(sites))},
    )
    return {site: SiteSum(articles, newest) for site, articles, newest in rows}


def newest_articles(
    db: Database, sites: Collection[str], *, most: int = 20, day: date | None = None
) -> list[Newest]:
    """The newest articles of these sites by the day they carry; of one day alone where given."""
    wanted = day.isoformat() if day else None
    chosen = sorted(
        (
            row
            for site in sites
            for row in db.execute(
                "SELECT day, article FROM article_days WHERE site = ? "
                "AND day BETWEEN coalesce(?, '') AND coalesce(?, 'Z') "
                "ORDER BY day DESC, article DESC LIMIT ?",
                [site, wanted, wanted, most],
            ).fetchall()
        ),
        reverse=True,
    )[:most]
    rows = db.execute(
        "SELECT articles.id, articles.site, json_extract(record, '$.title'), day, status, "
        "first_seen FROM article_days JOIN articles ON articles.id = article_days.article "
        "JOIN revisions ON revisions.article = articles.id AND number = articles.revision "
        "WHERE articles.id IN (SELECT value FROM json_each(?)) "
        "ORDER BY day DESC, articles.id DESC",
        [json.dumps([article for _, article in chosen])],
    )
    return [Newest(*row) for row in rows]


def events_a_day(
    db: Database, sites: Collection[str], first: date, last: date
) -> dict[str, dict[str, int]]:
    """Day, in Vietnam -> kind -> events of these sites that were observed on it."""
    rows = db.execute(
        f"SELECT {LOCAL_DAY} AS day, kind, count(*) FROM events "
        "WHERE site IN (SELECT value FROM json_each(?)) AND observed_at >= ? AND observed_at < ? "
        "GROUP BY day, kind",
        [json.dumps(list(sites)), f"{first - timedelta(days=1)}T17:00:00Z", f"{last}T17:00:00Z"],
    )
    found: dict[str, dict[str, int]] = {}
    for day, kind, number in rows:
        found.setdefault(day, {})[kind] = number
    return found
