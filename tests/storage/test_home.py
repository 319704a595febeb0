"""A home: its settings and the lock of a site."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.home import HomeError, Settings, SiteBusy, open_home, read_settings

ROOT = Path(__file__).resolve().parents[2]


def settings(tmp_path: Path, text: str | bytes) -> Settings:
    file = tmp_path / "settings.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_settings(file)


def test_defaults_are_the_careful_ones(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()
    assert (Settings().removal_checks, Settings().removal_hours) == (3, 48.0)
    assert Settings().delay >= 1


def test_what_is_stated_is_taken(tmp_path: Path) -> None:
    stated = settings(tmp_path, 'delay = 3\nremoval_checks = 2\ncontact = "a@b.vn"\n')
    assert (stated.delay, stated.removal_checks, stated.contact) == (3, 2, "a@b.vn")
    assert stated.removal_hours == 48.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("removal_check = 2", "'removal_check' is no setting; known are contact, delay"),
        ("delay = 'fast'", "delay must be float, is 'fast'"),
        ("removal_checks = 2.5", "removal_checks must be int, is 2.5"),
        ("removal_checks = true", "removal_checks must be int, is True"),
        ("delay = false", "delay must be float, is False"),
        ("contact = 5", "contact must be str, is 5"),
        ("delay = -1", "delay must not be negative, is -1"),
        ("delay = ", "is no valid TOML"),
        (b"contact = '\xff'", "is no valid TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(HomeError, match=r"settings\.toml") as caught:
        settings(tmp_path, text)
    assert said in str(caught.value)


def test_the_home_is_the_option_then_the_environment_then_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TINWATCH_HOME", raising=False)
    assert open_home().path == tmp_path / "data"
    monkeypatch.setenv("TINWATCH_HOME", str(tmp_path / "other"))
    assert open_home().path == tmp_path / "other"
    assert open_home(tmp_path / "third").path == tmp_path / "third"


def test_a_home_below_a_file_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeError, match=r"cannot use .*file/home as home"):
        open_home(tmp_path / "file" / "home")


def test_a_second_process_is_told_who_crawls(tmp_path: Path) -> None:
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


def test_the_lock_is_dropped_by_an_error(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    with pytest.raises(ZeroDivisionError), home.site_lock("alpha"):
        raise ZeroDivisionError
    with home.site_lock("alpha"), pytest.raises(SiteBusy):
        home.site_lock("alpha").__enter__()
