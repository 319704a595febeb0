"""Totals and charts that a page shows at once, or that the browser asks for afterwards.

Counting all articles with a word that most pages have takes half a second among a million. Such a
page comes without its figures, with a link to the page with `complete=1`, which has them; the
script follows the link and puts them into their place.
"""

from __future__ import annotations

from storage.db.connection import Database
from storage.search.query_ast import Query
from storage.search.rank import probably_matches_more_than

MAX_COUNTED_AT_ONCE = 50_000  # revisions that match


def is_counted_later(db: Database, query: Query | None, *, complete: bool) -> bool:
    """Whether a page leaves its figures to a second request. Raise QueryError."""
    if complete or query is None:
        return False
    return probably_matches_more_than(db, query, MAX_COUNTED_AT_ONCE)
