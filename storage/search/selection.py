"""The articles that a query chooses, all of them and in no order of worth: for exports, alerts."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from sqlite_utils import Database

from storage.search.query_ast import Query
from storage.search.rank import source_of, wanted_of
from storage.search.site_filters import at_home


def chosen_articles(
    db: Database, query: Query | None, *, after: int = 0, most: int | None = None
) -> Iterator[int]:
    """Ids, ascending, of the articles of which any revision fits; None chooses every article.

    Of ids above `after`, the first `most`. They are those of one moment, and take eight bytes
    each. Raises QueryError for an unknown site.
    """
    bounds = [after, -1 if most is None else most]
    if query is None:
        rows = db.execute("SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT ?", bounds)
    else:
        source, parameters = source_of(wanted_of(db, at_home(db, query)))
        rows = db.execute(
            f"SELECT DISTINCT s.article FROM {source} AND s.article > ? ORDER BY s.article LIMIT ?",
            [*parameters, *bounds],
        )
    return iter(array("q", (row[0] for row in rows)))


def holds(db: Database, query: Query, article: int) -> bool:
    """Whether any revision of one article fits. Raises QueryError for an unknown site."""
    wanted = wanted_of(db, at_home(db, query))
    where, parameters = wanted.where()
    words, of_words = ("1", []) if wanted.words is None else (
        "EXISTS (SELECT 1 FROM search_words WHERE rowid = s.revision AND search_words MATCH ?)",
        [wanted.words],
    )  # fmt: skip
    row = db.execute(
        "SELECT 1 FROM revisions CROSS JOIN search_revisions AS s ON s.revision = revisions.id "
        "CROSS JOIN articles AS a ON a.id = s.article "
        f"WHERE revisions.article = ? AND {words} AND {where} LIMIT 1",
        [article, *of_words, *parameters],
    ).fetchone()
    return row is not None
