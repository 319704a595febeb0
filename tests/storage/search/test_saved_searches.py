"""Saved searches: names and queries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from storage.messages.reasons_query import QueryReason
from storage.search.parser import QueryError
from storage.search.saved_searches import (
    InvalidName,
    delete_search,
    save_search,
    saved_search,
    saved_searches,
)

if TYPE_CHECKING:
    from tests.conftest import Watcher

LATE = datetime(2025, 4, 9, 18, 30, tzinfo=UTC)


def test_saved_search_has_a_unique_name_and_can_be_deleted(watcher: Watcher) -> None:
    save_search(watcher.db, "muong-nuoc", "mương OR kênh", LATE)
    assert saved_search(watcher.db, "muong-nuoc").query == "mương OR kênh"
    with pytest.raises(InvalidName) as taken:
        save_search(watcher.db, "muong-nuoc", "lúa", LATE)
    assert taken.value.reason.code == QueryReason.SEARCH_NAME_TAKEN
    for name in ("", "a b", "../x", "-x", "x" * 61, "<b>"):
        with pytest.raises(InvalidName) as invalid:
            save_search(watcher.db, name, "lúa", LATE)
        assert invalid.value.reason.code == QueryReason.SEARCH_NAME_INVALID
    with pytest.raises(QueryError):
        save_search(watcher.db, "sai", "(lúa", LATE)
    delete_search(watcher.db, "muong-nuoc")
    assert saved_searches(watcher.db) == []
    with pytest.raises(KeyError):
        delete_search(watcher.db, "muong-nuoc")
