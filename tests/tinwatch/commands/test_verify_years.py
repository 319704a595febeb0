"""tinwatch verify-site --by-year: a module against imported captures of several years."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from typer.testing import CliRunner

from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from storage.archive.writer import CaptureWriter
from storage.home import open_home
from tinwatch.commands.app import app
from tinwatch.demo import sample_sites

SITE = "haugiang"
HTML = [("Content-Type", "text/html; charset=utf-8")]


def test_each_year_is_told_apart(tmp_path: Path) -> None:
    site = get_site(SITE)
    pages = [p for p in sample_sites.pages(SITE, 1) if site.key_of(p.url) and p.status == 200][:3]
    with closing(CaptureWriter(tmp_path / "saved", SITE, day=date(2020, 1, 1))) as writer:
        for year in (2012, 2016):
            for page in pages:
                at = datetime(year, 5, 1, tzinfo=UTC)
                body = page.body if year == 2016 else b"<html><body><p>Trang cu.</p></body></html>"
                writer.write_response(page.url, at, 200, "", HTML, body)
    home = open_home(tmp_path / "home")
    import_files(home, site, list((tmp_path / "saved").glob("*/*.warc.gz")))
    command = ["verify-site", SITE, "--by-year", "--json", "--home", str(tmp_path / "home")]
    done = CliRunner().invoke(app, command)
    old, new = map(json.loads, done.stdout.splitlines())
    assert (old["year"], old["read"], old["tried"], len(old["problems"])) == (2012, 0, 3, 3)
    assert (new["year"], new["read"], new["captures"]) == (2016, 3, 3)
    assert new["coverage"]["title"] == 3
    assert done.exit_code == 1
