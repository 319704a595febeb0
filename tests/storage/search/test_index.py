"""The search index stays consistent with the revisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database

from schedules.publishing.overrides import retract_run
from storage.articles.revisions import last_revision, replace_record
from storage.messages.reasons_damage import Damage
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import set_verdict
from storage.search.indexer import remove_revisions
from storage.search.parser import parse_query
from storage.search.reindex import index_inconsistencies, rebuild_index
from storage.search.selection import matching_articles
from storage.search.tokenizer import TOKENIZER_VERSION, index_tokens

if TYPE_CHECKING:
    from tests.conftest import Watcher


FIRST_INDEX: str = import_module("storage.db.migrations.0007_search_index").SQL


def chosen(watcher: Watcher, text: str) -> list[int]:
    return list(matching_articles(watcher.db, parse_query(text)))


def test_index_is_consistent_with_revisions(searched: Watcher) -> None:
    assert list(index_inconsistencies(searched.db)) == []
    assert searched.db["search_revisions"].count == searched.db["revisions"].count == 8


def test_replaced_record_matches_only_its_new_words(searched: Watcher) -> None:
    before = last_revision(searched.db, 4)
    record = replace(before.record, title="Kênh mới", published="2024-01-02")
    replace_record(searched.db, before.id, "2", record, before.fingerprint)
    assert chosen(searched, "title:kênh") == [4]
    assert chosen(searched, "title:mương") == []
    assert chosen(searched, "to:2024") == [4]
    assert list(index_inconsistencies(searched.db)) == []


def test_rolled_back_revision_is_not_searchable(searched: Watcher) -> None:
    before = last_revision(searched.db, 4)
    searched.db.execute("BEGIN")
    record = replace(before.record, title="Kênh")
    replace_record(searched.db, before.id, "2", record, before.fingerprint)
    assert chosen(searched, "title:kênh") == [4]
    searched.db.conn.rollback()
    assert chosen(searched, "title:kênh") == []
    assert list(index_inconsistencies(searched.db)) == []


def test_index_of_another_tokenizer_is_built_again(
    searched: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr("storage.search.indexer.index_tokens", lambda text: b"other " + text.encode())
        other.setattr("storage.search.indexer.TOKENIZER_VERSION", "0")
        searched.home.database().close()
        assert chosen(searched, "title:mương") == []
    searched.home.database().close()
    assert chosen(searched, "title:mương") == [4]
    before = last_revision(searched.db, 4)
    remove_revisions(searched.db, [before.id])
    assert chosen(searched, "title:mương") == []
    searched.db.execute("INSERT INTO search_words (search_words) VALUES ('integrity-check')")


def test_version_is_raised_when_tokens_change() -> None:
    """If this fails, raise the number of TOKENIZER_VERSION and state the new digest."""
    letters = "".join(map(chr, [*range(0x20, 0x250), *range(0x1E00, 0x1F00)]))
    texts = [letters, *letters.split("A"), "Hòa hoà thuỷ thủy Đắk_Lắk 18/8, “ngoặc” a-b"]
    digest = sha256(b"\0".join(map(index_tokens, texts))).hexdigest()
    assert (TOKENIZER_VERSION.split()[0], digest[:12]) == ("1", "1054153c5fc0")


def test_retracted_run_is_not_searchable(
    watcher: Watcher, day: Callable[[float], datetime]
) -> None:
    watcher.batch(watcher.read(title="Bài đầu"))
    run = watcher.begin(at=day(1))
    run.record(watcher.read(title="Bài sửa", at=day(1)))
    run.record(watcher.read(key="2", title="Bài hai", at=day(1)))
    run.finish(RunStats(requests=9, responses=0, listings=0, links=0), listings_complete=False)
    assert chosen(watcher, "title:(hai OR sửa)") == [1, 2]
    set_verdict(watcher.db, run.run, "held", Reason(GateReason.NO_LISTING_READ))
    retract_run(watcher.db, run.run)
    assert chosen(watcher, "title:(hai OR sửa)") == []
    assert chosen(watcher, "title:đầu") == [1]
    assert list(index_inconsistencies(watcher.db)) == []


@pytest.mark.parametrize(
    ("damage", "code", "count"),
    [
        ("DELETE FROM revisions WHERE id = 8", Damage.INDEXED_ONLY, 1),
        ("DELETE FROM search_revisions WHERE revision = 1", Damage.NOT_INDEXED, 1),
        ("UPDATE search_revisions SET day = '2020-01-01'", Damage.INDEXED_OTHERWISE, 8),
        (
            "UPDATE revisions SET record = replace(record, 'Chợ', 'Phố')",
            Damage.INDEXED_OTHERWISE, 1,
        ),
        (
            "INSERT INTO search_words (search_words) VALUES ('delete-all')",
            Damage.HALF_INDEXED, 8,
        ),
    ],
)  # fmt: skip
def test_inconsistencies_are_reported_and_reindex_fixes_them(
    searched: Watcher, damage: str, code: Damage, count: int
) -> None:
    searched.db.execute("PRAGMA foreign_keys = OFF")
    searched.db.execute(damage)
    searched.db.conn.commit()
    found = [reason.params["problem"] for reason in index_inconsistencies(searched.db)]
    assert Reason(code, count=count) in found
    calls: list[int] = []
    indexed = rebuild_index(searched.db, lambda: calls.append(1))
    assert indexed == len(calls) == searched.db["revisions"].count
    assert list(index_inconsistencies(searched.db)) == []
    assert chosen(searched, "title:mương") == [4]


def reopened(watcher: Watcher, *migrations: str) -> Database:
    """The home opened as one that these migrations have not seen."""
    for name in migrations:
        watcher.db.execute("DELETE FROM _sqlite_migrations WHERE name = ?", [name])
    watcher.db.conn.commit()
    return watcher.home.database()


def test_home_without_an_index_is_indexed_when_opened(searched: Watcher) -> None:
    searched.db.execute("DROP TABLE search_words")
    searched.db.execute("DROP TABLE search_revisions")
    opened = reopened(searched, "search_index", "new_search_words")
    assert list(matching_articles(opened, parse_query("mương"))) == [4]
    assert list(index_inconsistencies(opened)) == []
    opened.close()


def test_index_of_the_first_schema_is_rebuilt_when_opened(searched: Watcher) -> None:
    db = searched.db
    days = list(db["article_days"].rows)
    db.execute("DROP TABLE search_words")
    db.execute(FIRST_INDEX[: FIRST_INDEX.index(";")])
    db.execute("INSERT INTO search_words (rowid, body, body_exact) VALUES (4, 'muong', 'mương')")
    db.execute("UPDATE search_revisions SET checksum = 1")
    opened = reopened(searched, "new_search_words")
    assert list(matching_articles(opened, parse_query("mương"))) == [4]
    assert list(matching_articles(opened, parse_query("title:cầu"))) == [5]
    assert list(index_inconsistencies(opened)) == []
    assert list(opened["article_days"].rows) == days != []
    opened.close()
