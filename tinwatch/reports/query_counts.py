"""Numbers of articles over time, of one or several queries, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.db.connection import Database
from storage.search.counts import ArticleCounts, Group, Unit, all_periods, count_articles
from storage.search.query_ast import Query

COLUMNS = ("query", "first", "last", "group", "articles")


@dataclass(frozen=True, slots=True)
class QueryCounts:
    """The counts of each query, over the same periods."""

    counts: dict[str, ArticleCounts]

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of COLUMNS."""
        return [
            dict(zip(COLUMNS, (text, first, last, group or None, number), strict=True))
            for text, counted in self.counts.items()
            for first, last, group, number in counted.rows()
        ]


def count_queries(
    db: Database, queries: Mapping[str, Query], unit: Unit, group: Group | None
) -> QueryCounts:
    """Count the articles of each query. Raise QueryError for an unknown site."""
    counts = {text: count_articles(db, query, unit, group) for text, query in queries.items()}
    periods = all_periods((p for each in counts.values() for p in each.periods), unit)
    return QueryCounts({text: each.within(periods) for text, each in counts.items()})
