"""Articles: identity, status and dates of each. Their contents are in revisions.py."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.articles.record_json import output_record
from storage.articles.revisions import REVISION_COUNT
from storage.db.checksums import insert_row, update_row
from storage.db.connection import utc_text
from storage.db.site_filter import IN_SITES, sql_sites
from storage.messages.reasons_lookups import LookupReason, NotFound
from storage.models import Article, ArticleStatus
from storage.provinces.lookup import IN_PROVINCES, province_now, sql_provinces
from storage.reasons import Reason
from storage.search.indexer import move_first_seen


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A row of `articles`. Times are UTC text; `revision` is the number of the newest one."""

    id: int
    site: str
    key: str
    url: str | None
    status: ArticleStatus
    first_seen: str
    last_seen: str
    last_checked: str
    revision: int


COLUMNS = ", ".join(StoredArticle.__slots__)


def find_article(db: Database, site: str, key: str) -> StoredArticle | None:
    row = db.execute(
        f"SELECT {COLUMNS} FROM articles WHERE site = ? AND key = ?", [site, key]
    ).fetchone()
    return _stored_article(row) if row else None


def get_article(db: Database, id_or_url: str) -> StoredArticle:
    """Return an article by its id or any URL under which it was found. Raise KeyError."""
    condition = (
        "id = :article"
        if id_or_url.isdigit()
        else "url = :article OR id = (SELECT article FROM aliases WHERE url = :article)"
    )
    row = db.execute(
        f"SELECT {COLUMNS} FROM articles WHERE {condition} ORDER BY url IS :article DESC, id",
        {"article": id_or_url},
    ).fetchone()
    if row is None:
        raise NotFound(Reason(LookupReason.NO_ARTICLE, article=id_or_url))
    return _stored_article(row)


def article_title(db: Database, article: int | None) -> str | None:
    """Return the current title of an article, or None if there is no such article."""
    row = db.execute(
        "SELECT json_extract(record, '$.title') FROM revisions JOIN articles "
        "ON articles.id = revisions.article AND number = revision WHERE articles.id = ?",
        [article],
    ).fetchone()
    return row[0] if row else None


def find_by_url(db: Database, site: str, url: str) -> int | None:
    """Return the article of a site that was found under this URL, or None."""
    row = db.execute(
        "SELECT id FROM articles WHERE site = :site AND (url = :url OR id = "
        "(SELECT article FROM aliases WHERE site = :site AND url = :url)) "
        "ORDER BY url IS :url DESC, id",
        {"site": site, "url": url},
    ).fetchone()
    return int(row[0]) if row else None


def article_by_id(db: Database, article: int) -> StoredArticle:
    """Return an article. Raise KeyError."""
    return get_article(db, str(article))


def stored_articles(db: Database, site: str) -> list[StoredArticle]:
    """Return all articles of a site, by id."""
    rows = db.execute(f"SELECT {COLUMNS} FROM articles WHERE site = ? ORDER BY id", [site])
    return [_stored_article(row) for row in rows]


def articles_found_since(db: Database, article: StoredArticle) -> dict[int, bool]:
    """Return the live articles of the site that this one may have moved to.

    Those are the articles that were first found in or after its first run, and those that had
    moved to it. The value says whether a crawl that was accepted found an article in a later run
    than the last one that saw `article`, so that no run saw both, or whether one that had moved to
    it was seen later.
    """
    rows = db.execute(
        "SELECT other.id, other.first_seen > :last_seen AND runs.kind <> 'import' "
        "AND runs.verdict IN ('passed', 'released', 'outage') AND other.first_run > "
        "(SELECT run FROM sightings WHERE article = :article ORDER BY observed_at DESC LIMIT 1) "
        "FROM articles AS other JOIN runs ON runs.id = other.first_run "
        "WHERE other.site = :site AND other.id <> :article AND other.status = 'live' "
        "AND other.first_run >= (SELECT first_run FROM articles WHERE id = :article)",
        {"article": article.id, "site": article.site, "last_seen": article.last_seen},
    )
    back = {
        other.id: other.last_seen > article.last_seen
        for other in articles_moved_to(db, article)
        if other.status == ArticleStatus.LIVE
    }
    return {other: bool(is_later) for other, is_later in rows} | back


def articles_moved_to(db: Database, article: StoredArticle) -> list[StoredArticle]:
    """Return the articles of which an event says that they moved to this one, by id."""
    rows = db.execute(
        f"SELECT {COLUMNS} FROM articles WHERE id <> :article "
        "AND id IN (SELECT article FROM events WHERE site = :site AND kind = 'moved' "
        "AND json_extract(detail, '$.to_article') = :article) ORDER BY id",
        {"article": article.id, "site": article.site},
    )
    return [_stored_article(row) for row in rows]


def _stored_article(row: tuple[Any, ...]) -> StoredArticle:
    return StoredArticle(*(*row[:4], ArticleStatus(row[4]), *row[5:]))


def articles_first_found_by(db: Database, run: int) -> dict[str, int]:
    """Return key -> id of the articles that a run found first."""
    return dict(db.execute("SELECT key, id FROM articles WHERE first_run = ?", [run]).fetchall())


def urls_first_found_by(db: Database, run: int) -> dict[str, str]:
    """Return key -> URL of the articles that a run found first."""
    rows = db.execute(
        "SELECT key, url FROM articles WHERE first_run = ? AND url IS NOT NULL", [run]
    )
    return dict(rows.fetchall())


def known_frontier(db: Database, site: str) -> set[str]:
    """Return the keys first found by runs that read every listing to its end.

    Listings are ordered by date, so a run that meets such a key has read all that is newer.
    """
    rows = db.execute(
        "SELECT key FROM articles JOIN runs ON runs.id = first_run "
        "WHERE articles.site = ? AND runs.state = 'finished' AND runs.listings_complete = 1",
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
    """Add an article and return its id. Its first revision must be added, too.

    `number`: the id to give it in a rebuilt database.
    """
    return insert_row(db, "articles", {
        "id": number, "site": article.site, "key": article.key, "url": article.url,
        "status": ArticleStatus.LIVE, "first_seen": utc_text(seen), "last_seen": utc_text(seen),
        "last_checked": utc_text(checked), "first_run": run, "revision": 1,
    })  # fmt: skip


def touch_article(db: Database, article: int, seen: datetime) -> None:
    """Store that a check found the article, so it is live. Its dates never go back."""
    moment = utc_text(seen)
    changes = "status = 'live', last_seen = max(last_seen, ?), last_checked = max(last_checked, ?)"
    update_row(db, "articles", article, changes, [moment, moment])


def set_history(
    db: Database, article: int, status: ArticleStatus, first_seen: str, last_seen: str
) -> None:
    """Store what all captures of an article show, after one of the past. Times are UTC text."""
    before = article_by_id(db, article).first_seen
    changes = (
        "status = ?, first_seen = min(first_seen, ?), last_seen = max(last_seen, ?), "
        "last_checked = max(last_checked, ?)"
    )
    update_row(db, "articles", article, changes, [status, first_seen, last_seen, last_seen])
    if first_seen < before:
        move_first_seen(db, article, first_seen)


def set_status(db: Database, article: int, status: ArticleStatus, checked: str) -> None:
    """Store the status that a check at `checked` (UTC text) gave the article."""
    changes = "status = ?, last_checked = max(last_checked, ?)"
    update_row(db, "articles", article, changes, [status, checked])


def set_key(db: Database, article: int, key: str) -> None:
    """Store another key of the same article. No article of the site may have it."""
    update_row(db, "articles", article, "key = ?", [key])


def set_url(db: Database, article: int, url: str) -> None:
    """Store the URL to which an article has moved."""
    update_row(db, "articles", article, "url = ?", [url])


def aliases_of(db: Database, article: int) -> list[str]:
    """Return the other URLs under which an article was found."""
    return [row[0] for row in db.execute("SELECT url FROM aliases WHERE article = ?", [article])]


def set_newest_url(db: Database, article: StoredArticle, url: str) -> None:
    """Store the URL of an article's newest capture; the one before it stays an alias."""
    if article.url and article.url != url:
        set_url(db, article.id, url)
        add_alias(db, article.site, article.url, article.id)


def add_alias(db: Database, site: str, url: str, article: int) -> None:
    insert_row(db, "aliases", {"url": url, "site": site, "article": article}, ignore=True)


def alias_urls(db: Database, site: str) -> set[str]:
    return {row[0] for row in db.execute("SELECT url FROM aliases WHERE site = ?", [site])}


def generic_articles(db: Database, site: str) -> set[int]:
    """Return the articles whose newest revision the generic extractor made.

    Its version ends in ".generic".
    """
    rows = db.execute(
        "SELECT articles.id FROM articles JOIN revisions ON revisions.article = articles.id "
        "AND number = revision WHERE articles.site = ? AND extractor_version LIKE '%.generic'",
        [site],
    )
    return {row[0] for row in rows}


def article_ids_by_first_seen(db: Database) -> list[int]:
    """Return the articles that have not moved to another one, the first seen first."""
    rows = db.execute("SELECT id FROM articles WHERE status <> 'moved' ORDER BY first_seen, id")
    return [article for (article,) in rows]


OBSERVED_FIELDS = (
    "status", "first_seen", "last_seen", "last_checked", "revisions", "capture", "reader",
)  # fmt: skip


def articles_as_json(
    db: Database,
    sites: Collection[str] | None = None,
    article: int | None = None,
    provinces: frozenset[str] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the record of each article with the observed fields (docs/record.md), by id.

    `sites`: only of these; `provinces`: only of sites of these former provinces.
    """
    # An optional condition (:id IS NULL OR ...) would keep SQLite from looking the article up.
    of_article = "" if article is None else "AND articles.id = :id "
    rows = db.execute(
        "SELECT articles.id, record, province, articles.status, first_seen, last_seen, "
        f"last_checked, {REVISION_COUNT}, capture, revisions.extractor_version FROM articles "
        "JOIN sites ON sites.name = articles.site "
        "JOIN revisions "
        "ON revisions.article = articles.id AND revisions.number = articles.revision "
        f"WHERE {IN_SITES.format(site='articles.site')} {of_article}"
        f"AND {IN_PROVINCES.format(site='articles.site')} ORDER BY articles.id",
        {"sites": sql_sites(sites), "id": article, "provinces": sql_provinces(provinces)},
    )
    for number, record, province, *observed in rows:
        yield {
            "id": number,
            **output_record(json.loads(record)),
            "province": province,
            "province_now": province_now(province),
            **dict(zip(OBSERVED_FIELDS, observed, strict=True)),
        }


@dataclass(frozen=True, slots=True)
class ArticleHeading:
    """An article as lists show it. `published` is as in the record, `revision` the newest."""

    id: int
    site: str
    key: str
    url: str | None
    title: str
    published: str | None
    status: ArticleStatus
    first_seen: str
    last_seen: str
    revision: int


def article_headings(db: Database, articles: Sequence[int]) -> list[ArticleHeading]:
    """Return these articles, by id."""
    rows = db.execute(
        "SELECT articles.id, site, key, url, json_extract(record, '$.title'), "
        "json_extract(record, '$.published'), status, first_seen, last_seen, revision "
        "FROM articles JOIN revisions ON revisions.article = articles.id AND number = revision "
        "WHERE articles.id IN (SELECT value FROM json_each(?)) ORDER BY articles.id",
        [json.dumps(list(articles))],
    )
    return [ArticleHeading(*(*row[:6], ArticleStatus(row[6]), *row[7:])) for row in rows]
