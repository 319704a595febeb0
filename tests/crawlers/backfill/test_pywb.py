"""Backfill from a real pywb: the same articles and histories as a direct import of its files."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from schedules.publishing.publish import publish
from storage.archive.writer import CaptureWriter
from storage.home import Home, open_home
from tests.pywb_server.server import serve
from tinwatch.demo import sample_sites

ROOT = Path(__file__).resolve().parents[3]
SITE = "haugiang"
START = datetime(2019, 3, 1, 1, tzinfo=UTC)
HTML = [("Content-Type", "text/html; charset=utf-8")]
KILLS = 3  # at any moment: while it starts, asks for the index, fetches or stores
STEPS = (0, 0, 0, 1, 1, 404, 404, 1, *range(2, 20))  # number of the text, or an error


def archived_site(folder: Path, articles: int = 12) -> Path:
    """Write a WARC file with the captures of an archive: texts that change, 404 in between."""
    site = get_site(SITE)
    pages = [p for p in sample_sites.pages(SITE, 1) if site.key_of(p.url)][:articles]
    writer = CaptureWriter(folder, SITE, None, START.date())
    name = ""
    for number, page in enumerate(pages):
        url = page.url.replace("https://", ("http://", "https://")[number % 2])
        for day, step in enumerate(STEPS):
            at = START + timedelta(days=day * 9, minutes=number)
            text = page.body.decode().replace("</p>", f" Tin bổ sung kỳ {step}.</p>")
            body = b"<html>404</html>" if step == 404 else text.encode()
            status = step if step == 404 else 200
            name = writer.write_response(url, at, status, "", HTML, body).warc
    writer.close()
    return folder / name


def histories(home: Home) -> dict[str, list[Any]]:
    """What is known of every article, without ids and addresses of captures."""
    db = home.database()
    queries = {
        "articles": "SELECT key, url, status, first_seen, last_seen FROM articles ORDER BY key",
        "revisions": "SELECT key, number, observed_at, fingerprint FROM revisions "
        "JOIN articles ON articles.id = article ORDER BY key, observed_at",
        "events": "SELECT key, events.kind, observed_at FROM events "
        "JOIN articles ON articles.id = events.article ORDER BY key, observed_at, events.kind",
    }
    return {name: list(db.execute(query)) for name, query in queries.items()}


def imported(folder: Path, file: Path) -> Home:
    home = open_home(folder)
    import_files(home, get_site(SITE), [file])
    publish(home.database(), home, [SITE])
    return home


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
