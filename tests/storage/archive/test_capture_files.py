"""WARC files are found by what they hold, and what is no file is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.archive.capture_files import find_capture_files
from storage.archive.journal import in_file
from storage.archive.regular_file import NotRegularError, open_regular
from storage.archive.writer import CaptureWriter
from storage.messages import describe
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason

NAMES = [f"alpha/2025-04-0{day}.warc.gz" for day in (7, 8, 9)]
FIRST, SECOND, THIRD = NAMES


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    writer = CaptureWriter(tmp_path, "alpha")
    for day in range(3):
        at = datetime(2025, 4, 7, 3, tzinfo=UTC) + timedelta(days=day)
        writer.write_response("https://alpha.vn/bai-1.html", at, 200, "OK", [], b"a" * (day + 1))
    writer.close()
    return tmp_path


def expected(captures: Path) -> dict[str, int]:
    return {name: (captures / name).stat().st_size for name in NAMES}


def held(captures: Path, sizes: dict[str, int]) -> dict[str, str]:
    found = find_capture_files(captures, sizes)
    return {name: str(path.relative_to(captures)) for name, path in found.paths.items()}


def test_files_with_their_names(captures: Path) -> None:
    found = find_capture_files(captures, expected(captures))
    assert list(found.paths) == NAMES
    assert (found.problems(), found.renamed, found.copies) == ([], [], {})


@pytest.mark.parametrize("new", ["alpha/2024-01-01.warc.gz", "alpha/x.gz", "x", "beta/a.warc.gz"])
def test_renamed_file_is_found(captures: Path, new: str) -> None:
    sizes = expected(captures)
    (captures / "beta").mkdir()
    (captures / SECOND).rename(captures / new)
    assert held(captures, sizes) == {FIRST: FIRST, SECOND: new, THIRD: THIRD}
    renamed = find_capture_files(captures, sizes).renamed
    assert renamed == [in_file(SECOND, Reason(Damage.RENAMED, other=new))]


def test_renamed_file_of_an_unknown_size_is_found_in_its_folder(captures: Path) -> None:
    (captures / SECOND).rename(captures / "alpha" / "2024-01-01.warc.gz")
    known = dict.fromkeys(NAMES, 0)
    assert held(captures, known)[SECOND] == "alpha/2024-01-01.warc.gz"
    assert held(captures, {})[SECOND] == "alpha/2024-01-01.warc.gz"  # without a journal


def test_exchanged_files_are_told_apart(captures: Path) -> None:
    sizes = expected(captures)
    (captures / FIRST).rename(captures / "x")
    (captures / SECOND).rename(captures / FIRST)
    (captures / "x").rename(captures / SECOND)
    assert held(captures, sizes) == {FIRST: SECOND, SECOND: FIRST, THIRD: THIRD}


def test_copy_is_no_file_of_another_day(captures: Path) -> None:
    sizes = expected(captures)
    copy = captures / "alpha" / "2024-01-01.warc.gz"
    copy.write_bytes((captures / FIRST).read_bytes())
    assert held(captures, sizes) == {name: name for name in NAMES}
    assert find_capture_files(captures, sizes).copies == {copy: FIRST}


def test_renamed_folder_is_found(captures: Path) -> None:
    sizes = expected(captures)
    (captures / "alpha").rename(captures / "alpha-old")
    assert held(captures, sizes) == {name: name.replace("alpha", "alpha-old") for name in NAMES}


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nothing")


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def device(path: Path) -> None:
    path.symlink_to("/dev/null")


def pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [dangling, loop, device, pipe, Path.mkdir])
def test_what_is_no_file_is_named_and_costs_only_itself(
    captures: Path, make: Callable[[Path], None]
) -> None:
    sizes = expected(captures)
    (captures / SECOND).unlink()
    make(captures / SECOND)
    found = find_capture_files(captures, sizes)
    assert list(found.paths) == [FIRST, THIRD]
    assert list(found.unusable) == [SECOND]
    with pytest.raises(OSError, match=SECOND):
        open_regular(captures / SECOND)


def test_file_that_may_not_be_read_is_named(
    captures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read every file, so the system's answer is made."""
    sizes, real = expected(captures), os.open

    def refuse(path: str, flags: int, *args: int) -> int:
        if str(path).endswith(SECOND):
            raise PermissionError(13, "Permission denied", path)
        return real(path, flags, *args)

    monkeypatch.setattr(os, "open", refuse)
    found = find_capture_files(captures, sizes)
    assert list(found.paths) == [FIRST, THIRD]
    assert "Permission denied" in describe(found.unusable[SECOND])


def test_device_is_never_read(tmp_path: Path) -> None:
    (tmp_path / "zero").symlink_to("/dev/zero")  # would never end
    with pytest.raises(NotRegularError):
        open_regular(tmp_path / "zero")
