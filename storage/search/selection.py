"""All articles that match a query, unranked: for exports and alerts."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from sqlite_utils import Database

from storage.search.query_ast import Query
from storage.search.rank import folded_fts_query, from_clause
from storage.search.site_filters import resolve_sites


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
        source, parameters = from_clause(folded_fts_query(db, resolve_sites(db, query)))
        rows = db.execute(
            f"SELECT DISTINCT s.article FROM {source} AND s.article > ? ORDER BY s.article LIMIT ?",
            [*parameters, *bounds],
        )
    return iter(array("q", (row[0] for row in rows)))


def matching_articles_sql(db: Database, query: Query) -> tuple[str, list[object]]:
    """Return a SELECT of the ids of articles of which any revision matches, with its values.

    Raise QueryError for an unknown site.
    """
    source, parameters = from_clause(folded_fts_query(db, resolve_sites(db, query)))
    return f"SELECT s.article FROM {source}", parameters
