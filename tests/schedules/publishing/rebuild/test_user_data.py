"""Data written by people is copied: saved searches, canaries, reviews, subscriptions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from storage.articles.canaries import pin
from storage.db.connection import DatabaseError, transaction
from storage.events.reviews import add_review
from storage.home import open_home
from storage.messages.reasons_damage import Damage
from storage.search.saved_searches import save_search
from tests.sentences import codes

if TYPE_CHECKING:
    from tests.schedules.publishing.rebuild.conftest import Rebuilder

PEOPLES = {  # by site and key: numbers are no part of what somebody wrote
    "saved_searches": "SELECT * FROM saved_searches",
    "canaries": "SELECT site, key, pinned_at, note FROM canaries JOIN articles ON id = article",
    "reviews": "SELECT event, mark, note, name, marked_at FROM reviews ORDER BY reviews.id",
    "alert_cursors": "SELECT * FROM alert_cursors",
    "alert_messages": "SELECT subscription, target, title, body FROM alert_messages",
}


NAMES = {"saved_searches": "query", "canaries": "note", "alert_cursors": "event"}


def peoples(home: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(home / "tinwatch.db")) as db:
        return {table: db.execute(query).fetchall() for table, query in PEOPLES.items()}


@pytest.fixture
def written(own: Path) -> Path:
    """The demo home with saved searches, canaries, reviews and subscriptions."""
    home = open_home(own)
    now = datetime(2025, 3, 14, tzinfo=UTC)
    with closing(home.database()) as db:
        save_search(db, "muong-nuoc", "mương OR kênh", now)
        (edited,) = db.execute("SELECT max(id) FROM events WHERE kind = 'edited'").fetchone()
        add_review(db, home.captures, edited, "important", "Hỏi lại", "Thu Hà", now)
        with transaction(db):
            pin(db, 60, "trang mẫu", now)
            db.execute("INSERT INTO alert_cursors VALUES ('toa-soan', 70, '2025-03-13T00:00:00Z')")
            message = "'toa-soan', 1, '[70]', 'Tựa', 'Bài', '2025-03-13', '2025-03-13'"
            db.execute(
                "INSERT INTO alert_messages (subscription, target, events, title, body, "
                f"created_at, due_at) VALUES ({message})"
            )
    (own / "alerts.toml").write_text("# ai nghe gì", "utf-8")
    return own


def test_user_data_is_copied(rebuilder: Rebuilder, written: Path, tmp_path: Path) -> None:
    rebuilt_folder, report = rebuilder.rebuilt(written, tmp_path)
    assert (report.problems, report.notes) == ([], [])
    expected = peoples(written)
    assert all(expected.values())
    assert peoples(rebuilt_folder) == expected
    assert (rebuilt_folder / "alerts.toml").read_text("utf-8") == "# ai nghe gì"


@pytest.mark.parametrize("table", ["saved_searches", "canaries", "alert_cursors"])
def test_user_data_of_a_damaged_database_is_copied(
    rebuilder: Rebuilder, written: Path, tmp_path: Path, table: str
) -> None:
    expected = peoples(written)
    with closing(sqlite3.connect(written / "tinwatch.db")) as db, db:
        db.execute(f"ALTER TABLE {table} RENAME COLUMN {NAMES[table]} TO gone")
    rebuilt_folder, report = rebuilder.rebuilt(written, tmp_path)
    (note,) = report.notes
    assert (note.code, note.params["table"]) == (Damage.OLD_TABLE_UNREADABLE, table)
    assert peoples(rebuilt_folder) == expected | {table: []}


def test_lost_database_is_reported(rebuilder: Rebuilder, written: Path, tmp_path: Path) -> None:
    file = written / "tinwatch.db"
    file.write_bytes(file.read_bytes()[:5000])
    rebuilt_folder, report = rebuilder.rebuilt(written, tmp_path)
    assert codes(report.notes) == [Damage.OLD_DATABASE_UNREADABLE]
    assert [row[1:] for row in peoples(rebuilt_folder)["reviews"]]  # the journal has them
    file.unlink()
    (tmp_path / "again").mkdir()
    _, report = rebuilder.rebuilt(written, tmp_path / "again")
    assert codes(report.notes)[0] == Damage.NO_OLD_DATABASE


def test_database_with_other_bytes_in_its_schema_is_reported(
    rebuilder: Rebuilder, written: Path, tmp_path: Path
) -> None:
    """SQLite's error names the damaged words, which are no UTF-8 then."""
    file = written / "tinwatch.db"
    data = file.read_bytes()
    assert b"CREATE TABLE runs" in data
    file.write_bytes(data.replace(b"CREATE TABLE runs", b"CREATE \xd4ABLE runs"))
    with pytest.raises(DatabaseError):
        open_home(written).database()
    _, report = rebuilder.rebuilt(written, tmp_path)
    assert codes(report.notes) == [Damage.OLD_DATABASE_UNREADABLE]


def test_canary_that_was_not_rebuilt_is_reported(
    rebuilder: Rebuilder, written: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(written / "tinwatch.db")) as db, db:
        db.execute("UPDATE articles SET key = 'other' WHERE id = 60")
    rebuilt_folder, report = rebuilder.rebuilt(written, tmp_path)
    assert codes(report.notes)[0] == Damage.PIN_LOST
    assert peoples(rebuilt_folder)["canaries"] == []
