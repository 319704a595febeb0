"""Rebuild or restore after captures or the database were damaged."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from schedules.publishing import rebuild
from storage.archive.backup import read_backup, write_backup
from storage.archive.errors import CaptureError
from storage.archive.journal import JOURNAL_NAME, in_file, write_line
from storage.db.connection import DatabaseError
from storage.home import open_home
from storage.messages.reasons_archive import ArchiveReason
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason
from storage.verify import verify
from tests.sentences import codes, has_code, named_files, sentences

if TYPE_CHECKING:
    from tests.schedules.publishing.rebuild.conftest import Rebuilder


def test_truncated_database_is_restored_or_rebuilt(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path
) -> None:
    write_backup(open_home(own), tmp_path / "b.tar", tmp_path)
    file = own / "tinwatch.db"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises((DatabaseError, sqlite3.DatabaseError)):
        open_home(own).database().execute("SELECT count(*) FROM articles").fetchall()
    read_backup(tmp_path / "b.tar", tmp_path / "restored")
    rebuilder.assert_same_home(demo_home, tmp_path / "restored")
    rebuilt_folder, _ = rebuilder.rebuilt(own, tmp_path)
    rebuilder.assert_same_home(demo_home, rebuilt_folder)


@pytest.mark.slow
@pytest.mark.parametrize("table", ["articles", "revisions", "events"])
def test_deleted_table_is_restored_or_rebuilt(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path, table: str
) -> None:
    write_backup(open_home(own), tmp_path / "b.tar", tmp_path)
    with closing(sqlite3.connect(own / "tinwatch.db")) as db:
        db.execute(f"DROP TABLE {table}")
    read_backup(tmp_path / "b.tar", tmp_path / "restored")
    rebuilder.assert_same_home(demo_home, tmp_path / "restored")
    rebuilt_folder, _ = rebuilder.rebuilt(own, tmp_path)
    rebuilder.assert_same_home(demo_home, rebuilt_folder)


def test_damaged_file_is_reported_and_the_rest_rebuilt(
    rebuilder: Rebuilder, own: Path, tmp_path: Path
) -> None:
    file = sorted((own / "captures" / "haugiang").glob("*.warc.gz"))[0]
    whole = bytearray(file.read_bytes())
    whole[1000:1100] = bytes(100)
    file.write_bytes(whole)
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert f"haugiang/{file.name}" in named_files(report.problems)
    others = [row for row in rebuilder.state(own)["articles"] if row[1] != "haugiang"]
    assert [
        row for row in rebuilder.state(rebuilt_folder)["articles"] if row[1] != "haugiang"
    ] == others


def test_site_without_module_is_reported(
    rebuilder: Rebuilder, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(name: str) -> type[SiteSpider]:
        return get_site("no_such_site" if name == "haugiang" else name)

    monkeypatch.setattr(rebuild, "get_site", gone)
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert codes(report.problems) == [Damage.LEFT_OUT] * 4
    assert "haugiang" not in {row[1] for row in rebuilder.state(rebuilt_folder)["articles"]}


def test_rebuild_from_captures_without_journal(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path
) -> None:
    """No verdicts, and only takedowns that a capture shows; the lost journal is a problem."""
    (own / "captures" / JOURNAL_NAME).unlink()
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert codes(report.problems) == [Damage.JOURNAL_LOST, Damage.NO_JOURNAL_OF_RUNS]
    assert not verify(own / "captures", None).rebuildable
    with closing(open_home(rebuilt_folder).database()) as db:
        found = verify(rebuilt_folder / "captures", db)
    assert (found.problems, found.notes) == ([], [])
    expected, actual = rebuilder.state(demo_home), rebuilder.state(rebuilt_folder)
    assert {row[1:4] for row in actual["articles"]} == {row[1:4] for row in expected["articles"]}
    assert sorted(row[6] for row in actual["revisions"]) == sorted(
        row[6] for row in expected["revisions"]
    )
    kinds = [
        [row[4] for row in s["events"] if row[4] in ("new", "edited")] for s in (actual, expected)
    ]
    assert sorted(kinds[0]) == sorted(kinds[1])


def test_without_captures_rebuild_fails(rebuilder: Rebuilder, tmp_path: Path) -> None:
    with pytest.raises(CaptureError, check=has_code(ArchiveReason.NO_CAPTURES)):
        rebuilder.rebuilt(tmp_path / "none", tmp_path)


def deleted(file: Path) -> None:
    file.unlink()


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for position in range(len(data) // 3, len(data), len(data) // 3):
        data[position] ^= 0x55
    file.write_bytes(bytes(data))


DAMAGES = (deleted, emptied, truncated, flipped)
FILES = ("tinwatch.db", "captures/haugiang", "captures/journal.jsonl")
SURVIVING = ("articles", "revisions", "captures")


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", FILES)
def test_rebuild_holds_what_survives_and_names_what_does_not(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path, name: str,
    damage: Callable[[Path], None],
) -> None:  # fmt: skip
    file = own / name
    if file.is_dir():
        file = sorted(file.glob("*.warc.gz"))[0]
    damage(file)
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    expected, actual = rebuilder.state(demo_home), rebuilder.state(rebuilt_folder)
    named = [p for p in sentences(report.problems) if file.name in p or p.startswith("journal: ")]
    if name == "tinwatch.db":
        rebuilder.assert_same_home(demo_home, rebuilt_folder)
        assert report.problems == []
    elif file.suffix == ".gz":
        assert named
        assert sentences(report.problems) == named
        for table in SURVIVING:
            others = [row for row in expected[table] if "haugiang" not in repr(row)]
            if table == "articles":
                others = [row for row in others if row[1] != "haugiang"]
                assert [row for row in actual[table] if row[1] != "haugiang"] == others
            else:
                kept = [row for row in actual[table] if "haugiang" not in repr(row)]
                assert len(kept) == len(others)
    else:  # all pages are read again, from the captures
        assert named
        keys = [{row[1:3] for row in state["articles"]} for state in (expected, actual)]
        assert keys[1] == keys[0] or damage is truncated
        # Runs whose lines are lost have lines in the new journal.
        assert damage is not flipped or len(actual["revisions"]) == len(expected["revisions"])
    with closing(open_home(rebuilt_folder).database()) as db:
        found = verify(rebuilt_folder / "captures", db)
    assert [problem for problem in found.problems if problem.code == Damage.IN_DATABASE] == []
    (tmp_path / "again").mkdir()
    again, _ = rebuilder.rebuilt(rebuilt_folder, tmp_path / "again")
    assert rebuilder.state(again) == actual


@pytest.mark.slow
def test_second_ledger_beside_the_old_journal_is_rebuilt(
    rebuilder: Rebuilder, own: Path, tmp_path: Path
) -> None:
    """Earlier releases began a new database, with ids from 1, where the old one was missing."""
    journal = own / "captures" / JOURNAL_NAME
    runs = 0
    for text in journal.read_text("utf-8").splitlines():
        line = json.loads(text)
        del line["crc32"], line["offset"]
        if line["line"] == "run":
            line["started_at"] = "2025-12-01T00:00:00Z"
            runs += 1
        write_line(own / "captures", line)
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert report.runs == 2 * runs
    assert Damage.RUN_ID_REPEATED in codes(report.problems)
    with closing(open_home(rebuilt_folder).database()) as db:
        assert verify(rebuilt_folder / "captures", db).problems == []


Lines = list[bytes]
RUN, VERDICT = 13, 17  # indexes: a run of haugiang of the second day, the verdicts of that day


def changed(*indexes: int) -> Callable[[Lines], Lines]:
    def change(lines: Lines) -> Lines:
        for index in indexes:
            lines[index] = lines[index].replace(b"2", b"3", 1)
        return lines

    return change


def without(index: int) -> Callable[[Lines], Lines]:
    return lambda lines: [*lines[:index], *lines[index + 1 :]]


def exchanged(lines: Lines) -> Lines:
    lines[RUN], lines[4] = lines[4], lines[RUN]
    return lines


JOURNALS: dict[str, Callable[[Lines], Lines]] = {
    "run changed": changed(RUN), "run deleted": without(RUN), "verdict changed": changed(VERDICT),
    "verdict deleted": without(VERDICT), "last changed": changed(-1),
    "run of the last day changed": changed(-5), "many changed": changed(4, RUN, VERDICT, -1),
    "backwards": lambda lines: lines[::-1], "exchanged": exchanged,
    "twice": lambda lines: lines * 2, "run again": lambda lines: [*lines, lines[RUN]],
    "backwards and changed": lambda lines: changed(RUN, VERDICT)(lines)[::-1],
}  # fmt: skip
FAST = ("backwards and changed",)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in FAST else pytest.mark.slow) for n in JOURNALS]
)
def test_damaged_journal_costs_nothing_that_the_captures_hold(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path, name: str
) -> None:
    """A line that is damaged or missing costs the ids and the gate's own verdicts, no revision."""
    file = own / "captures" / JOURNAL_NAME
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(JOURNALS[name](lines)))
    with closing(open_home(own).database()) as db:
        found = verify(own / "captures", db)
    assert any(problem.startswith("journal: ") for problem in sentences(found.problems))
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    is_lossless = name in ("backwards", "exchanged", "twice", "run again")
    assert bool(report.problems) != is_lossless
    assert found.rebuildable == is_lossless
    if is_lossless:
        rebuilder.assert_same_home(demo_home, rebuilt_folder)
        assert any(note.startswith("journal: ") for note in sentences(report.notes))
    expected, actual = rebuilder.state(demo_home), rebuilder.state(rebuilt_folder)
    for table, columns in (("articles", slice(1, 4)), ("revisions", slice(6, 8))):
        rows = [sorted(row[columns] for row in state[table]) for state in (expected, actual)]
        assert rows[1] == rows[0]
    kinds = [sorted(row[4] for row in state["events"]) for state in (expected, actual)]
    assert kinds[1] == kinds[0]
    with closing(open_home(rebuilt_folder).database()) as db:
        assert verify(rebuilt_folder / "captures", db).problems == []


@pytest.mark.parametrize(
    ("kept", "lost_runs"),
    [
        (slice(-1), 0),
        pytest.param(slice(-5), 4, marks=pytest.mark.slow),
        pytest.param(slice(3, None), 3, marks=pytest.mark.slow),
    ],
)
def test_lost_end_of_the_journal_is_seen_in_the_old_database(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path, kept: slice, lost_runs: int
) -> None:
    """No line shows that the last one is lost; its run is rebuilt from the captures."""
    file = own / "captures" / JOURNAL_NAME
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[kept]))
    with closing(open_home(own).database()) as db:
        assert not verify(own / "captures", db).rebuildable
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert codes(report.problems).count(Damage.RUN_NOT_IN_JOURNAL) == lost_runs
    assert report.problems
    assert report.left == 0
    expected, actual = rebuilder.state(demo_home), rebuilder.state(rebuilt_folder)
    assert sorted(row[4] for row in actual["events"]) == sorted(
        row[4] for row in expected["events"]
    )
    with closing(open_home(rebuilt_folder).database()) as db:
        assert verify(rebuilt_folder / "captures", db).problems == []


def test_lost_end_of_the_journal_without_a_database_is_a_note(
    rebuilder: Rebuilder, own: Path, tmp_path: Path
) -> None:
    """It cannot be told from a killed run: the next run takes the bytes over."""
    file = own / "captures" / JOURNAL_NAME
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-3]))
    (own / "tinwatch.db").unlink()
    notes = codes(verify(own / "captures", None).notes)
    assert notes.count(Damage.UNNAMED_FILE) == 2
    _, report = rebuilder.rebuilt(own, tmp_path)
    assert report.problems == []
    assert codes(report.notes).count(Damage.RESUMED_BYTES) == 2
    assert Damage.RUNS_WITHOUT_VERDICT in codes(report.notes)
    assert report.left


@pytest.mark.slow
def test_renamed_file_is_used_under_its_name(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path
) -> None:
    first = min((own / "captures" / "haugiang").glob("*.warc.gz"))
    first.rename(own / "captures" / "haugiang" / "2024-01-01.warc.gz")
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert report.problems == []
    renamed = Reason(Damage.RENAMED, other="haugiang/2024-01-01.warc.gz")
    assert in_file(f"haugiang/{first.name}", renamed) in report.notes
    rebuilder.assert_same_home(demo_home, rebuilt_folder)
    assert (rebuilt_folder / "captures" / "haugiang" / first.name).exists()


def test_records_behind_the_last_run_are_taken_once(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path
) -> None:
    """One file holds its records twice, one has other bytes at its end, one half a record."""
    first, _, third, last = sorted((own / "captures" / "haugiang").glob("*.warc.gz"))
    first.write_bytes(first.read_bytes() * 2)
    last.write_bytes(last.read_bytes() + bytes(range(256)))
    third.write_bytes(third.read_bytes() + third.read_bytes()[:100])
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert named_files(report.problems) == [f"haugiang/{name}" for name in (first.name, last.name)]
    rebuilder.assert_same_home(demo_home, rebuilt_folder)


@pytest.mark.slow
def test_bytes_inserted_into_the_last_record_cost_that_record(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path
) -> None:
    """They move its end behind the end of the run, into what no run wrote."""
    file = sorted((own / "captures" / "gialai").glob("*.warc.gz"))[1]
    data = file.read_bytes()
    file.write_bytes(data[:-30] + bytes(20) + data[-30:])
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert set(named_files(report.problems)) == {f"gialai/{file.name}"}
    assert rebuilder.state(rebuilt_folder)["runs"] == rebuilder.state(demo_home)["runs"]


def test_database_without_captures_is_kept(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path
) -> None:
    shutil.rmtree(own / "captures")
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    rebuilder.assert_same_home(demo_home, rebuilt_folder)
    assert codes(report.problems).count(Damage.MISSING) > 20
    assert str(tmp_path / "rebuilt") not in repr(report)


def test_journal_alone_gives_the_runs_and_names_each_file(
    rebuilder: Rebuilder, own: Path, demo_home: Path, tmp_path: Path
) -> None:
    for file in (own / "captures").glob("*/*.warc.gz"):
        file.unlink()
    (own / "tinwatch.db").unlink()
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert rebuilder.state(rebuilt_folder)["runs"] == rebuilder.state(demo_home)["runs"]
    assert codes(report.problems).count(Damage.FILE_LOST) == report.runs


@pytest.mark.slow
def test_older_database_that_holds_more_is_named(
    rebuilder: Rebuilder, own: Path, tmp_path: Path
) -> None:
    shutil.rmtree(own / "captures" / "haugiang")
    _, report = rebuilder.rebuilt(own, tmp_path)
    assert Damage.BETTER_DATABASE in codes(report.notes)
    assert str(tmp_path / "rebuilt") not in repr(report)
