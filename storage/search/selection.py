"""All articles that match a query, unranked: for exports and alerts."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator

from sqlite_utils import Database

from storage.search.fts_query import FtsQuery
from storage.search.query_ast import Query
from storage.search.rank import (
    ARTICLES_JOIN,
    FIRST_TESTED,
    MAX_TESTED_REVISIONS,
    TESTED_GROWTH,
    MatchRow,
    folded_fts_query,
    from_clause,
    matching_of,
)
from storage.search.resolution import resolve


def matching_articles(
    db: Database, query: Query | None, *, after: int = 0, limit: int | None = None
) -> Iterator[int]:
    """Yield the ids of articles of which any revision matches, ascending; all if `query` is None.

    Only ids above `after`, at most `limit`. The ids are read at once (eight bytes each), so they
    show one state of the database. Raise QueryError for an unknown site.
    """
    bounds = [after, -1 if limit is None else limit]
    if query is None:
        rows = db.execute("SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?", bounds)
    else:
        fts = folded_fts_query(db, resolve(db, query))
        first = None if limit is None else _first_articles(db, fts, after, limit)
        if first is not None:
            return iter(first)
        source, parameters = from_clause(fts)
        rows = db.execute(
            f"SELECT DISTINCT s.article FROM {source} AND s.article > ? ORDER BY s.article LIMIT ?",
            [*parameters, *bounds],
        )
    return iter(array("q", (row[0] for row in rows)))


def _first_articles(db: Database, fts: FtsQuery, after: int, limit: int) -> list[int] | None:
    """Return up to `limit` matching articles above `after`, or None if few of the next ones match.

    The revisions of the next articles are tested, more and more of them, as for hits by date.
    """
    if fts.match is None:
        source, parameters = _in_order(fts, after)
        sql = f"SELECT DISTINCT s.article FROM {source} LIMIT ?"
        return [row[0] for row in db.execute(sql, [*parameters, limit])]
    number = FIRST_TESTED * limit
    while number <= MAX_TESTED_REVISIONS:
        source, parameters = _in_order(fts, after)
        sql = f"SELECT s.revision, s.article, s.day, 0.0 FROM {source} LIMIT ?"
        candidates: list[MatchRow] = db.execute(sql, [*parameters, number]).fetchall()
        matching = matching_of(db, fts.match, candidates)
        found = list(dict.fromkeys(row[1] for row in matching))
        if len(found) >= limit or len(candidates) < number:
            return found[:limit]
        number *= TESTED_GROWTH
    return None


def _in_order(fts: FtsQuery, after: int) -> tuple[str, list[object]]:
    """Return FROM to ORDER BY, with parameters: revisions that meet the conditions, by article."""
    where, parameters = fts.where()
    articles = ARTICLES_JOIN if "a." in where else ""
    return (
        f"revisions AS r CROSS JOIN search_revisions AS s ON s.revision = r.id {articles}"
        f"WHERE {where} AND r.article > ? ORDER BY r.article",
        [*parameters, after],
    )


def matching_among(db: Database, query: Query, articles: Iterable[int]) -> set[int]:
    """Return those of the articles of which any revision matches. Raise QueryError as above."""
    fts = folded_fts_query(db, resolve(db, query))
    where, parameters = fts.where()
    join = ARTICLES_JOIN if "a." in where else ""
    candidates: list[MatchRow] = db.execute(
        "SELECT s.revision, s.article, s.day, 0.0 FROM json_each(?) AS chosen "
        "CROSS JOIN revisions AS r ON r.article = chosen.value "
        f"CROSS JOIN search_revisions AS s ON s.revision = r.id {join}WHERE {where}",
        [json.dumps(sorted(articles)), *parameters],
    ).fetchall()
    matching = candidates if fts.match is None else matching_of(db, fts.match, candidates)
    return {row[1] for row in matching}


def matching_articles_sql(db: Database, query: Query) -> tuple[str, list[object]]:
    """Return a SELECT of the ids of articles of which any revision matches, with its values.

    Raise QueryError for an unknown site.
    """
    source, parameters = from_clause(folded_fts_query(db, resolve(db, query)))
    return f"SELECT s.article FROM {source}", parameters
