"""What is damaged or missing: the rest is made, or a backup restored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from schedules.publishing import rebuild
from storage.archive.backup import read_backup, write_backup
from storage.archive.journal import JOURNAL_NAME
from storage.archive.reader import CaptureError
from storage.db.connection import DatabaseError
from storage.home import open_home

if TYPE_CHECKING:
    from tests.schedules.publishing.rebuild.conftest import Remake


def test_truncated_database_is_restored_or_rebuilt(
    remake: Remake, own: Path, demo_home: Path, tmp_path: Path
) -> None:
    write_backup(open_home(own), tmp_path / "b.tar", tmp_path)
    file = own / "tinwatch.db"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises((DatabaseError, sqlite3.DatabaseError)):
        open_home(own).database().execute("SELECT count(*) FROM articles").fetchall()
    read_backup(tmp_path / "b.tar", tmp_path / "restored")
    remake.assert_the_same(demo_home, tmp_path / "restored")
    place, _ = remake.rebuilt(own, tmp_path)
    remake.assert_the_same(demo_home, place)


@pytest.mark.parametrize("table", ["articles", "revisions", "events"])
def test_deleted_table_is_restored_or_rebuilt(
    remake: Remake, own: Path, demo_home: Path, tmp_path: Path, table: str
) -> None:
    write_backup(open_home(own), tmp_path / "b.tar", tmp_path)
    with closing(sqlite3.connect(own / "tinwatch.db")) as db:
        db.execute(f"DROP TABLE {table}")
    read_backup(tmp_path / "b.tar", tmp_path / "restored")
    remake.assert_the_same(demo_home, tmp_path / "restored")
    place, _ = remake.rebuilt(own, tmp_path)
    remake.assert_the_same(demo_home, place)


def test_damaged_file_is_reported_and_the_rest_rebuilt(
    remake: Remake, own: Path, tmp_path: Path
) -> None:
    file = sorted((own / "captures" / "haugiang").glob("*.warc.gz"))[0]
    whole = bytearray(file.read_bytes())
    whole[1000:1100] = bytes(100)
    file.write_bytes(whole)
    place, told = remake.rebuilt(own, tmp_path)
    assert any(file.name in problem for problem in told.problems)
    others = [row for row in remake.state(own)["articles"] if row[1] != "haugiang"]
    assert [row for row in remake.state(place)["articles"] if row[1] != "haugiang"] == others


def test_site_without_module_is_reported(
    remake: Remake, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(name: str) -> type[SiteSpider]:
        return get_site("no_such_site" if name == "haugiang" else name)

    monkeypatch.setattr(rebuild, "get_site", gone)
    place, told = remake.rebuilt(own, tmp_path)
    assert len(told.problems) == 4
    assert all("no_such_site" in problem for problem in told.problems)
    assert "haugiang" not in {row[1] for row in remake.state(place)["articles"]}


def test_rebuild_from_captures_without_journal(
    remake: Remake, own: Path, demo_home: Path, tmp_path: Path
) -> None:
    """A home from before the journal: no verdicts, no takedowns that no answer shows."""
    (own / "captures" / JOURNAL_NAME).unlink()
    place, told = remake.rebuilt(own, tmp_path)
    assert told.problems == []
    wanted, found = remake.state(demo_home), remake.state(place)
    assert {row[1:4] for row in found["articles"]} == {row[1:4] for row in wanted["articles"]}
    assert sorted(row[6] for row in found["revisions"]) == sorted(
        row[6] for row in wanted["revisions"]
    )
    kinds = [
        [row[4] for row in s["events"] if row[4] in ("new", "edited")] for s in (found, wanted)
    ]
    assert sorted(kinds[0]) == sorted(kinds[1])


def test_without_captures_rebuild_fails(remake: Remake, tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="no captures"):
        remake.rebuilt(tmp_path / "none", tmp_path)
