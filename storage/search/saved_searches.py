"""Searches that users saved under a name. They exist only in the database, not in the journal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.db.connection import transaction, utc_text
from storage.messages.reasons_input import InputError, InputReason
from storage.messages.reasons_lookups import NotFound
from storage.messages.reasons_query import QueryReason
from storage.reasons import Reason
from storage.search.parser import parse_query

NAME = re.compile(r"[^\W_](?:[\w-]{0,58}[^\W_])?")  # letters, digits, hyphens: it is part of a URL


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A saved search.

    Attributes:
        created_at: UTC text
    """

    name: str
    query: str
    created_at: str


class InvalidName(InputError):
    """A search cannot be saved under this name."""


def save_search(db: Database, name: str, query: str, now: datetime) -> None:
    """Save a search.

    Raise InvalidName for an invalid name or one that is taken, QueryError for an invalid query.
    """
    if not NAME.fullmatch(name):
        raise InvalidName(Reason(QueryReason.SEARCH_NAME_INVALID, name=name, limit=60))
    parse_query(query)
    with transaction(db):
        inserted = db.execute(
            "INSERT OR IGNORE INTO saved_searches VALUES (?, ?, ?)", [name, query, utc_text(now)]
        )
        if not inserted.rowcount:
            raise InvalidName(Reason(QueryReason.SEARCH_NAME_TAKEN, name=name))


def delete_search(db: Database, name: str) -> None:
    """Delete a search. Raise KeyError if no search has this name."""
    with transaction(db):
        if not db.execute("DELETE FROM saved_searches WHERE name = ?", [name]).rowcount:
            raise NotFound(Reason(InputReason.NO_SAVED_SEARCH, name=name))


def saved_search(db: Database, name: str) -> SavedSearch:
    """Return a search by name. Raise KeyError if no search has this name."""
    row = db.execute("SELECT * FROM saved_searches WHERE name = ?", [name]).fetchone()
    if row is None:
        raise NotFound(Reason(InputReason.NO_SAVED_SEARCH, name=name))
    return SavedSearch(*row)


def saved_searches(db: Database) -> list[SavedSearch]:
    """Return all saved searches, sorted by name."""
    rows = db.execute("SELECT name, query, created_at FROM saved_searches ORDER BY name")
    return [SavedSearch(*row) for row in rows]
