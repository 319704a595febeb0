"""CSV as pandas, Excel's rules and 4CAT read it; text of pages stays text in it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from typing import TYPE_CHECKING

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from storage.exports.spreadsheet_cells import (
    MAX_CELL_UNITS,
    cell,
    plain,
    truncate_cell,
    units,
    with_formulas_escaped,
    with_formulas_restored,
)

if TYPE_CHECKING:
    from tests.tinwatch.exports.conftest import Exporter

csv.field_size_limit(1 << 30)  # a wrong delimiter makes one cell of a long line
# What a spreadsheet evaluates; spaces and quotes before it do not help.
EVALUATED = re.compile(r"""^[\s"]*[=+\-@＝＋－＠]""")


def test_pandas_reads_every_article_and_its_fields(demo: Exporter) -> None:
    table = pandas.read_csv(demo.file("csv"), keep_default_na=False)
    assert len(table) == demo.value("SELECT count(*) FROM articles") == 68
    assert table["id"].is_unique
    newest = {(r["site"], r["key"]): r for r in demo.records()}
    for row in table.to_dict("records"):
        record = newest[row["site"], str(row["key"])]
        assert with_formulas_restored(row["title"]) == record["title"]
        assert with_formulas_restored(row["body"]) == "\n\n".join(
            block["text"] for block in record["body"]
        )
        wrote = [a["name"] for a in record["authors"] if {"text", "compilation"} & {*a["roles"]}]
        assert row["authors"] == "; ".join(wrote)
        assert row["published_on"] == (record["published"] or "")[:10]
        assert len(row["sha256"]) in (0, 64)
        assert row["published"] == (record["published"] or "")


def test_csv_is_readable_by_excel(demo: Exporter) -> None:
    content = demo.file("csv").read_bytes()
    assert content.startswith("\ufeffid,revision,".encode())
    assert content.count(b"\r\n") == 69
    assert b"\r" not in content.replace(b"\r\n", b"")


def test_each_revision_is_a_row(demo: Exporter) -> None:
    table = pandas.read_csv(demo.file("csv", "--revisions"))
    assert len(table) == demo.value("SELECT count(*) FROM revisions") == 70
    assert not table.duplicated(["id", "revision"]).any()


@pytest.mark.parametrize("form", ["csv", "4cat"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula_with_any_delimiter(
    hostile_export: Exporter, form: str, delimiter: str
) -> None:
    text = hostile_export.file(form, "--revisions").read_text("utf-8-sig")
    cells = [c for row in csv.reader(io.StringIO(text), delimiter=delimiter) for c in row]
    assert len(cells) > 70
    assert [c for c in cells if EVALUATED.match(c)] == []
    if delimiter == ",":
        assert all(units(c) <= MAX_CELL_UNITS for c in cells) or form == "4cat"


@pytest.mark.parametrize("form", ["csv", "4cat"])
def test_cells_contain_only_text(hostile_export: Exporter, form: str) -> None:
    text = hostile_export.file(form, "--revisions").read_text("utf-8-sig")
    strange = {c for c in text if unicodedata.category(c) in ("Cc", "Cs")} - {"\r", "\n"}
    assert strange == set()
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert "null\ufffdbyte" in text
    assert "nửa \ufffd ký tự \ufffd" in text


def test_long_cells_are_truncated_with_a_mark(hostile_export: Exporter) -> None:
    table = pandas.read_csv(hostile_export.file("csv", "--revisions"), keep_default_na=False)
    long = table[table["cut"] != ""]
    assert 0 < len(long) < len(table)
    assert set("; ".join(long["cut"]).split("; ")) >= {"title", "body", "captions"}
    assert all(title.endswith(" [...]") for title in long["title"])
    assert not table[table["cut"] == ""]["title"].str.endswith(" [...]").any()


def test_4cat_accepts_the_file(hostile_export: Exporter) -> None:
    """As its importer does: sniff the first megabyte, then read by the names of the columns."""
    text = hostile_export.file("4cat", "--revisions").read_text("utf-8")
    sample = text[: 1 << 20]
    assert csv.Sniffer().has_header(sample)
    dialect = csv.Sniffer().sniff(sample, delimiters=",;\t")
    rows = list(csv.DictReader(io.StringIO(text), dialect=dialect))
    assert len(rows) == 70
    assert len({row["id"] for row in rows}) == 70
    assert {"id", "thread_id", "author", "body", "timestamp", "subject"} <= set(rows[0])
    for row, record in zip(rows, hostile_export.records(), strict=True):
        assert None not in row
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["timestamp"])
        assert with_formulas_restored(row["subject"]) == plain(record["title"])
        assert row["timestamp_from"] == ("published" if record["published"] else "first_seen")


def test_4cats_threads_are_stories(demo: Exporter) -> None:
    table = pandas.read_csv(demo.file("4cat"))
    threads = table.groupby("thread_id").size()
    stories = demo.value("SELECT count(DISTINCT story) FROM story_members")
    assert (threads > 1).sum() == stories > 0


SHARP = st.text(st.sampled_from("=+-@'\"; \t\r\n;aạ＝\x00\u202e\ud800😀"), max_size=12)


@given(SHARP | st.text())
def test_escaping_apostrophe_can_be_removed(text: str) -> None:
    assert with_formulas_restored(with_formulas_escaped(plain(text))) == plain(text)


@given(SHARP)
def test_no_text_becomes_a_formula(text: str) -> None:
    made = cell(text)
    assert not any(EVALUATED.match(part) for part in re.split("[;\n]", made))
    made.encode()


@given(st.text(st.sampled_from("aạ😀"), max_size=40), st.integers(8, 20))
def test_truncated_cell_fits_and_short_cell_is_unchanged(text: str, most: int) -> None:
    kept = truncate_cell(text, most)
    assert units(kept) <= most
    assert (kept is text) == (units(text) <= most)


def test_workbook_has_real_dates_and_no_formulas(hostile_export: Exporter) -> None:
    with zipfile.ZipFile(hostile_export.file("xlsx")) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not sheet.findall(".//{*}f")
    header, first, *_ = sheet.findall(".//{*}row")
    names = ["".join(cell.itertext()) for cell in header]
    day = first[names.index("published_on")]
    assert day.get("t") is None  # a number
    assert 45_000 < float("".join(day.itertext())) < 46_000  # days since 1900: March 2025
