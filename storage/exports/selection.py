"""Selection of articles for an export, and iteration over their rows.

An export reads one snapshot of the database, also while a crawl writes, and holds one article in
memory at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from sqlite_utils import Database

from storage.articles.record_json import output_record
from storage.articles.revisions import REVISION_COUNT
from storage.db.revision_order import IN_TIME
from storage.db.site_filter import IN_SITES, sql_sites
from storage.events.filters import EventFilter, matching_events
from storage.events.ledger import newest_event
from storage.models import RevisionCause
from storage.provinces.lookup import IN_PROVINCES, province_now, sql_provinces
from storage.search.parser import Query
from storage.search.selection import matching_articles

Row = dict[str, Any]
COLUMNS = {  # column of a row -> SQL
    "id": "articles.id", "record": "record", "province": "province", "status": "articles.status",
    "first_seen": "first_seen", "last_seen": "last_seen", "last_checked": "last_checked",
    "revisions": REVISION_COUNT, "capture": "capture", "reader": "revisions.extractor_version",
    "site_title": "sites.title", "site_kind": "sites.kind", "story": "story",
    "revision": "revisions.number", "cause": "cause", "observed_at": "observed_at",
    "captured_at": "captured_at", "sha256": "sha256", "warc": "warc", "warc_offset": "warc_offset",
    "memento_url": "captures.source_url",
}  # fmt: skip
IS_NEWEST = "revisions.number = articles.revision"  # such a row is the last one of its article
JOINED = (
    "JOIN sites ON sites.name = articles.site "
    "LEFT JOIN story_members ON story_members.article = articles.id "
    "LEFT JOIN captures ON captures.id = revisions.capture"
)


@dataclass(frozen=True, slots=True)
class Selection:
    """The articles of an export. Their ids are in the table `temp.selected` of `db`.

    Attributes:
        captures: folder of WARC files
        articles: number of articles
        last_event: highest event id of the snapshot; an export `since` it continues this one
        revisions: export all revisions, not only the current ones
        checks: export the captures of failed checks as well
        on_progress: called once per finished article; `rows` calls it
    """

    db: Database
    captures: Path
    articles: int
    last_event: int
    revisions: bool = False
    on_progress: Callable[[], None] = lambda: None
    checks: bool = False

    def stories(self) -> list[int]:
        """Return the stories of these articles, ascending."""
        rows = self.db.execute(
            "SELECT DISTINCT story FROM temp.selected JOIN story_members USING (article) "
            "ORDER BY story"
        )
        return [story for (story,) in rows]

    def rows(self) -> Iterator[Row]:
        """Yield rows with the names of docs/exports.md, ordered by article and by time."""
        only_current = "" if self.revisions else "AND number = articles.revision"
        return self._rows(
            "temp.selected JOIN articles ON articles.id = selected.article "
            f"JOIN revisions ON revisions.article = articles.id {only_current}",
            f"selected.article, {IN_TIME}",
        )

    def write_rows(self, output: BinaryIO, encoded: Callable[[Row], bytes]) -> int:
        """Write what `encoded` returns for each row; return the number of rows."""
        count = 0
        for row in self.rows():
            output.write(encoded(row))
            count += 1
        return count

    def rows_by_year_and_site(self) -> Iterator[Row]:
        """Yield the same rows ordered by year of publication, then by site.

        Rows without a date come first.
        """
        only_current = "" if self.revisions else "AND number = revision"
        self.db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS placed (year TEXT, site TEXT, article INTEGER, "
            "number INTEGER, PRIMARY KEY (year, site, article, number)) WITHOUT ROWID"
        )
        self.db.execute(
            "INSERT OR IGNORE INTO temp.placed "
            "SELECT coalesce(substr(json_extract(record, '$.published'), 1, 4), ''), site, "
            "articles.id, number FROM temp.selected "
            "JOIN articles ON articles.id = selected.article "
            f"JOIN revisions ON revisions.article = articles.id {only_current}"
        )
        return self._rows(
            "temp.placed JOIN articles ON articles.id = placed.article JOIN revisions "
            "ON revisions.article = placed.article AND revisions.number = placed.number",
            f"placed.year, placed.site, placed.article, {IN_TIME}",
        )

    def as_of(self) -> str:
        """Return the time of the newest check of these articles or of the newest event (UTC)."""
        row = self.db.execute(
            "SELECT coalesce(max(at), '1980-01-01T00:00:00Z') FROM ("
            "SELECT max(last_checked) AS at FROM articles JOIN temp.selected ON article = id "
            "UNION ALL SELECT max(observed_at) FROM events)"
        ).fetchone()
        return str(row[0])

    def _rows(self, source: str, order: str) -> Iterator[Row]:
        columns = ", ".join(COLUMNS.values())
        for is_newest, *row in self.db.execute(
            f"SELECT {IS_NEWEST}, {columns} FROM {source} {JOINED} ORDER BY {order}"
        ):
            yield _export_row(row)
            if is_newest:
                self.on_progress()


def _export_row(row: Sequence[Any]) -> Row:
    stored = dict(zip(COLUMNS, row, strict=True))
    record = output_record(json.loads(stored.pop("record")))
    return {
        "id": stored["id"],
        **record,
        "published_on": record["published"][:10] if record["published"] else None,
        "province": stored["province"],
        "province_now": province_now(stored["province"]),
        **stored,
        "cause": RevisionCause(stored["cause"]).exported,
    }


@contextmanager
def select_articles(
    db: Database,
    captures: Path,
    *,
    query: Query | None = None,
    article: int | None = None,
    sites: Collection[str] = (),
    provinces: frozenset[str] | None = None,
    since_event: int = 0,
    events: EventFilter | None = None,
    revisions: bool = False,
    checks: bool = False,
    on_progress: Callable[[], None] = lambda: None,
) -> Iterator[Selection]:
    """Select the articles that match all filters, within one read transaction.

    Raise QueryError if the query names an unknown site.

    Args:
        sites: names; () for all
        provinces: slugs of former provinces
        since_event: only articles with an event above this id; 0 for all
        events: only articles with an event that matches
    """
    filters = {
        "article": article,
        "sites": sql_sites(sites or None),
        "provinces": sql_provinces(provinces),
        "since": since_event,
    }
    db.conn.execute("BEGIN")
    try:
        number = _fill_selected(db, query, events, filters)
        yield Selection(db, captures, number, newest_event(db), revisions, on_progress, checks)
    finally:
        db.conn.rollback()  # drops the temporary tables; nothing else was written


def _fill_selected(
    db: Database, query: Query | None, events: EventFilter | None, filters: dict[str, Any]
) -> int:
    """Fill the table of ids and return their number."""
    db.execute("CREATE TEMP TABLE matches (article INTEGER PRIMARY KEY)")
    db.execute("CREATE TEMP TABLE changed (article INTEGER PRIMARY KEY)")
    if query is not None:
        ids = ((article,) for article in matching_articles(db, query))
        db.conn.executemany("INSERT INTO temp.matches VALUES (?)", ids)
    if events is not None:
        ids = ((event.article,) for event in matching_events(db, events) if event.article)
        db.conn.executemany("INSERT OR IGNORE INTO temp.changed VALUES (?)", ids)
    # An optional condition (:article IS NULL OR ...) would keep SQLite from looking the article up.
    of_article = "" if filters["article"] is None else "AND id = :article "
    db.execute("CREATE TEMP TABLE selected (article INTEGER PRIMARY KEY)")
    db.execute(
        "INSERT INTO temp.selected SELECT id FROM articles "
        "WHERE (:all OR id IN (SELECT article FROM temp.matches)) "
        "AND (NOT :of_events OR id IN (SELECT article FROM temp.changed)) "
        f"{of_article}"
        f"AND {IN_SITES.format(site='site')} "
        f"AND {IN_PROVINCES.format(site='site')} "
        "AND (:since = 0 OR id IN (SELECT article FROM events WHERE id > :since)) "
        "AND revision > 0",
        {"all": query is None, "of_events": events is not None, **filters},
    )
    return int(db.execute("SELECT count(*) FROM temp.selected").fetchone()[0])


@dataclass(frozen=True, slots=True)
class OneRevision(Selection):
    """One revision of an article, for a citation of exactly this text.

    Attributes:
        row: as `rows` yields it
    """

    row: Row = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        yield self.row


def one_revision(db: Database, captures: Path, article: int, number: int) -> OneRevision:
    """Return a revision as a selection that every citation format can write. It must exist."""
    row = db.execute(
        f"SELECT {', '.join(COLUMNS.values())} FROM articles "
        "JOIN revisions ON revisions.article = articles.id AND number = ? "
        f"{JOINED} WHERE articles.id = ?",
        [number, article],
    ).fetchone()
    return OneRevision(db, captures, 1, 0, revisions=True, row=_export_row(row))
