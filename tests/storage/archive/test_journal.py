"""The journal: whole lines only, from however many writers, and readable after any death."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.archive import journal
from storage.archive.journal import JOURNAL_NAME, LOST, Journal, in_file, read_journal, write_line
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason


def write_many(captures: Path, writer: int) -> None:
    for number in range(50):
        write_line(captures, {"line": "run", "run": writer * 1000 + number, "text": "mương" * 500})


def test_missing_journal_is_empty(tmp_path: Path) -> None:
    found = read_journal(tmp_path)
    assert (found.lines, found.pruned, found.unreadable) == ([], [], [])


def test_two_processes_write_complete_lines(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2) as workers:
        list(workers.map(write_many, [tmp_path, tmp_path], [1, 2]))
    found = read_journal(tmp_path)
    assert found.unreadable == []
    assert {line["run"] for line in found.run_lines()} == {
        w * 1000 + n for w in (1, 2) for n in range(50)
    }


@given(cut=st.integers(1, 60))
def test_partial_line_is_counted_and_hides_no_other(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    write_line(folder, {"line": "released", "run": 1})
    whole = (folder / JOURNAL_NAME).read_bytes()
    unreadable = json.dumps({"line": "released", "run": 2, "text": "x" * 40}).encode()[:cut]
    (folder / JOURNAL_NAME).write_bytes(whole + unreadable)
    write_line(folder, {"line": "released", "run": 3})
    found = read_journal(folder)
    assert [line.get("run", line["line"]) for line in found.lines] == [1, LOST, 3]
    assert found.unreadable == [2]
    assert found.missing == []


LINES = ({"line": "run", "run": 1, "night": "đêm", "wrote": {"a": [0, 12]}},
         {"line": "released", "run": 1, "ends": {1: 2}})  # fmt: skip


def test_any_changed_bit_is_named(tmp_path: Path) -> None:
    for line in LINES:
        write_line(tmp_path, line)
    assert [line["line"] for line in read_journal(tmp_path).lines] == ["run", "released"]
    data = (tmp_path / JOURNAL_NAME).read_bytes()
    for place in range(len(data) - 1):  # the last line feed ends nothing
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            (tmp_path / JOURNAL_NAME).write_bytes(changed)
            assert 1 + data[:place].count(b"\n") in read_journal(tmp_path).unreadable


def test_lines_of_earlier_versions_have_no_checksum(tmp_path: Path) -> None:
    (tmp_path / JOURNAL_NAME).write_text('{"line":"released","run":1}\n')
    assert read_journal(tmp_path).lines == [{"line": "released", "run": 1}]


def test_full_disk_leaves_the_journal_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_line(tmp_path, {"line": "released", "run": 1})
    before = (tmp_path / JOURNAL_NAME).read_bytes()

    def full(_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_line(tmp_path, {"line": "released", "run": 2})
    assert (tmp_path / JOURNAL_NAME).read_bytes() == before


def test_offsets_are_those_after_pruning(tmp_path: Path) -> None:
    file = "alpha/2025-04-07.warc.gz"
    write_line(tmp_path, {"line": "run", "run": 1, "wrote": {file: [0, 100], "alpha/b": [0, 100]}})
    write_line(
        tmp_path, {"line": "pruned", "pruning": 1, "file": file, "ends": {"0": 0, "100": 40}}
    )
    write_line(tmp_path, {"line": "run", "run": 2, "wrote": {file: [40, 100]}})
    found = read_journal(tmp_path)
    assert [line["wrote"] for line in found.run_lines()] == [
        {file: [0, 40], "alpha/b": [0, 100]}, {file: [40, 100]},
    ]  # fmt: skip
    assert [line["pruning"] for line in found.pruned] == [1]


def written(folder: Path, runs: int = 4) -> list[bytes]:
    """Write some lines; return their bytes."""
    for run in range(1, runs + 1):
        write_line(folder, {"line": "released", "run": run})
    return (folder / JOURNAL_NAME).read_bytes().splitlines(keepends=True)


def rewritten(folder: Path, lines: list[bytes]) -> Journal:
    (folder / JOURNAL_NAME).write_bytes(b"".join(lines))
    return read_journal(folder)


def runs(journal: Journal) -> list[Any]:
    return [line.get("run", line["line"]) for line in journal.lines]


@given(order=st.permutations(range(4)))
def test_lines_in_any_order_are_read_in_theirs(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    lines = written(folder)
    found = rewritten(folder, [lines[index] for index in order])
    assert runs(found) == [1, 2, 3, 4]
    assert found.problems() == []
    assert bool(found.changes()) == (order != sorted(order))


@given(copied=st.lists(st.integers(0, 3), min_size=1, max_size=5))
def test_copied_lines_count_once(
    tmp_path_factory: pytest.TempPathFactory, copied: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    lines = written(folder)
    found = rewritten(folder, [*lines, *(lines[index] for index in copied)])
    assert runs(found) == [1, 2, 3, 4]
    assert (found.problems(), len(found.copied)) == ([], len(copied))


def test_deleted_line_leaves_a_gap_as_a_damaged_one(tmp_path: Path) -> None:
    lines = written(tmp_path)
    found = rewritten(tmp_path, [*lines[:1], *lines[2:]])
    assert (runs(found), found.missing) == ([1, LOST, 3, 4], [2])
    damaged = lines[1].replace(b"released", b"discarde")
    found = rewritten(tmp_path, [lines[0], damaged, *lines[2:]])
    assert (runs(found), found.missing, found.unreadable) == ([1, LOST, 3, 4], [], [2])
    found = rewritten(tmp_path, [lines[3], lines[2], damaged, lines[0]])
    assert runs(found) == [1, LOST, 3, 4]
    found = rewritten(tmp_path, [*lines[:3], lines[3][:20]])
    assert runs(found) == [1, 2, 3, LOST]


def test_lines_of_another_journal_are_named(tmp_path: Path) -> None:
    lines = written(tmp_path)
    (tmp_path / "other").mkdir()
    write_line(tmp_path / "other", {"line": "discarded", "run": 9})
    other = (tmp_path / "other" / JOURNAL_NAME).read_bytes()
    found = rewritten(tmp_path, [*lines, other])
    assert (runs(found), found.foreign) == ([1, 2, 3, 4], [5])
    assert found.problems()


def test_lines_of_earlier_versions_have_no_offset(tmp_path: Path) -> None:
    old = [b'{"line":"released","run":1}\n', b'{"line":"released","run":2}\n']
    found = rewritten(tmp_path, old)
    write_line(tmp_path, {"line": "released", "run": 3})
    found = read_journal(tmp_path)
    assert (runs(found), found.problems(), found.changes()) == (
        [1, 2, 3],
        [],
        [],
    )


def test_copied_lines_of_earlier_versions_count_once(tmp_path: Path) -> None:
    old = [b'{"line":"run","run":1,"wrote":{}}\n', b'{"line":"published","verdicts":[]}\n']
    rewritten(tmp_path, old * 2)
    write_line(tmp_path, {"line": "released", "run": 1})
    found = read_journal(tmp_path)
    assert [line["line"] for line in found.lines] == ["run", "published", "released"]
    assert found.problems() == []


def test_journal_with_another_name_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / JOURNAL_NAME).rename(tmp_path / "journal-2024.jsonl")
    found = read_journal(tmp_path)
    assert (found.lines, found.others) == ([], ["journal-2024.jsonl"])
    assert found.problems()


def test_journal_that_is_no_file_is_named(tmp_path: Path) -> None:
    journal_file = tmp_path / JOURNAL_NAME
    os.mkfifo(journal_file)
    assert read_journal(tmp_path).problems() == [in_file(JOURNAL_NAME, Reason(Damage.PIPE))]
    journal_file.unlink()
    journal_file.mkdir()
    assert read_journal(tmp_path).problems() == [in_file(JOURNAL_NAME, Reason(Damage.FOLDER))]
