"""Articles and their revisions: the state of each and every distinct content it had."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.db.connection import from_utc_text, utc_text
from storage.models import Article
from storage.provinces.lookup import IN_PROVINCES, province_now, sql_provinces
from storage.search.indexer import forget, index_revision


@dataclass(frozen=True, slots=True)
class Known:
    """An article as the database knows it. Times are UTC text (storage/db/connection.py)."""

    id: int
    site: str
    key: str
    url: str | None
    status: str
    first_seen: str
    last_seen: str
    last_checked: str
    revision: int


@dataclass(frozen=True, slots=True)
class Revision:
    id: int
    article: int
    number: int
    cause: str
    observed_at: str
    run: int | None
    capture: int | None
    reader: str
    fingerprint: str
    record: Article


KNOWN = "id, site, key, url, status, first_seen, last_seen, last_checked, revision"


def find_article(db: Database, site: str, key: str) -> Known | None:
    row = db.execute(
        f"SELECT {KNOWN} FROM articles WHERE site = ? AND key = ?", [site, key]
    ).fetchone()
    return Known(*row) if row else None


def get_article(db: Database, wanted: str) -> Known:
    """An article by id or by any URL it was found under. Raises KeyError."""
    by = "id = :w" if wanted.isdigit() else (
        "url = :w OR id = (SELECT article FROM aliases WHERE url = :w)"
    )  # fmt: skip
    row = db.execute(f"SELECT {KNOWN} FROM articles WHERE {by}", {"w": wanted}).fetchone()
    if row is None:
        raise KeyError(f"no article {wanted!r}: give its id or its URL (tinwatch articles lists)")
    return Known(*row)


def article_by_id(db: Database, article: int) -> Known:
    """Raises KeyError."""
    return get_article(db, str(article))


def known_articles(db: Database, site: str) -> list[Known]:
    rows = db.execute(f"SELECT {KNOWN} FROM articles WHERE site = ? ORDER BY id", [site])
    return [Known(*row) for row in rows]


def found_by(db: Database, run: int) -> dict[str, int]:
    """Key -> id of the articles that a run found first."""
    return dict(db.execute("SELECT key, id FROM articles WHERE first_run = ?", [run]).fetchall())


def known_ground(db: Database, site: str) -> set[str]:
    """Keys first found by a run that read the listings to their end: below them is nothing new."""
    rows = db.execute(
        "SELECT key FROM articles JOIN runs ON runs.id = first_run "
        "WHERE articles.site = ? AND runs.state = 'finished' AND runs.swept = 1",
        [site],
    )
    return {row[0] for row in rows}


def add_article(
    db: Database,
    article: Article,
    run: int,
    seen: datetime,
    *,
    checked: datetime,
    number: int | None = None,
) -> int:
    """Adds an article and returns its id. `number` is the id that a rebuilt one had before."""
    cursor = db.execute(
        "INSERT INTO articles (id, site, key, url, status, first_seen, last_seen, last_checked, "
        "first_run) VALUES (?, ?, ?, ?, 'live', ?, ?, ?, ?)",
        [number, article.site, article.key, article.url, utc_text(seen), utc_text(seen),
         utc_text(checked), run],
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def touch_article(db: Database, article: int, seen: datetime) -> None:
    """A check found it there: alive, whatever was suspected. Times never go backwards."""
    moment = utc_text(seen)
    db.execute(
        "UPDATE articles SET status = 'live', last_seen = max(last_seen, ?), "
        "last_checked = max(last_checked, ?) WHERE id = ?",
        [moment, moment, article],
    )


def set_status(db: Database, article: int, status: str, checked: str) -> None:
    db.execute(
        "UPDATE articles SET status = ?, last_checked = max(last_checked, ?) WHERE id = ?",
        [status, checked, article],
    )


def add_alias(db: Database, site: str, url: str, article: int) -> None:
    db.execute("INSERT OR IGNORE INTO aliases VALUES (?, ?, ?)", [url, site, article])


def alias_urls(db: Database, site: str) -> set[str]:
    return {row[0] for row in db.execute("SELECT url FROM aliases WHERE site = ?", [site])}


def generic_articles(db: Database, site: str) -> set[int]:
    """Articles whose newest revision was read by the generic reader (its version says so)."""
    rows = db.execute(
        "SELECT articles.id FROM articles JOIN revisions ON revisions.article = articles.id "
        "AND number = revision WHERE articles.site = ? AND reader LIKE '%.generic'",
        [site],
    )
    return {row[0] for row in rows}


def add_revision(
    db: Database,
    article: int,
    record: Article,
    *,
    cause: str,
    observed: datetime,
    run: int | None,
    capture: int | None,
    reader: str,
    fingerprint: str,
) -> int:
    """Adds a revision behind the newest one and returns its number, 1 for the first."""
    newest, first_seen = db.execute(
        "SELECT revision, first_seen FROM articles WHERE id = ?", [article]
    ).fetchone()
    number = 1 + int(newest)
    data = record.as_json()
    cursor = db.execute(
        "INSERT INTO revisions (article, number, cause, observed_at, run, capture, reader, "
        "fingerprint, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [article, number, cause, utc_text(observed), run, capture, reader, fingerprint,
         _as_text(data)],
    )  # fmt: skip
    index_revision(db, int(cursor.lastrowid or 0), article, first_seen, data)
    db.execute("UPDATE articles SET revision = ? WHERE id = ?", [number, article])
    return number


_as_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once


REVISION = "id, article, number, cause, observed_at, run, capture, reader, fingerprint, record"


def last_revision(db: Database, article: int) -> Revision:
    rows = revisions(db, article, newest_only=True)
    return rows[0]


def revisions(db: Database, article: int, *, newest_only: bool = False) -> list[Revision]:
    """Every revision of an article, first to newest."""
    tail = "DESC LIMIT 1" if newest_only else ""
    rows = db.execute(
        f"SELECT {REVISION} FROM revisions WHERE article = ? ORDER BY number {tail}", [article]
    )
    return [Revision(*(*row[:-1], Article.from_json(json.loads(row[-1])))) for row in rows]


def revision_pair(kept: list[Revision], a: int | None, b: int | None) -> tuple[Revision, Revision]:
    """The revisions with these numbers, by default the newest two. Raises ValueError."""
    by_number = {r.number: r for r in kept}
    newest = kept[-1].number
    if b is None:
        b = newest
    if a is None:
        a = max(1, b - 1)
    for number in (a, b):
        if number not in by_number:
            raise ValueError(f"no revision {number}; the article has {newest}, from 1 on")
    return by_number[a], by_number[b]


def articles_as_json(
    db: Database,
    site: str | None = None,
    article: int | None = None,
    provinces: frozenset[str] | None = None,
) -> Iterator[dict[str, Any]]:
    """Each article with its newest content and what we observed of it, by the record's names.

    provinces: only of sites of these former provinces.
    """
    rows = db.execute(
        "SELECT articles.id, articles.status, first_seen, last_seen, last_checked, revision, "
        "capture, revisions.reader, record, province FROM articles "
        "JOIN sites ON sites.name = articles.site "
        "JOIN revisions "
        "ON revisions.article = articles.id AND revisions.number = articles.revision "
        "WHERE (:site IS NULL OR articles.site = :site) AND (:id IS NULL OR articles.id = :id) "
        f"AND {IN_PROVINCES.format(site='articles.site')} ORDER BY articles.id",
        {"site": site, "id": article, "provinces": sql_provinces(provinces)},
    )
    for row in rows:
        yield {
            "id": row[0],
            **json.loads(row[8]),
            "province": row[9],
            "province_now": province_now(row[9]),
            "status": row[1],
            "first_seen": row[2],
            "last_seen": row[3],
            "last_checked": row[4],
            "revisions": row[5],
            "capture": row[6],
            "reader": row[7],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """An article's newest revision and where the capture lies that it was read from."""

    revision: Revision
    warc: str
    offset: int


def newest_readings(db: Database, site: str) -> list[Reading]:
    """The newest revision of every article of a site that has a capture."""
    columns = ", ".join(f"revisions.{c}" for c in REVISION.split(", "))
    rows = db.execute(
        f"SELECT warc, warc_offset, {columns} FROM articles "
        "JOIN revisions ON revisions.article = articles.id AND number = revision "
        "JOIN captures ON captures.id = capture WHERE articles.site = ? ORDER BY articles.id",
        [site],
    )
    return [
        Reading(Revision(*(*row[2:-1], Article.from_json(json.loads(row[-1])))), row[0], row[1])
        for row in rows
    ]


def replace_record(db: Database, revision: int, reader: str, record: Article) -> None:
    """Today's reading of the same content: what no edit is made of (tags, sections, states)."""
    article, first_seen = db.execute(
        "SELECT article, first_seen FROM revisions JOIN articles ON articles.id = article "
        "WHERE revisions.id = ?",
        [revision],
    ).fetchone()
    data = record.as_json()
    forget(db, [revision])
    db.execute(
        "UPDATE revisions SET reader = ?, record = ? WHERE id = ?",
        [reader, _as_text(data), revision],
    )
    index_revision(db, revision, article, first_seen, data)


def replace_reading(
    db: Database, revision: int, reader: str, record: Article, fingerprint: str
) -> None:
    """Another reading of the same page in place of one of which nobody was told."""
    replace_record(db, revision, reader, record)
    db.execute("UPDATE revisions SET fingerprint = ? WHERE id = ?", [fingerprint, revision])


def set_cause(db: Database, revision: int, cause: str) -> None:
    """Whose doing a revision was: "reader" once its difference proved to be our own rules'."""
    db.execute("UPDATE revisions SET cause = ? WHERE id = ?", [cause, revision])


def article_ids_by_first_seen(db: Database) -> list[int]:
    """The articles that stand for themselves (not moved), first seen first."""
    rows = db.execute("SELECT id FROM articles WHERE status <> 'moved' ORDER BY first_seen, id")
    return [article for (article,) in rows]


@dataclass(frozen=True, slots=True)
class ArticleHeading:
    """An article as a list shows it. `published` is as in its record, `revision` the newest."""

    id: int
    site: str
    key: str
    url: str | None
    title: str
    published: str | None
    status: str
    first_seen: str
    last_seen: str
    revision: int


def article_headings(db: Database, articles: Sequence[int]) -> list[ArticleHeading]:
    """These articles in order of id."""
    rows = db.execute(
        "SELECT articles.id, site, key, url, json_extract(record, '$.title'), "
        "json_extract(record, '$.published'), status, first_seen, last_seen, revision "
        "FROM articles JOIN revisions ON revisions.article = articles.id AND number = revision "
        "WHERE articles.id IN (SELECT value FROM json_each(?)) ORDER BY articles.id",
        [json.dumps(list(articles))],
    )
    return [ArticleHeading(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class RevisionStep:
    """A revision without its record. `cause`: "site", or "reader" if our own rules made it."""

    number: int
    fingerprint: str
    cause: str
    observed: datetime


def revision_steps(db: Database, article: int) -> list[RevisionStep]:
    """Every revision of an article, first to newest."""
    rows = db.execute(
        "SELECT number, fingerprint, cause, observed_at FROM revisions "
        "WHERE article = ? ORDER BY number",
        [article],
    )
    return [RevisionStep(n, text, cause, from_utc_text(at)) for n, text, cause, at in rows]
