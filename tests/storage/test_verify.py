"""Verify names each loss, and nothing where all is well."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.changes.fingerprint import fingerprint
from storage.archive.journal import JOURNAL_NAME
from storage.verify import Verified, verify

if TYPE_CHECKING:
    from tests.conftest import Watcher

DAYS = ["2025-04-07", "2025-04-08", "2025-04-09"]


def looked_at(watcher: Watcher) -> Verified:
    return verify(watcher.home.captures, watcher.db, fingerprint)


def day(watcher: Watcher, number: int) -> Path:
    return watcher.home.captures / "alpha" / f"{DAYS[number]}.warc.gz"


def change(watcher: Watcher, *statements: str) -> None:
    watcher.db.conn.commit()
    watcher.db.execute("PRAGMA foreign_keys = OFF")
    for statement in statements:
        watcher.db.execute(statement)
    watcher.db.conn.commit()


def test_unchanged_home_has_no_problem(kept: Watcher) -> None:
    found = looked_at(kept)
    assert (found.problems, found.notes, found.rebuildable) == ([], [], True)
    assert (found.files, found.records, found.revisions, found.events) == (
        3,
        9 + 3,
        3,
        3,
    )  # with warcinfo


def test_captures_are_checked_without_a_database(kept: Watcher) -> None:
    found = verify(kept.home.captures, None, fingerprint)
    assert (found.problems, found.records, found.rebuildable) == ([], 12, True)


def test_missing_file_is_reported(kept: Watcher) -> None:
    day(kept, 1).unlink()
    found = looked_at(kept)
    assert found.problems == [f"captures/alpha/{DAYS[1]}.warc.gz is missing"]
    assert not found.rebuildable


def test_truncated_file_is_reported(kept: Watcher) -> None:
    file = day(kept, 0)
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:-200])
    found = looked_at(kept)
    said = f"captures/alpha/{DAYS[0]}.warc.gz: it was truncated: {size - 200} bytes of {size}"
    assert any(trouble.startswith(said) for trouble in found.problems)
    assert not found.rebuildable


def test_file_truncated_between_records_is_reported(kept: Watcher) -> None:
    [(offset,)] = kept.db.execute(
        "SELECT max(warc_offset) FROM captures WHERE warc LIKE ?", [f"%{DAYS[0]}%"]
    ).fetchall()
    day(kept, 0).write_bytes(day(kept, 0).read_bytes()[:offset])
    found = looked_at(kept)
    assert any("it was truncated" in trouble for trouble in found.problems)
    assert any("1 captures that the database names" in trouble for trouble in found.problems)


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_changed_byte_in_any_record_is_reported(kept: Watcher, data: st.DataObject) -> None:
    """Of the gzip header a few bytes (time, system) say nothing; those are left out."""
    file = day(kept, data.draw(st.integers(0, 2)))
    whole = file.read_bytes()
    place = data.draw(st.integers(10, len(whole) - 1))
    near_start = any(whole[s : s + 3] == b"\x1f\x8b\x08" for s in range(place - 9, place + 1))
    if near_start:
        return
    changed = bytearray(whole)
    changed[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(changed)
    try:
        found = looked_at(kept)
    finally:
        file.write_bytes(whole)
    assert found.problems
    assert all(f"captures/alpha/{file.name}: " in trouble for trouble in found.problems)
    assert not found.rebuildable


def test_partial_record_after_the_last_run_is_a_note(kept: Watcher) -> None:
    file = day(kept, 2)
    size = file.stat().st_size
    file.write_bytes(file.read_bytes() + day(kept, 0).read_bytes()[:100])
    found = looked_at(kept)
    assert found.problems == []
    assert found.rebuildable
    [note] = found.notes
    assert f"left half a record at {size}" in note


def test_unreadable_journal_line_is_a_problem(kept: Watcher) -> None:
    journal = kept.home.captures / JOURNAL_NAME
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0][:-40] + b"\n" + b"".join(lines[1:]))
    found = looked_at(kept)
    assert found.problems == ["journal: 1 lines cannot be read"]
    assert not found.rebuildable


def test_runs_from_before_the_journal_are_a_note(kept: Watcher) -> None:
    (kept.home.captures / JOURNAL_NAME).unlink()
    found = looked_at(kept)
    assert found.problems == []
    assert found.notes[0].startswith("3 runs are from before the journal")


DAMAGES: dict[str, tuple[tuple[str, ...], str]] = {
    "text": (
        ("UPDATE revisions SET record = replace(record, 'Cầu gỗ', 'Cầu sắt') WHERE article = 2",),
        "revision 1 of article 2 does not have its fingerprint",
    ),
    "no record": (
        ("UPDATE revisions SET record = 'x' WHERE article = 2",),
        "revision 1 of article 2 does not have its fingerprint",
    ),
    "revision": (("DELETE FROM revisions WHERE number = 2",), "article 1 has 1 revisions of 2"),
    "article": (("DELETE FROM articles WHERE id = 2",), "refers to a row of articles"),
    "ledger": (
        ("DROP TRIGGER events_stay", "DELETE FROM events WHERE id = 2"),
        "database: events 2 to 2 are missing from the ledger",
    ),
    "ledger's end": (
        ("DROP TRIGGER events_stay", "DELETE FROM events WHERE id = 3"),
        "database: events 3 to 3 are missing from the ledger",
    ),
    "trigger": (("DROP TRIGGER events_are_final",), "the trigger events_are_final is missing"),
    "table": (("DROP TABLE revisions",), "database: no such table: revisions"),
    "ledger's table": (("DROP TABLE events",), "database: no such table: events"),
    "place": (
        ("UPDATE captures SET sha256 = 'ab' WHERE id = 1",),
        "holds other bytes than were received",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_to_the_database_is_reported(kept: Watcher, damage: str) -> None:
    statements, said = DAMAGES[damage]
    change(kept, *statements)
    found = looked_at(kept)
    assert any(said in trouble for trouble in found.problems), found.problems
    assert found.rebuildable == (damage != "place")


def test_damaged_page_of_the_database_is_reported(
    kept: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept.db.close()
    file = kept.home.path / "tinwatch.db"
    db = sqlite3.connect(file)
    [(root,)] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles_url'")
    [(size,)] = db.execute("PRAGMA page_size")
    db.close()
    whole = bytearray(file.read_bytes())
    whole[(root - 1) * size : root * size] = bytes(size)
    file.write_bytes(whole)
    found = verify(kept.home.captures, kept.home.database(), fingerprint)
    assert found.problems
    assert all(trouble.startswith("database: ") for trouble in found.problems)
    assert found.rebuildable


def test_progress_ends_at_the_total(kept: Watcher) -> None:
    told: list[tuple[int, int]] = []
    note: Callable[[int, int], None] = lambda done, total: told.append((done, total))  # noqa: E731
    verify(kept.home.captures, None, fingerprint, note)
    assert told == [(1, 3), (2, 3), (3, 3)]
