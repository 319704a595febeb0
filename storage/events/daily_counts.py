"""Articles by their day of publication: numbers per day and site, and the newest ones."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlite_utils import Database

from storage.db.site_filter import IN_SITES, sql_sites


@dataclass(frozen=True, slots=True)
class NewestArticle:
    """An article in a list.

    Attributes:
        day: as in article_days
        day_source: which day that is, published or first_seen
    """

    article: int
    site: str
    title: str
    day: str
    status: str
    day_source: str


@dataclass(frozen=True, slots=True)
class SiteTotal:
    """The number of articles of a site and their newest day."""

    articles: int
    newest: str


def articles_per_day(
    db: Database, sites: Collection[str], first: date, last: date
) -> dict[str, int]:
    """Return day (2025-03-10) -> number of articles of these sites, for days that have any."""
    rows = db.execute(
        "SELECT day, count(*) FROM article_days WHERE site IN (SELECT value FROM json_each(?)) "
        "AND day BETWEEN ? AND ? GROUP BY day",
        [json.dumps(list(sites)), first.isoformat(), last.isoformat()],
    )
    return dict(rows.fetchall())


def newest_day(db: Database, sites: Collection[str], upto: date) -> date | None:
    """Return the newest day of an article of these sites, not after `upto`.

    The limit is needed because a page may print a date in the future.
    """
    row = db.execute(
        "SELECT max(newest) FROM (SELECT (SELECT max(day) FROM article_days WHERE site = value "
        "AND day <= ?) AS newest FROM json_each(?))",
        [upto.isoformat(), json.dumps(list(sites))],
    ).fetchone()
    return date.fromisoformat(row[0]) if row[0] else None


def first_and_last_day(db: Database, sites: Collection[str]) -> tuple[date, date] | None:
    """Return the days of the oldest and the newest article of these sites; None without any."""
    row = db.execute(
        "SELECT min(oldest), max(newest) FROM (SELECT "
        "(SELECT min(day) FROM article_days WHERE site = value) AS oldest, "
        "(SELECT max(day) FROM article_days WHERE site = value) AS newest FROM json_each(?))",
        [json.dumps(list(sites))],
    ).fetchone()
    return (date.fromisoformat(row[0]), date.fromisoformat(row[1])) if row[0] else None


def site_totals(db: Database, sites: Collection[str] | None = None) -> dict[str, SiteTotal]:
    """Return totals by site, for sites with articles; only for `sites` if given."""
    rows = db.execute(
        "SELECT site, articles, (SELECT max(day) FROM article_days WHERE site = c.site) "
        f"FROM article_counts AS c WHERE {IN_SITES.format(site='site')}",
        {"sites": sql_sites(sites)},
    )
    return {site: SiteTotal(articles, newest) for site, articles, newest in rows}


def newest_articles(
    db: Database, sites: Collection[str], *, limit: int = 20, day: date | None = None
) -> list[NewestArticle]:
    """Return the newest articles of these sites by publication day, or those of one day."""
    only_day = day.isoformat() if day else None
    newest = sorted(
        (
            row
            for site in sites
            for row in db.execute(
                "SELECT day, article FROM article_days WHERE site = ? "
                "AND day BETWEEN coalesce(?, '') AND coalesce(?, 'Z') "
                "ORDER BY day DESC, article DESC LIMIT ?",
                [site, only_day, only_day, limit],
            ).fetchall()
        ),
        reverse=True,
    )[:limit]
    rows = db.execute(
        "SELECT articles.id, articles.site, json_extract(record, '$.title'), day, status, "
        "iif(json_extract(record, '$.published') IS NULL, 'first_seen', 'published') "
        "FROM article_days JOIN articles ON articles.id = article_days.article "
        "JOIN revisions ON revisions.article = articles.id AND number = articles.revision "
        "WHERE articles.id IN (SELECT value FROM json_each(?)) "
        "ORDER BY day DESC, articles.id DESC",
        [json.dumps([article for _, article in newest])],
    )
    return [NewestArticle(*row) for row in rows]
