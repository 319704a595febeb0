"""Opening the database, and what it refuses."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from storage.db import connection
from storage.db import migrations as migrations_package
from storage.db.connection import (
    PAGE_BYTES,
    Database,
    DatabaseError,
    current_transaction,
    existing_database,
    from_utc_text,
    open_database,
    temporary_tables_allowed,
    transaction,
    utc_text,
)
from storage.db.migrations import migrations
from storage.messages.reasons_home import HomeReason
from tests.sentences import has_code

ROOT = Path(__file__).resolve().parents[3]
OPENER = """
import sys, time
from pathlib import Path
from storage.db.connection import open_database
file, moment = Path(sys.argv[1]), float(sys.argv[2])
time.sleep(max(0, moment - time.time()))
db = open_database(file)
print(db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'events'").fetchone()[0])
"""


def test_read_only_connection_makes_temporary_tables_only(tmp_path: Path) -> None:
    file = tmp_path / "tinwatch.db"
    open_database(file).close()
    with existing_database(file, writes=False) as db:
        with temporary_tables_allowed(db):
            db.execute("CREATE TEMP TABLE words (word)")
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM articles")


def test_each_migration_has_a_number_of_its_own() -> None:
    names = sorted(file.name for file in Path(*migrations_package.__path__).glob("[0-9]*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_full_disk_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate = connection._migrate

    def migrate_on_a_small_disk(db: Database) -> None:
        db.execute("PRAGMA max_page_count = 5")
        migrate(db)

    monkeypatch.setattr(connection, "_migrate", migrate_on_a_small_disk)
    file = tmp_path / "tinwatch.db"
    sqlite3.connect(file).execute("CREATE TABLE first (a)")  # its tables have to be made
    with pytest.raises(DatabaseError) as refused:
        open_database(file)
    assert refused.value.reason.code == HomeReason.DISK_FULL


@pytest.mark.parametrize(("page", "piece"), [(PAGE_BYTES, 8405), (4096, 8670)])
def test_pieces_of_the_index_fill_the_pages_of_the_database(
    tmp_path: Path, page: int, piece: int
) -> None:
    file = tmp_path / "t.db"
    if page != PAGE_BYTES:  # a database of an older version
        with closing(sqlite3.connect(file)) as old:
            old.execute(f"PRAGMA page_size = {page}")
            old.execute("VACUUM")
    with closing(open_database(file)) as db:
        assert db.execute("PRAGMA page_size").fetchone()[0] == page
        (pgsz,) = db.execute("SELECT v FROM search_words_config WHERE k = 'pgsz'").fetchone()
    assert pgsz == piece


def test_migrations_run_once(tmp_path: Path) -> None:
    file = tmp_path / "tinwatch.db"
    db = open_database(file)
    assert not migrations.pending(db)
    before = [tuple(r) for r in db.execute("SELECT * FROM _sqlite_migrations").fetchall()]
    assert before
    db.close()
    again = open_database(file)
    assert [tuple(r) for r in again.execute("SELECT * FROM _sqlite_migrations")] == before
    assert again.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert again.execute("PRAGMA foreign_keys").fetchone()[0] == 1


@pytest.mark.parametrize("attempt", range(2))
def test_several_processes_may_open_a_new_home_at_once(tmp_path: Path, attempt: int) -> None:
    moment = str(datetime.now(UTC).timestamp() + 1.2)
    command = [sys.executable, "-c", OPENER, str(tmp_path / "tinwatch.db"), moment]
    openers = [
        subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    ends = [opener.communicate(timeout=60) for opener in openers]
    assert [(out.strip(), err) for out, err in ends] == [("1", "")] * 4
    db = open_database(tmp_path / "tinwatch.db")
    count = len(db.execute("SELECT * FROM _sqlite_migrations").fetchall())
    assert count == len(list(migrations.applied(db)))
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize(
    "content", [b"no database at all" * 400, b"SQLite format 3\0" + b"x" * 9000]
)
def test_file_that_is_no_database_is_refused_unchanged(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "tinwatch.db"
    file.write_bytes(content)
    with pytest.raises(DatabaseError, check=has_code(HomeReason.DATABASE_NOT_OPENED)):
        open_database(file)
    assert file.read_bytes() == content


def test_database_in_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, check=has_code(HomeReason.DATABASE_NOT_OPENED)):
        open_database(tmp_path / "none" / "tinwatch.db")


def test_failed_transaction_is_rolled_back(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tinwatch.db")
    row = "INSERT INTO sites VALUES (?, 't', 'p', 'k', 'p', 'live', '1')"
    with pytest.raises(ZeroDivisionError), transaction(db):  # noqa: PT012
        db.execute(row, ["alpha"])
        with transaction(db):  # an inner one is part of the outer one
            db.execute(row, ["beta"])
        raise ZeroDivisionError
    assert db.execute("SELECT count(*) FROM sites").fetchone()[0] == 0
    with transaction(db):
        db.execute(row, ["alpha"])
    assert not db.conn.in_transaction


def test_foreign_keys_and_types_are_enforced(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tinwatch.db")
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO runs (site, kind, batch, started_at, state) "
                   "VALUES ('nobody', 'crawl', 'n', 't', 'running')")  # fmt: skip
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO sites VALUES (x'00', 't', 'p', 'k', 'p', 'live', '1')")


def test_times_are_stored_in_utc_and_sort_as_text() -> None:
    hanoi = datetime(2025, 4, 8, 0, 15, 9, 999, tzinfo=timezone(timedelta(hours=7)))
    assert utc_text(hanoi) == "2025-04-07T17:15:09Z"
    assert from_utc_text(utc_text(hanoi)) == hanoi.replace(microsecond=0)


def test_migrations_keep_the_names_that_homes_record() -> None:
    names = [migration.name for migration in migrations.pending(Database(memory=True))]
    assert names[:4] == ["first_tables", "template_memory", "canary_pages", "story_tables"]
    assert names[15:18] == ["new_search_words", "held_passages", "passage_rules"]
    assert names[22:25] == ["job_outcomes_in_standard_terms", "index_rebuilds", "standard_names"]


def test_migrations_import_nothing_of_the_application() -> None:
    code = (
        "import sys, storage.db.migrations\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('storage', 'pipelines')\n"
        "       and not m.startswith('storage.db')])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['storage']"


def test_ledger_is_append_only_after_all_migrations(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tinwatch.db")
    db.execute("INSERT INTO sites VALUES ('alpha', 't', 'p', 'k', 'p', 'live', '1')")
    db.execute(
        "INSERT INTO runs (site, kind, batch, started_at, state) "
        "VALUES ('alpha', 'crawl', 'n', 't', 'running')"
    )
    db.execute(
        "INSERT INTO events (run, site, kind, observed_at, summary, detail) "
        "VALUES (1, 'alpha', 'new', '2025-04-07T00:00:00Z', 's', '{}')"
    )
    for statement in ("UPDATE events SET kind = 'edited'", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.execute(statement)


def test_cause_of_a_revision_is_checked(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tinwatch.db")
    db.execute("PRAGMA foreign_keys = OFF")
    insert = (
        "INSERT INTO revisions (article, number, cause, observed_at, extractor_version, "
        "fingerprint, record) VALUES (1, ?, ?, 't', '1', 'f', '{}')"
    )
    db.execute(insert, [1, "site"])
    db.execute(insert, [2, "extractor"])
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        db.execute(insert, [3, "reader"])


def test_actions_before_commit_run_once_and_not_after_a_rollback(tmp_path: Path) -> None:
    db = open_database(tmp_path / "tinwatch.db")
    calls: list[str] = []
    assert current_transaction(db) is None
    with transaction(db), transaction(db):
        running = current_transaction(db)
        assert running is not None
        running.before_commit.append(lambda db: calls.append("committed"))
    with pytest.raises(ZeroDivisionError), transaction(db):  # noqa: PT012
        running = current_transaction(db)
        assert running is not None
        running.before_commit.append(lambda db: calls.append("rolled back"))
        raise ZeroDivisionError
    assert calls == ["committed"]
    assert current_transaction(db) is None
