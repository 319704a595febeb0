"""Verify names each loss, and nothing where all is well."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.archive.journal import JOURNAL_NAME, in_file
from storage.articles.repository import add_alias
from storage.checks.quarantine import quarantine_page
from storage.db.checksums import COLUMNS, KEYS, set_checksums
from storage.events.reviews import add_review
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason
from storage.search.reindex import index_inconsistencies
from storage.verify import Verified, verify
from tests.sentences import codes

if TYPE_CHECKING:
    from tests.conftest import Watcher

DAYS = ["2025-04-07", "2025-04-08", "2025-04-09"]


def looked_at(watcher: Watcher) -> Verified:
    return verify(watcher.home.captures, watcher.db)


def params_of(found: Verified, code: Damage) -> list[dict[str, Any]]:
    """Return the parameters of the problems of this code."""
    inner = (problem.params.get("problem", problem) for problem in found.problems)
    return [problem.params for problem in inner if problem.code == code]


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
    counts = (found.files, found.records, found.revisions, found.events)
    assert counts == (3, 9 + 3, 3, 3)  # with a warcinfo record in each file


def test_captures_are_checked_without_a_database(kept: Watcher) -> None:
    found = verify(kept.home.captures, None)
    assert (found.problems, found.records, found.rebuildable) == ([], 12, True)


def test_missing_file_is_reported(kept: Watcher) -> None:
    day(kept, 1).unlink()
    found = looked_at(kept)
    missing = Reason(Damage.MISSING_OF_RUN, number=1, runs=["2"])
    assert found.problems[0] == in_file(f"alpha/{DAYS[1]}.warc.gz", missing)
    use = Reason(Damage.USE_REVISION, article=1, number=2)
    lost = params_of(found, Damage.USED_RECORD_MISSING)
    assert [(p["url"], p["uses"]) for p in lost] == [("https://alpha.vn/bai-1.html", (use,))]
    assert not found.rebuildable


def test_truncated_file_is_reported(kept: Watcher) -> None:
    file = day(kept, 0)
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:-200])
    found = looked_at(kept)
    truncated = Reason(Damage.TRUNCATED, size=size - 200, end=size)
    assert in_file(f"alpha/{DAYS[0]}.warc.gz", truncated) in found.problems
    assert not found.rebuildable


def test_file_truncated_between_records_is_reported(kept: Watcher) -> None:
    [(offset,)] = kept.db.execute(
        "SELECT max(warc_offset) FROM captures WHERE warc LIKE ?", [f"%{DAYS[0]}%"]
    ).fetchall()
    day(kept, 0).write_bytes(day(kept, 0).read_bytes()[:offset])
    found = looked_at(kept)
    assert Damage.TRUNCATED in codes(found.problems)
    use = Reason(Damage.USE_REVISION, article=2, number=1)
    lost = params_of(found, Damage.USED_RECORD_MISSING)
    assert [(p["offset"], p["uses"]) for p in lost] == [(offset, (use,))]


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    files = {problem.params.get("file") for problem in found.problems}
    assert f"captures/alpha/{file.name}" in files
    assert all(name and name.startswith("captures/alpha/") for name in files)
    assert not found.rebuildable


def test_partial_record_after_the_last_run_is_a_note(kept: Watcher) -> None:
    file = day(kept, 2)
    size = file.stat().st_size
    file.write_bytes(file.read_bytes() + day(kept, 0).read_bytes()[:100])
    found = looked_at(kept)
    assert found.problems == []
    assert found.rebuildable
    assert found.notes == [in_file(f"alpha/{file.name}", Reason(Damage.HALF_RECORD, offset=size))]


def test_unreadable_journal_line_is_a_problem(kept: Watcher) -> None:
    journal = kept.home.captures / JOURNAL_NAME
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0][:-40] + b"\n" + b"".join(lines[1:]))
    found = looked_at(kept)
    assert found.problems[0] == Reason(Damage.LINES_DAMAGED, count=1, numbers=[1])
    assert codes(found.problems)[1] == Damage.RUN_NOT_IN_JOURNAL
    assert not found.rebuildable


def test_runs_from_before_the_journal_are_a_note(kept: Watcher) -> None:
    (kept.home.captures / JOURNAL_NAME).unlink()
    change(kept, "UPDATE runs SET ended_at = '2025-04-07T18:30:00Z'")
    set_checksums(kept.db, "runs", "true", [])
    found = looked_at(kept)
    assert found.problems == []
    assert found.notes[0] == Reason(Damage.RUNS_BEFORE_JOURNAL, count=3)


def test_review_that_the_journal_lost_is_named(kept: Watcher) -> None:
    [edit] = kept.db.execute("SELECT id FROM events WHERE kind = 'edited'").fetchone()
    add_review(kept.db, kept.home.captures, edit, "checked", "", "An", datetime.now(UTC))
    assert looked_at(kept).problems == []
    journal = kept.home.captures / JOURNAL_NAME
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-1]))
    [lost] = params_of(looked_at(kept), Damage.REVIEW_NOT_IN_JOURNAL)
    assert (lost["mark"], lost["name"]) == ("checked", "An")


def test_journal_and_database_are_compared_in_both_directions(kept: Watcher) -> None:
    journal = kept.home.captures / JOURNAL_NAME
    whole = journal.read_text("utf-8")
    lines = whole.splitlines(keepends=True)

    def runs(code: Damage, text: str) -> list[int]:
        """Return the runs that are named in problems of this code, with this journal."""
        journal.write_text(text, "utf-8")
        return [params["run"] for params in params_of(looked_at(kept), code)]

    without_a_run = "".join(x for x in lines if '"run":2,"site"' not in x)
    assert runs(Damage.RUN_NOT_IN_JOURNAL, without_a_run) == [2]
    published = "".join(x for x in lines if '"line":"published"' not in x or '"run":3' not in x)
    assert runs(Damage.VERDICT_NOT_IN_JOURNAL, published) == [3]
    journal.write_text(whole, "utf-8")
    change(kept, "UPDATE runs SET verdict = NULL WHERE id = 2")
    assert runs(Damage.VERDICT_NOT_IN_DATABASE, whole) == [2]
    change(kept, "DELETE FROM runs WHERE id = 2")
    assert runs(Damage.RUN_NOT_IN_DATABASE, whole) == [2]


def test_lost_original_of_a_revisit_is_named(kept: Watcher) -> None:
    [(warc, offset)] = kept.db.execute(
        "SELECT warc, warc_offset FROM captures WHERE url LIKE '%bai-2%' AND http_status = 200"
    ).fetchall()
    data = bytearray((kept.home.captures / warc).read_bytes())
    data[offset] ^= 1
    (kept.home.captures / warc).write_bytes(bytes(data))
    broken = params_of(looked_at(kept), Damage.REVISIT_BROKEN)
    assert ("https://alpha.vn/bai-2.html", DAYS[0]) in [(p["url"], p["day"]) for p in broken]


def test_files_that_nobody_names_are_notes(kept: Watcher) -> None:
    (kept.home.captures / "alpha" / "2025-04-01.warc.gz").write_bytes(day(kept, 0).read_bytes())
    (kept.home.captures / "alpha" / "notes.txt").touch()
    found = looked_at(kept)
    assert found.problems == []
    assert [note.params["file"] for note in found.notes] == [
        "captures/alpha/2025-04-01.warc.gz", "captures/alpha/notes.txt",
    ]  # fmt: skip


def test_other_rules_of_comparison_are_no_damage(
    kept: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.changes.fingerprint.comparison", str.upper)
    assert looked_at(kept).problems == []


DAMAGES: dict[str, tuple[tuple[str, ...], Damage, dict[str, Any]]] = {
    "text": (
        ("UPDATE revisions SET record = replace(record, 'Cầu gỗ', 'Cầu sắt') WHERE article = 2",),
        Damage.REVISION_CHANGED, {"number": 1, "article": 2},
    ),
    "no record": (
        ("UPDATE revisions SET record = 'x' WHERE article = 2",),
        Damage.REVISION_CHANGED, {"number": 1, "article": 2},
    ),
    "revision": (
        ("DELETE FROM revisions WHERE number = 2",),
        Damage.REVISIONS_MISSING, {"article": 1, "count": 1, "expected": 2},
    ),
    "article": (
        ("DELETE FROM articles WHERE id = 2",), Damage.ROW_WITHOUT_PARENT, {"parent": "articles"},
    ),
    "ledger": (
        ("DROP TRIGGER events_stay", "DELETE FROM events WHERE id = 2"),
        Damage.EVENTS_MISSING, {"first": 2, "last": 2},
    ),
    "ledger's end": (
        ("DROP TRIGGER events_stay", "DELETE FROM events WHERE id = 3"),
        Damage.EVENTS_MISSING, {"first": 3, "last": 3},
    ),
    "trigger": (
        ("DROP TRIGGER events_are_final",), Damage.LEDGER_OPEN, {"trigger": "events_are_final"},
    ),
    "table": (
        ("DROP TABLE revisions",), Damage.SCHEMA_MISSING, {"kind": "table", "name": "revisions"},
    ),
    "ledger's table": (
        ("DROP TABLE events",), Damage.SCHEMA_MISSING, {"kind": "table", "name": "events"},
    ),
    "bytes": (
        ("UPDATE captures SET sha256 = 'ab' WHERE id = 1",), Damage.RECORD_OTHER_BYTES, {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_to_the_database_is_reported(kept: Watcher, damage: str) -> None:
    statements, code, params = DAMAGES[damage]
    change(kept, *statements)
    found = looked_at(kept)
    problems = [problem.params["problem"] for problem in found.problems]  # in database or file
    assert any(p.code == code and params.items() <= p.params.items() for p in problems)
    assert found.rebuildable == (code != Damage.RECORD_OTHER_BYTES)


CHANGED_VALUES = {
    "runs": "stats = replace(stats, ':', ': ')",
    "captures": "content_type = 'text/plain'",
    "articles": "last_seen = '2025-04-08T19:00:00Z'",
    "aliases": "url = 'https://alpha.vn/bai-8.html'",
    "revisions": "observed_at = '2025-04-08T19:00:00Z'",
    "sightings": "doubtful = 1 - doubtful",
    "failed_checks": "detail = replace(detail, '4', '5')",
    "quarantine": "reason = replace(reason, 'o', 'p')",
    "events": "summary = summary || '.'",
    "reviews": "note = 'đã xem'",
}


def test_a_changed_value_is_reported(kept: Watcher) -> None:
    now, reason = datetime(2025, 4, 10, tzinfo=UTC), Reason(CrawlReason.RESPONSE_TOO_LARGE)
    [(edit,)] = kept.db.execute("SELECT id FROM events WHERE kind = 'edited'").fetchall()
    add_alias(kept.db, "alpha", "https://alpha.vn/bai-9.html", 1)
    quarantine_page(kept.db, "alpha", None, 1, now, reason, None)
    add_review(kept.db, kept.home.captures, edit, "checked", "", "An", now)
    assert looked_at(kept).problems == []
    change(kept, "DROP TRIGGER events_are_final", "DROP TRIGGER reviews_are_final")
    for table in COLUMNS:
        where = "" if table in KEYS else f" WHERE id = (SELECT max(id) FROM {table})"
        change(kept, f"UPDATE {table} SET {CHANGED_VALUES[table]}{where}")
    changed = [
        problem.params["problem"].params["table"]
        for problem in looked_at(kept).problems
        if codes([problem]) == [Damage.ROW_CHANGED]
    ]
    assert list(dict.fromkeys(changed)) == list(COLUMNS)


def test_a_changed_bit_of_the_search_index_is_reported(kept: Watcher) -> None:
    """SQLite's own check compares a contentless index with nothing."""
    set_block = "UPDATE search_words_data SET block = ? WHERE id = ?"
    query = "SELECT id, block FROM search_words_data WHERE id > 10"  # below: sums for the ranking
    unseen, tried = [], 0
    with closing(sqlite3.connect(kept.home.database_file)) as other:
        for number, block in kept.db.execute(query).fetchall():
            for place in range(4, len(block), len(block) // 30):
                changed = bytearray(block)
                changed[place] ^= 0x10  # the lowest bit may mark a deletion: only merges read it
                other.execute(set_block, [bytes(changed), number])
                other.commit()
                if not list(index_inconsistencies(kept.db)):
                    unseen.append((number, place))
                tried += 1
                other.execute(set_block, [block, number])
                other.commit()
    assert (unseen, tried > 20) == ([], True)


def test_a_changed_name_in_the_schema_is_reported(kept: Watcher) -> None:
    change(kept, "ALTER TABLE payloads RENAME COLUMN sha256 TO sha257", "DROP INDEX runs_site")
    found = [problem.params["problem"] for problem in looked_at(kept).problems]
    assert Reason(Damage.COLUMN_MISSING, name="sha256", table="payloads") in found
    assert Reason(Damage.SCHEMA_MISSING, kind="index", name="runs_site") in found


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
    found = verify(kept.home.captures, kept.home.database())
    assert {problem.code for problem in found.problems} == {Damage.IN_DATABASE}
    assert found.rebuildable


def test_progress_ends_at_the_total(kept: Watcher) -> None:
    calls: list[tuple[int, int]] = []
    verify(kept.home.captures, None, lambda done, total: calls.append((done, total)))
    assert calls == [(1, 3), (2, 3), (3, 3)]
