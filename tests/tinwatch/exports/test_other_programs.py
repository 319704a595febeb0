"""Programs of others take what is exported; tests/install_programs.sh installs them."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from storage.home import open_home
from tests.doc_pages import FENCE, section
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


# What R has read, one object a row; dates as text, and the code points of texts.
R_CHECK = r"""
for (name in commandArgs(TRUE)) {
  rows <- get(name)
  rows <- rows[intersect(names(rows), c("id", "site", "key", "title", "lead",
    "published_on", "published_at", "first_seen"))]
  rows[] <- lapply(rows, function(x)
    if (inherits(x, "POSIXct")) format(x, "%Y-%m-%dT%H:%M:%SZ", tz = "UTC")
    else if (inherits(x, "Date")) format(x) else x)
  rows$chars <- nchar(rows$title)
  out <- file(paste0(name, ".read"))
  jsonlite::stream_out(as.data.frame(rows), out, na = "null", verbose = FALSE)
}
"""


def json_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]


def read_by_r(folder: Path, *names: str) -> dict[str, list[dict[str, Any]]]:
    """Run the code of the docs in a folder. Return the tables that it has then."""
    ((kind, code),) = FENCE.findall(section("exports", "## In R"))
    assert kind == "r"
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", code + R_CHECK, *names],
        cwd=folder, env=os.environ | {"LC_ALL": "C.UTF-8"}, timeout=SECONDS,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "there is no package" in done.stderr:
        pytest.skip(done.stderr.splitlines()[0])
    assert done.returncode == 0, done.stderr
    return {name: json_lines(folder / f"{name}.read") for name in names}


def column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [row.get(name) for row in rows]


@needs("Rscript")
def test_r_reads_what_the_docs_say(demo: Exporter) -> None:
    for form in ("csv", "xlsx", "jsonl", "sqlite"):
        demo.file(form, name=f"articles.{form}")
    records = json_lines(demo.folder / "articles.jsonl")
    assert len(records) == 68
    tables = read_by_r(demo.folder, "articles", "workbook", "records", "texts")
    for name, rows in tables.items():
        for field in ("id", "site", "title", "lead"):
            assert column(rows, field) == column(records, field), (name, field)
        assert column(rows, "chars") == [len(record["title"]) for record in records]
    days = [(record["published"] or "")[:10] for record in records]
    for name in ("articles", "workbook"):
        assert [(day or "")[:10] for day in column(tables[name], "published_on")] == days
        assert column(tables[name], "key") == column(records, "key")
        assert column(tables[name], "first_seen") == column(records, "first_seen")
    times = column(tables["articles"], "published_at")
    known = [bool(record["time_known"]) for record in records]
    assert [time is not None for time in times] == known
    assert any(known)


@needs("Rscript")
def test_r_reads_hostile_text_as_other_programs_do(hostile_export: Exporter) -> None:
    for form in ("csv", "xlsx", "jsonl", "sqlite"):
        hostile_export.file(form, name=f"articles.{form}")
    with (hostile_export.folder / "articles.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.DictReader(file))
    rows = read_by_r(hostile_export.folder, "articles")["articles"]
    assert len(rows) == 68
    assert column(rows, "title") == column(cells, "title")
    assert [lead or "" for lead in column(rows, "lead")] == column(cells, "lead")
