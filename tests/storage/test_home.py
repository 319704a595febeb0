"""A home: where it is, and the locks in it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.home import HomeError, SiteBusy, open_home
from storage.messages.reasons_home import HomeReason
from tests.sentences import has_code

ROOT = Path(__file__).resolve().parents[2]


def test_home_is_the_option_then_the_environment_then_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TINWATCH_HOME", raising=False)
    assert open_home().path == tmp_path / "data"
    monkeypatch.setenv("TINWATCH_HOME", str(tmp_path / "other"))
    assert open_home().path == tmp_path / "other"
    assert open_home(tmp_path / "third").path == tmp_path / "third"


@pytest.mark.parametrize(("folder_mode", "expected"), [(0o755, 0o600), (0o2770, 0o660)])
def test_new_home_and_database_are_private(tmp_path: Path, folder_mode: int, expected: int) -> None:
    home = open_home(tmp_path / "new")
    home.database().close()
    assert home.path.stat().st_mode & 0o777 == 0o700
    existing = tmp_path / "existing"
    existing.mkdir()
    existing.chmod(folder_mode)
    with closing(open_home(existing).database()) as db:
        db.execute("CREATE TABLE one (a)")
        modes = {f.name: f.stat().st_mode & 0o777 for f in existing.glob("tinwatch.db*")}
    assert existing.stat().st_mode & 0o7777 == folder_mode
    assert set(modes.values()) == {expected}, modes


def test_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeError, check=has_code(HomeReason.HOME_UNUSABLE)):
        open_home(tmp_path / "file" / "home")


def test_second_process_is_refused_with_the_owner_of_the_lock(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    script = (
        "import sys; from storage.home import open_home\n"
        "with open_home(sys.argv[1]).site_lock('alpha'):\n  print('in', flush=True); input()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "in\n"
    with pytest.raises(SiteBusy, match=f"alpha is being crawled by process {holder.pid}"):
        home.site_lock("alpha").__enter__()
    with home.site_lock("beta"):
        pass
    holder.kill()
    holder.wait()
    with home.site_lock("alpha"):  # it dropped with its owner
        pass


def test_lock_is_released_after_an_error(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    with pytest.raises(ZeroDivisionError), home.site_lock("alpha"):
        raise ZeroDivisionError
    with home.site_lock("alpha"), pytest.raises(SiteBusy):
        home.site_lock("alpha").__enter__()


def test_home_with_an_invalid_setting_is_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("dealy = 3\n", "utf-8")
    with pytest.raises(HomeError, check=has_code(HomeReason.UNKNOWN_SETTING_LIKE)):
        open_home(tmp_path)
