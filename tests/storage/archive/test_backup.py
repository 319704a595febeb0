"""A backup holds one moment of a home, whoever writes meanwhile, and says when it was damaged."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
import threading
from collections import namedtuple
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.archive import backup
from storage.archive.backup import (
    BackupError,
    check_target,
    drop_old_backups,
    read_backup,
    write_backup,
)
from storage.db.connection import open_database
from storage.messages.reasons_damage import Damage
from storage.messages.reasons_home import HomeReason
from storage.messages.reasons_input import InputReason
from tests.sentences import codes, has_code, named_files

if TYPE_CHECKING:
    from tests.conftest import Watcher

HAND_MADE: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}
Usage = namedtuple("Usage", "total used free")


def saved(watcher: Watcher, folder: Path) -> Path:
    file = folder / "b.tar"
    write_backup(watcher.home, file, folder)
    return file


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def contents(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def dump(file: Path) -> list[str]:
    db = sqlite3.connect(file)
    lines = sorted(db.iterdump())
    db.close()
    return lines


def test_restored_home_equals_the_saved_one(kept: Watcher, tmp_path: Path) -> None:
    (kept.home.path / "settings.toml").write_text("delay = 2\n")
    file = saved(kept, tmp_path)
    again = tmp_path / "again"
    restored = read_backup(file, again)
    held = contents(again)
    assert restored.files == len(held)
    assert held["settings.toml"] == b"delay = 2\n"
    assert {n: d for n, d in held.items() if n.startswith("captures/")} == {
        f"captures/{n}": d for n, d in contents(kept.home.captures).items()
    }
    assert dump(again / "tinwatch.db") == dump(kept.home.path / "tinwatch.db")
    assert [f.name for f in tmp_path.iterdir() if f.name.startswith(".")] == []


def test_secrets_stay_private_in_backup_and_restore(kept: Watcher, tmp_path: Path) -> None:
    secret = kept.home.path / "alerts.toml"
    secret.touch(0o600)
    file, again = saved(kept, tmp_path), tmp_path / "again"
    read_backup(file, again)
    assert mode(file) == mode(again / "alerts.toml") == 0o600
    assert all(mode(f) & 0o007 == 0 for f in again.rglob("*") if f.is_file())


def test_backup_during_writes_is_consistent(kept: Watcher, tmp_path: Path) -> None:
    kept.db.execute("CREATE TABLE pairs (a INTEGER, b INTEGER)")
    kept.db.execute("INSERT INTO pairs VALUES (0, 0)")
    kept.db.conn.commit()
    ended = threading.Event()
    written: list[int] = []

    def write() -> None:
        db = open_database(kept.home.path / "tinwatch.db")
        while not ended.is_set():
            number = len(written) + 1
            db.conn.execute("BEGIN IMMEDIATE")
            db.conn.execute("UPDATE pairs SET a = ?", [number])
            db.conn.execute("UPDATE pairs SET b = ?", [number])
            db.conn.commit()
            written.append(number)
        db.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            before = len(written)
            while len(written) < before + 3:
                pass
            (tmp_path / str(number)).mkdir()
            read_backup(saved(kept, tmp_path / str(number)), tmp_path / str(number) / "home")
            db = sqlite3.connect(tmp_path / str(number) / "home" / "tinwatch.db")
            [(a, b)] = db.execute("SELECT a, b FROM pairs").fetchall()
            db.close()
            assert a == b > before
    finally:
        ended.set()
        writer.join()


@given(data=st.data())
@settings(max_examples=60, **HAND_MADE)
def test_one_changed_byte_of_any_file_is_detected(
    kept: Watcher, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    file = saved(kept, folder)
    with tarfile.open(file) as tar:
        member = data.draw(st.sampled_from([m for m in tar.getmembers() if m.size]))
    place = member.offset_data + data.draw(st.integers(0, member.size - 1))
    whole = bytearray(file.read_bytes())
    whole[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(whole)
    if member.name == "manifest.json" and chr(whole[place]).isspace():
        return  # white space of the manifest says nothing
    with pytest.raises(BackupError):
        read_backup(file, folder / "home")


@given(share=st.floats(0, 0.999))
@settings(max_examples=30, **HAND_MADE)
def test_truncated_backup_is_refused(
    kept: Watcher, tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    file = saved(kept, folder)
    with tarfile.open(file) as tar:
        last = tar.getmember("manifest.json")
    end = last.offset_data + last.size
    file.write_bytes(file.read_bytes()[: int(share * end)])
    with pytest.raises(BackupError):
        read_backup(file, folder / "home")


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "captures/../../x.warc.gz", "a/b.toml"])
def test_unknown_member_of_a_tar_is_not_unpacked(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        info = tarfile.TarInfo(name)
        info.size = 1
        tar.addfile(info, BytesIO(b"x"))
    with pytest.raises(BackupError, check=has_code(HomeReason.NO_BACKUP)):
        read_backup(tmp_path / "b.tar", tmp_path / "home")
    assert not list((tmp_path / "home").rglob("*"))


def test_link_in_a_tar_is_not_created(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        info = tarfile.TarInfo("settings.toml")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(BackupError, check=has_code(HomeReason.NO_BACKUP)):
        read_backup(tmp_path / "b.tar", tmp_path / "home")


def test_backup_of_another_format_is_refused(kept: Watcher, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "b.tar", "w") as tar:
        data = json.dumps({"format": 99, "files": {}}).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(data)
        tar.addfile(info, BytesIO(data))
    with pytest.raises(BackupError, check=has_code(HomeReason.BACKUP_BROKEN)):
        read_backup(tmp_path / "b.tar", tmp_path / "home")


def test_targets_within_the_captures_or_in_use_are_refused(kept: Watcher, tmp_path: Path) -> None:
    with pytest.raises(ValueError, check=has_code(InputReason.BACKUP_INSIDE_CAPTURES)):
        check_target(kept.home, kept.home.captures / "alpha" / "b.tar")
    (tmp_path / "link").symlink_to(kept.home.captures)
    with pytest.raises(ValueError, check=has_code(InputReason.BACKUP_INSIDE_CAPTURES)):
        check_target(kept.home, tmp_path / "link" / "b.tar")
    (tmp_path / "b.tar").write_text("Monday's")
    with pytest.raises(ValueError, check=has_code(InputReason.FILE_EXISTS)):
        check_target(kept.home, tmp_path / "b.tar")
    with pytest.raises(ValueError, check=has_code(InputReason.NO_FOLDER)):
        check_target(kept.home, tmp_path / "none" / "b.tar")
    check_target(kept.home, tmp_path / "c.tar")


def test_full_disk_is_refused_before_anything_is_written(
    kept: Watcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup.shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 10**7))
    with pytest.raises(BackupError, check=has_code(HomeReason.BACKUP_NEEDS_SPACE)):
        check_target(kept.home, tmp_path / "b.tar")


def test_only_old_backups_with_our_names_are_deleted(tmp_path: Path) -> None:
    days = [f"tinwatch-2025040{day}-050000.tar" for day in range(1, 6)]
    others = ["monday.tar", "tinwatch-20250401.tar", "notes.txt"]
    for name in [*days, *others]:
        (tmp_path / name).write_text("")
    assert [f.name for f in drop_old_backups(tmp_path, 2)] == days[:3]
    assert drop_old_backups(tmp_path, 0) == []
    assert sorted(f.name for f in tmp_path.iterdir()) == sorted([*days[3:], *others])


def test_damaged_database_is_not_backed_up(kept: Watcher, tmp_path: Path) -> None:
    kept.db.close()
    broken = tmp_path / "broken"
    shutil.copytree(kept.home.path, broken)
    file = broken / "tinwatch.db"
    file.write_bytes(file.read_bytes()[:5000])
    home = type(kept.home)(broken, kept.home.settings)
    with pytest.raises(sqlite3.DatabaseError):
        write_backup(home, tmp_path / "b.tar", tmp_path)


def test_renamed_file_is_saved_and_what_is_no_file_is_named(kept: Watcher, tmp_path: Path) -> None:
    first, second, third = sorted((kept.home.captures / "alpha").glob("*.warc.gz"))
    data = first.read_bytes()
    first.rename(kept.home.captures / "moved")
    second.unlink()
    second.symlink_to(tmp_path / "nothing")
    (kept.home.captures / "alpha" / "2025-04-07 (copy).warc.gz").write_bytes(data)
    saved = write_backup(kept.home, tmp_path / "b.tar", tmp_path)
    assert named_files(saved.problems) == [f"alpha/{second.name}"]
    read_backup(tmp_path / "b.tar", tmp_path / "again")
    restored = tmp_path / "again" / "captures" / "alpha"
    assert sorted(file.name for file in restored.iterdir()) == [first.name, third.name]
    assert (restored / first.name).read_bytes() == data


def test_missing_captures_are_named(kept: Watcher, tmp_path: Path) -> None:
    shutil.rmtree(kept.home.captures)
    saved = write_backup(kept.home, tmp_path / "b.tar", tmp_path)
    assert codes(saved.problems) == [Damage.MISSING] * 3
