"""JSON Lines, Parquet and SQLite as pandas, pyarrow, DuckDB and sqlite3 read them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pandas
import pyarrow.dataset
import pytest

from storage.articles.revisions import revisions
from storage.db.connection import open_database
from storage.exports.sqlite_subset import TABLES
from storage.models import Article
from storage.search.parser import parse_query
from storage.search.rank import find

if TYPE_CHECKING:
    from tests.tinwatch.exports.conftest import Exporter


def test_json_lines_lose_nothing(hostile_export: Exporter) -> None:
    file = hostile_export.file("jsonl", "--revisions")
    lines = file.read_bytes().decode("utf-8").split("\n")[:-1]
    rows = [json.loads(line) for line in lines]
    names = list(Article.__dataclass_fields__)
    assert [{name: row[name] for name in names} for row in rows] == hostile_export.records()


def test_pandas_reads_json_lines(demo: Exporter) -> None:
    table = pandas.read_json(demo.file("jsonl"), lines=True, dtype=False)
    assert len(table) == 68
    assert table["story"].notna().sum() == demo.value("SELECT count(*) FROM story_members") > 0
    assert set(table["status"]) == {"live", "removed"}
    assert isinstance(table["body"][0][0]["text"], str)


def test_duckdb_reads_the_parquet_folder_by_year_and_site(demo: Exporter) -> None:
    folder = demo.file("parquet")
    sites = duckdb.sql(
        f"SELECT site, count(*), min(year) FROM read_parquet('{folder}/**/*.parquet', "
        "hive_partitioning = true) GROUP BY site ORDER BY site"
    ).fetchall()
    with closing(sqlite3.connect(demo.home / "tinwatch.db")) as db:
        stored = db.execute("SELECT site, count(*) FROM articles GROUP BY site ORDER BY site")
        assert [row[:2] for row in sites] == stored.fetchall()
    assert {row[2] for row in sites} == {0, 2025}
    names = duckdb.sql(
        "SELECT DISTINCT author.name FROM (SELECT unnest(authors) AS author FROM "
        f"read_parquet('{folder}/**/*.parquet')) ORDER BY 1"
    ).fetchall()
    assert [name for (name,) in names] == sorted(
        {a["name"] for record in demo.records() for a in record["authors"]}
    )


def test_pyarrow_gives_back_every_field(demo: Exporter) -> None:
    read = pyarrow.dataset.dataset(demo.file("parquet", "--revisions"), partitioning="hive")
    rows = sorted(read.to_table().to_pylist(), key=lambda r: (r["id"], r["revision"]))
    lines = demo.file("jsonl", "--revisions").read_text("utf-8").splitlines()
    assert len(rows) == len(lines) == 70
    for row, line in zip(rows, lines, strict=True):
        wanted = json.loads(line)
        moments = ("first_seen", "last_seen", "last_checked", "observed_at", "captured_at")
        given = row | {name: row[name].strftime("%Y-%m-%dT%H:%M:%SZ") for name in moments}
        given |= {"fields": dict(row["fields"]), "published_on": wanted["published_on"]}
        given["body"] = [
            {key: value for key, value in block.items() if value is not None}
            for block in row["body"]
        ]
        assert str(row["published_on"] or "") == (wanted["published"] or "")[:10]
        assert {name: given[name] for name in wanted} == wanted


def test_parquet_keeps_hostile_text(hostile_export: Exporter) -> None:
    table = pandas.read_parquet(hostile_export.file("parquet", "--revisions"))
    titles = set(table["title"])
    assert len(table) == 70
    assert "nửa \ufffd ký tự \ufffd" in titles
    assert "null\x00byte và \x1b[31m" in titles
    assert '=HYPERLINK("http://evil.example","bấm")' in titles


def test_empty_parquet_folder_is_readable(demo: Exporter) -> None:
    table = pandas.read_parquet(demo.file("parquet", "--since-event", "99999"))
    assert len(table) == 0
    assert "title" in table.columns


@pytest.mark.parametrize("site", [None, "haugiang"])
def test_sqlite_subset_is_a_complete_database(demo: Exporter, site: str | None) -> None:
    file = demo.file("sqlite", *(["--site", site] if site else []))
    assert not list(file.parent.glob(f"{file.name}-*"))
    wanted = f"WHERE site = '{site}'" if site else ""
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in ("articles", "captures", "events", "aliases"):
            number = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            assert number == demo.value(f"SELECT count(*) FROM {table} {wanted}"), table
        assert [row[0] for row in db.execute("SELECT name FROM sites")] == (
            [site] if site else [row[0] for row in db.execute("SELECT DISTINCT site FROM articles "
                                                              "ORDER BY site")]
        )  # fmt: skip
    with closing(open_database(file).conn) as connection:
        assert connection.execute("SELECT count(*) FROM revisions").fetchone()[0] > 0


def test_subset_of_all_articles_has_every_row(demo: Exporter) -> None:
    with closing(sqlite3.connect(demo.file("sqlite"))) as made:
        for table in TABLES:
            query = f"SELECT * FROM {table} ORDER BY 1, 2"
            with closing(sqlite3.connect(demo.home / "tinwatch.db")) as db:
                assert made.execute(query).fetchall() == db.execute(query).fetchall(), table


def test_tinwatch_reads_and_searches_the_subset(demo: Exporter) -> None:
    db = open_database(demo.file("sqlite"))
    try:
        assert sum(len(revisions(db, article)) for article in range(1, 69)) == 70
        assert {hit.site for hit in find(db, parse_query("chi bo site:haugiang"))} == {"haugiang"}
    finally:
        db.close()
