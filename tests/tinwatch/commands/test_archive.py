"""tinwatch backup, restore, verify, rebuild and prune: exit codes, refusals, atomic output."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from storage.home import open_home
from tinwatch.commands import archive
from tinwatch.commands.app import app

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str | Path, code: int = 0) -> Any:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done


def said(*arguments: str | Path, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json", code=code).stdout)
    return found


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo_home, tmp_path / "home")
    return tmp_path / "home"


def ledger(home: Path) -> str:
    return str(run("events", "--json", "--home", home).stdout)


def test_backup_restore_verify_and_rebuild(home: Path, tmp_path: Path) -> None:
    file, before = tmp_path / "b.tar", ledger(home)
    assert said("backup", "-o", file, "--home", home)["files"] > 30
    (home / "tinwatch.db").write_bytes(b"no database at all, but some bytes")
    found = said("verify", "--home", home, code=1)
    assert found["rebuildable"]
    assert len(found["troubles"]) == 1
    said("restore", file, "--home", tmp_path / "restored")
    said("rebuild", "--from", home, "--home", tmp_path / "rebuilt")
    for again in ("restored", "rebuilt"):
        assert ledger(tmp_path / again) == before
        assert said("verify", "--home", tmp_path / again)["troubles"] == []


def test_verify_reports_a_missing_database_and_creates_none(home: Path) -> None:
    (home / "tinwatch.db").unlink()
    [problem] = said("verify", "--home", home, code=1)["troubles"]
    assert "tinwatch rebuild" in problem
    assert not (home / "tinwatch.db").exists()


def test_old_backups_are_deleted_beyond_keep_backups(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "settings.toml").write_text("keep_backups = 2\n")
    (home / "backups").mkdir()
    for day in (1, 2, 3):
        (home / "backups" / f"tinwatch-2025010{day}-050000.tar").write_text("")
    made = Path(said("backup", "--home", home)["file"])
    left = sorted(f.name for f in (home / "backups").iterdir())
    assert left == ["tinwatch-20250103-050000.tar", made.name]


def test_backup_without_its_captures_replaces_none(home: Path) -> None:
    (home / "settings.toml").write_text("keep_backups = 1\n")
    (home / "backups").mkdir()
    whole = home / "backups" / "tinwatch-20250101-050000.tar"
    whole.write_text("")
    shutil.rmtree(home / "captures")
    assert len(said("backup", "--home", home, code=1)["problems"]) > 20
    assert whole.exists()


def test_failed_backup_leaves_no_file(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "write_backup", full)
    (tmp_path / "out").mkdir()
    done = run("backup", "-o", tmp_path / "out" / "b.tar", "--home", home, code=3)
    assert "No space left" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_restore_of_a_damaged_backup_leaves_no_home(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.tar"
    run("backup", "-o", file, "--home", home)
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 255
    file.write_bytes(whole)
    (tmp_path / "out").mkdir()
    done = run("restore", file, "--home", tmp_path / "out" / "new", code=3)
    assert "damaged" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def test_existing_targets_and_missing_sources_are_refused(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.tar"
    run("backup", "-o", file, "--home", home)
    assert "already" in run("backup", "-o", file, "--home", home, code=2).stderr
    inside = home / "captures" / "b.tar"
    assert "inside the captures" in run("backup", "-o", inside, "--home", home, code=2).stderr
    assert "is not empty" in run("restore", file, "--home", home, code=2).stderr
    assert "is not empty" in run("rebuild", "--from", home, "--home", home, code=2).stderr
    run("restore", tmp_path / "none.tar", "--home", tmp_path / "new", code=3)
    run("verify", "--home", tmp_path / "none", code=3)
    run("rebuild", "--from", tmp_path / "none", "--home", tmp_path / "new", code=3)
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "none").exists()


def test_backup_and_prune_exclude_each_other(home: Path, tmp_path: Path) -> None:
    with open_home(home).work_lock("keeping"):
        run("backup", "-o", tmp_path / "b.tar", "--home", home, code=3)
        run("prune", "--home", home, code=3)
    assert not (tmp_path / "b.tar").exists()


def test_pruned_home_verifies_and_rebuilds(home: Path, tmp_path: Path) -> None:
    assert "nothing is deleted" in run("prune", "--home", home).stdout
    (home / "settings.toml").write_text("keep_listings_days = 3\n")
    before = ledger(home)
    would = said("prune", "--dry-run", "--home", home)
    done = said("prune", "--home", home)
    assert would == {**done, "dry_run": True}
    assert done["records"] > 20
    assert said("verify", "--home", home)["troubles"] == []
    said("rebuild", "--from", home, "--home", tmp_path / "rebuilt")
    assert ledger(tmp_path / "rebuilt") == before == ledger(home)


def test_verify_and_rebuild_speak_vietnamese(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(home / "captures" / "haugiang")
    monkeypatch.setenv("TINWATCH_LANGUAGE", "vi")
    found = run("verify", "--home", home, code=1).stdout
    assert "tệp bị thiếu: do lượt chạy 5 ghi" in found
    assert "missing" not in found
    rebuilt = run("rebuild", "--from", home, "--home", tmp_path / "new", code=1).stdout
    assert "byte do lượt chạy 5 ghi" in rebuilt
    assert "cơ sở dữ liệu cũ có 70 phiên bản" in rebuilt
    assert any("is missing" in p for p in said("verify", "--home", home, code=1)["troubles"])


def test_reparse_of_lost_captures_fails_and_names_verify(home: Path) -> None:
    shutil.rmtree(home / "captures" / "haugiang")
    done = run("reparse", "haugiang", "--home", home, code=1)
    assert "tinwatch verify" in done.stderr
