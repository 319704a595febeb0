"""A home whose database is lost is not begun anew; a home on a read-only medium is read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from storage.db.connection import open_database
from storage.home import HomeError, open_home
from tinwatch import open as open_archive
from tinwatch.commands.app import app

COMMANDS = (
    "alert", "articles", "backup", "crawl cantho", "dataset name -o out",
    "diff 1", "domains", "events", "evidence 1 -o out", "export csv -o out.csv",
    "feed --site haugiang", "health", "import page.html --site haugiang", "metrics",
    "network -o out.gexf",
    "nightly", "pin 1", "pins", "prune", "publish-run 1", "recluster",
    "reindex", "reparse haugiang", "report", "retract-run 1", "runs", "schedule", "search mương",
    "serve", "show 1", "stories", "story 1", "unpin 1", "watch",
)  # fmt: skip
SIDE = ("-shm", "-wal")  # empty files that a reader of the database makes


def empty(file: Path) -> None:
    file.write_bytes(b"")


def without_runs(file: Path) -> None:
    file.unlink()
    with closing(open_database(file)):
        pass


LOSSES: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink, "emptied": empty, "without runs": without_runs,
}  # fmt: skip


@pytest.fixture
def home(demo_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo_home, tmp_path / "home")
    return tmp_path / "home"


def contents(home: Path) -> dict[str, bytes]:
    found = [f for f in home.rglob("*") if f.is_file() and f.suffix not in (".lock", ".log")]
    return {str(f.relative_to(home)): f.read_bytes() for f in found if f.name[-4:] not in SIDE}


@pytest.mark.parametrize("loss", LOSSES)
def test_every_command_refuses_a_lost_database(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loss: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.html").write_text("<p>Bài</p>", "utf-8")
    LOSSES[loss](home / "tinwatch.db")
    before = contents(home)
    answers = {
        command: CliRunner().invoke(app, [*command.split(), "--home", str(home)])
        for command in COMMANDS
    }
    wrong = {
        command: done.output
        for command, done in answers.items()
        if done.exit_code != 3 or "tinwatch rebuild" not in done.stderr
    }
    assert wrong == {}
    with pytest.raises(HomeError, match="tinwatch rebuild"):
        open_archive(home)
    assert contents(home) == before


@pytest.fixture
def read_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home as on a read-only medium. (Root may write whatever the mode says.)"""
    real = os.access

    def access(path: Path | str, mode: int) -> bool:
        inside = Path(path).is_relative_to(home)
        return not (mode & os.W_OK and inside) and real(path, mode)

    monkeypatch.setattr(os, "access", access)
    paths = [home, *home.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    before = sorted(str(path) for path in paths)
    yield home
    assert sorted(map(str, [home, *home.rglob("*")])) == before
    for path in paths:
        path.chmod(path.stat().st_mode | 0o200)


def test_read_only_home_is_read(read_only: Path, tmp_path: Path) -> None:
    for command in ("events", "search nước", "runs", "articles", "verify", "stories", "show 1"):
        done = CliRunner().invoke(app, [*command.split(), "--json", "--home", str(read_only)])
        assert done.exit_code == 0, (command, done.output)
        assert done.stdout
    export = ["export", "csv", "-o", str(tmp_path / "out.csv"), "--home", str(read_only)]
    assert CliRunner().invoke(app, export).exit_code == 0
    with open_archive(read_only) as archive:
        assert archive.db.execute("SELECT count(*) FROM articles").fetchone()[0]


def test_read_only_home_is_rebuilt(read_only: Path, tmp_path: Path) -> None:
    rebuilt = ["rebuild", "--from", str(read_only), "--home", str(tmp_path / "new")]
    assert CliRunner().invoke(app, rebuilt).exit_code == 0
    assert os.access(tmp_path / "new" / "captures" / "journal.jsonl", os.W_OK)
    assert CliRunner().invoke(app, ["verify", "--home", str(tmp_path / "new")]).exit_code == 0


def test_read_only_home_refuses_to_be_changed(read_only: Path) -> None:
    with closing(open_home(read_only).database()) as db, pytest.raises(Exception, match="readonly"):
        db.execute("DELETE FROM articles")
    done = CliRunner().invoke(app, ["pin", "1", "--home", str(read_only)])
    assert done.exit_code == 3
