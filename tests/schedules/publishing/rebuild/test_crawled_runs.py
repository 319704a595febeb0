"""Runs of a local host with every fault, of a killed process and of imports are rebuilt."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from schedules.publishing import rebuild
from schedules.publishing.publish import publish
from storage.home import open_home
from tinwatch.demo import sample_sites

if TYPE_CHECKING:
    from tests.schedules.publishing.rebuild.conftest import Rebuilder

ROOT = Path(__file__).resolve().parents[4]
KILLABLE = Path(__file__).parents[2] / "batch" / "killable_tinwatch.py"
SITES = ["backan", "haugiang", "travinh"]


@pytest.mark.parametrize(
    "scenario",
    ["absent", "faults", "stopped", "indexed", "broken_transfers", "coded_br", "coded_zstd"],
)
@pytest.mark.slow
def test_live_crawls_are_rebuilt_identically(
    rebuilder: Rebuilder,
    faulty_crawls: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scenario: str,
) -> None:
    live = Path(shutil.copytree(faulty_crawls / scenario, tmp_path / "live"))
    port = json.loads((live / "report.json").read_text("utf-8"))["port"]
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "crawlers"))
    from faulty_site.scene import watched

    mapped = {"SITEMAP": True} if scenario == "indexed" else {}
    site = watched(f"127.0.0.1:{port}", {"HONG": True, **mapped})
    monkeypatch.setattr(rebuild, "get_site", lambda name: site)
    rebuilt_folder, report = rebuilder.rebuilt(live, tmp_path)
    assert (report.problems, report.left) == ([], 0)
    rebuilder.assert_same_home(live, rebuilt_folder)


def night(home: Path, file: Path, moment: str = "never", number: int = 0) -> None:
    command = [sys.executable, str(KILLABLE), moment, str(number), "nightly", *SITES]
    command += ["--home", str(home), "--replay", str(file)]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=200, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "number"), [("batch", 3), ("write", 9), ("publish", 2)])
def test_pages_of_a_killed_batch_are_rebuilt(
    rebuilder: Rebuilder, tmp_path: Path, moment: str, number: int
) -> None:
    home = tmp_path / "home"
    files = [sample_sites.pack(n, tmp_path, only=SITES) for n in (1, 2)]
    night(home, files[0], moment, number)
    night(home, files[0])
    night(home, files[1])
    rebuilt_folder, report = rebuilder.rebuilt(home, tmp_path)
    assert report.problems == []
    expected, actual = rebuilder.state(home), rebuilder.state(rebuilt_folder)
    for table in ("articles", "events"):
        columns = slice(0, 8) if table == "articles" else slice(0, None)
        assert [r[columns] for r in actual[table]] == [r[columns] for r in expected[table]], table
    content = [[(r[0], r[1], r[2], r[6], r[7]) for r in s["revisions"]] for s in (actual, expected)]
    assert content[0] == content[1]


def test_imported_files_are_rebuilt_identically(rebuilder: Rebuilder, tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    file = sample_sites.pack(1, tmp_path, only=["haugiang"])
    assert import_files(home, get_site("haugiang"), [file]).read
    with closing(home.database()) as db:
        publish(db, home, ["haugiang"])
    rebuilt_folder, report = rebuilder.rebuilt(home.path, tmp_path)
    assert report.problems == []
    rebuilder.assert_same_home(home.path, rebuilt_folder)
