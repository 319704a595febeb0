"""Backfill from a real pywb: the same articles and histories as a direct import of its files."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from storage.home import open_home
from tests.crawlers.backfill.archived_site import SITE, archived_site, histories, imported
from tests.pywb_server.server import serve

ROOT = Path(__file__).resolve().parents[3]
KILLS = 3  # at any moment: while it starts, asks for the index, fetches or stores


def command(home: Path, root: str) -> list[str]:
    (home / "settings.toml").write_text(
        f'allow_private_hosts = ["{urlsplit(root).netloc}"]\n', "utf-8"
    )
    words = ["backfill", SITE, "--from", root, "--pause", "0.02", "--home", str(home)]
    return [sys.executable, "-m", "tinwatch", *words]


@pytest.mark.slow
def test_backfill_equals_a_direct_import_after_a_kill(pywb: Path, tmp_path: Path) -> None:
    file = archived_site(tmp_path / "archive")
    expected = histories(imported(tmp_path / "direct", file))
    assert len(expected["articles"]) > 5
    home = tmp_path / "home"
    home.mkdir()
    with serve(pywb, tmp_path / "pywb", file) as root:
        refused = command(home, "http://127.0.0.1:9/home")
        refused[refused.index("http://127.0.0.1:9/home")] = root
        done = subprocess.run(refused, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 1  # a private host that no setting names
        assert not histories(open_home(home))["articles"]
        started = subprocess.Popen(command(home, root), cwd=ROOT, stderr=subprocess.PIPE, text=True)
        assert any("100/" in line for line in started.stderr or ())  # the first batch is stored
        time.sleep(random.uniform(0, 3))
        started.kill()
        started.wait()
        for _ in range(KILLS):
            started = subprocess.Popen(command(home, root), cwd=ROOT)
            time.sleep(random.uniform(1, 9))
            started.kill()
            started.wait()
        subprocess.run(command(home, root), cwd=ROOT, check=True)
        again = subprocess.run(
            [*command(home, root), "--json"], cwd=ROOT, check=True, capture_output=True, text=True
        )
    assert '"captures": 0' in again.stdout
    assert histories(open_home(home)) == expected
    sources = open_home(home).database().execute("SELECT DISTINCT source_url FROM captures")
    assert all(row[0].startswith(f"{root}/2019") for row in sources)
