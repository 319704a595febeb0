"""Room on the disk: less than is asked for refuses a crawl, in words."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from schedules.monitoring.report import disk_findings
from storage.disk_space import DiskSpaceLow, check_disk_space
from storage.home import open_home
from tinwatch.commands.app import app


def with_free(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    usage = SimpleNamespace(free=megabytes * 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)


@pytest.mark.parametrize(
    ("free", "levels"), [(5000, []), (2000, []), (1999, ["warning"]), (999, ["error"])]
)
def test_low_disk_space_is_reported(
    free: int, levels: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = open_home(tmp_path)
    with_free(monkeypatch, free)
    assert [one.severity for one in disk_findings(home)] == levels
    if free >= 1000:
        check_disk_space(home)
    else:
        with pytest.raises(DiskSpaceLow, match=r"999 MB are free .* least_free_mb asks for 1000"):
            check_disk_space(home)


@pytest.mark.parametrize("command", [["crawl", "gialai"], ["nightly"], ["nightly", "--isolate"]])
def test_crawl_with_low_disk_space_is_refused(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("least_free_mb = 1000000\n", "utf-8")
    done = CliRunner().invoke(app, [*command, "--home", str(tmp_path)])
    assert done.exit_code == 3
    assert "least_free_mb asks for 1000000" in done.stderr
    assert not (tmp_path / "tinwatch.db").exists(), "nothing was begun"


def test_zero_requires_no_free_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text("least_free_mb = 0\n", "utf-8")
    with_free(monkeypatch, 0)
    home = open_home(tmp_path)
    check_disk_space(home)
    assert disk_findings(home) == []
