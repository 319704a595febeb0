"""Programs of others take what is exported; tests/install_programs.sh installs them."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.home import open_home
from tests.served import served_app
from tinwatch.web.app import make_app
from tinwatch.web.feed_access import feed_key

if TYPE_CHECKING:
    from tests.tinwatch.exports.conftest import Exporter

pytestmark = pytest.mark.slow
TOKEN = "sixteen-characters-or-more"
SECONDS = 120  # until a program is given up
csv.field_size_limit(1 << 30)


def needs(program: str) -> pytest.MarkDecorator:
    reason = f"no {program}: tests/install_programs.sh installs it"
    return pytest.mark.skipif(shutil.which(program) is None, reason=reason)


@needs("soffice")
def test_libreoffice_reads_the_workbook(demo: Exporter, tmp_path: Path) -> None:
    book = demo.file("xlsx")
    sheets = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", sheets, "--outdir", str(tmp_path), str(book)],
        check=True, capture_output=True, timeout=SECONDS,
    )  # fmt: skip
    with (tmp_path / f"{book.stem}-articles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    records = {(each["site"], each["key"]): each for each in demo.records()}
    assert len(rows) == 68
    for row in rows:
        record = records[row["site"], row["key"]]
        assert row["title"] == record["title"]
        assert row["published_on"] == (record["published"] or "")[:10]
    assert {row["captured_at"] for row in rows} == {"2025-03-09 18:30:00", "2025-03-10 18:30:00"}


@needs("newsboat")
def test_newsboat_reads_the_feed_of_a_dashboard_with_a_token(
    demo_home: Path, tmp_path: Path
) -> None:
    with served_app(make_app(open_home(demo_home), token=TOKEN)) as address:
        urls = tmp_path / "urls"
        urls.write_text(f"{address}/feeds/all.atom?key={feed_key(TOKEN)}\n")
        subprocess.run(
            ["newsboat", "-u", str(urls), "-c", str(tmp_path / "cache.db"), "-x", "reload"],
            check=True, capture_output=True, timeout=SECONDS,
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "cache.db")) as cache:
        (entries,) = cache.execute("SELECT count(*) FROM rss_item").fetchone()
    assert entries == 73
