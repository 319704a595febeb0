"""What an export is made of: the chosen articles, and their rows one after the other.

An export reads one state of the database from its first row to its last, also while a crawl
writes, and never holds more than one article in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from storage.provinces.lookup import IN_PROVINCES, province_now, sql_provinces
from storage.search.parser import Query
from storage.search.selection import chosen_articles

Row = dict[str, Any]
OBSERVED = (
    "articles.id, province, articles.status, first_seen, last_seen, last_checked, "
    "articles.revision, capture, revisions.reader, sites.title, sites.kind, story, "
    "revisions.number, cause, observed_at, record"
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The articles of one export. Their ids are also in the table `temp.chosen` of `db`.

    `last_event` is the highest id of the ledger at that moment: an export `since` it goes on
    where this one ended. `captures` is the home's folder of WARC files. `tell` is called once for
    every article that is done; a writer that takes `rows` need not call it.
    """

    db: Database
    captures: Path
    articles: int
    last_event: int
    revisions: bool = False  # every revision of an article, not only the newest
    tell: Callable[[], None] = lambda: None

    def stories(self) -> list[int]:
        """The stories in which these articles stand, in order."""
        rows = self.db.execute(
            "SELECT DISTINCT story FROM temp.chosen JOIN story_members USING (article) "
            "ORDER BY story"
        )
        return [story for (story,) in rows]

    def rows(self) -> Iterator[Row]:
        """Each article by the names of docs/exports.md, in order of id, then of revision."""
        which = "" if self.revisions else "AND number = articles.revision"
        return self._rows(
            "temp.chosen JOIN articles ON articles.id = chosen.article "
            f"JOIN revisions ON revisions.article = articles.id {which}",
            "chosen.article, number",
        )

    def rows_by_year_and_site(self) -> Iterator[Row]:
        """The same rows sorted by the year that each was published in, then by site.

        Those without a date come first.
        """
        which = "" if self.revisions else "AND number = revision"
        self.db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS placed (year TEXT, site TEXT, article INTEGER, "
            "number INTEGER, PRIMARY KEY (year, site, article, number)) WITHOUT ROWID"
        )
        self.db.execute(
            "INSERT OR IGNORE INTO temp.placed "
            "SELECT coalesce(substr(json_extract(record, '$.published'), 1, 4), ''), site, "
            "articles.id, number FROM temp.chosen JOIN articles ON articles.id = chosen.article "
            f"JOIN revisions ON revisions.article = articles.id {which}"
        )
        return self._rows(
            "temp.placed JOIN articles ON articles.id = placed.article JOIN revisions "
            "ON revisions.article = placed.article AND revisions.number = placed.number",
            "placed.year, placed.site, placed.article, placed.number",
        )

    def as_of(self) -> str:
        """The newest moment (UTC text) of which these articles or the ledger say something."""
        row = self.db.execute(
            "SELECT coalesce(max(at), '1980-01-01T00:00:00Z') FROM ("
            "SELECT max(last_checked) AS at FROM articles JOIN temp.chosen ON article = id "
            "UNION ALL SELECT max(observed_at) FROM events)"
        ).fetchone()
        return str(row[0])

    def _rows(self, source: str, order: str) -> Iterator[Row]:
        rows = self.db.execute(
            f"SELECT {OBSERVED} FROM {source} JOIN sites ON sites.name = articles.site "
            "LEFT JOIN story_members ON story_members.article = articles.id "
            f"ORDER BY {order}"
        )
        for row in rows:
            made = _row(row)
            yield made
            if made["revision"] == made["revisions"]:
                self.tell()


def _row(row: tuple[Any, ...]) -> Row:
    return {
        "id": row[0],
        **json.loads(row[15]),
        "province": row[1],
        "province_now": province_now(row[1]),
        "status": row[2],
        "first_seen": row[3],
        "last_seen": row[4],
        "last_checked": row[5],
        "revisions": row[6],
        "capture": row[7],
        "reader": row[8],
        "site_title": row[9],
        "site_kind": row[10],
        "story": row[11],
        "revision": row[12],
        "cause": row[13],
        "observed_at": row[14],
    }


@contextmanager
def chosen(
    db: Database,
    captures: Path,
    *,
    query: Query | None = None,
    article: int | None = None,
    site: str | None = None,
    provinces: frozenset[str] | None = None,
    since_event: int = 0,
    revisions: bool = False,
    tell: Callable[[], None] = lambda: None,
) -> Iterator[Chosen]:
    """The articles that every filter lets through, while the block runs.

    None lets all through. provinces: former ones. since_event: only articles that have an event
    with a higher id; 0 lets all through. Raises QueryError for a site that is none.
    """
    filters = {
        "article": article,
        "site": site,
        "provinces": sql_provinces(provinces),
        "since": since_event,
    }
    db.conn.execute("BEGIN")
    try:
        last = db.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()[0]
        yield Chosen(db, captures, _choose(db, query, filters), last, revisions, tell)
    finally:
        db.conn.rollback()  # nothing was written but the table of ids, which goes with it


def _choose(db: Database, query: Query | None, filters: dict[str, Any]) -> int:
    """Fills the table of ids; returns how many there are."""
    db.execute("CREATE TEMP TABLE found (article INTEGER PRIMARY KEY)")
    if query is not None:
        found = ((article,) for article in chosen_articles(db, query))
        db.conn.executemany("INSERT INTO temp.found VALUES (?)", found)
    db.execute("CREATE TEMP TABLE chosen (article INTEGER PRIMARY KEY)")
    db.execute(
        "INSERT INTO temp.chosen SELECT id FROM articles "
        "WHERE (:all OR id IN (SELECT article FROM temp.found)) "
        "AND (:article IS NULL OR id = :article) AND (:site IS NULL OR site = :site) "
        f"AND {IN_PROVINCES.format(site='site')} "
        "AND (:since = 0 OR id IN (SELECT article FROM events WHERE id > :since)) "
        "AND revision > 0",
        {"all": query is None, **filters},
    )
    return int(db.execute("SELECT count(*) FROM temp.chosen").fetchone()[0])
