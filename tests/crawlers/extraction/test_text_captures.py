"""Text captures of many kinds of sites and articles, read without rules of a site.

text_captures/gold.jsonl states what a careful person keeps of each file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.extraction.plaintext import extract_plain_text
from crawlers.extraction.trace import Trace
from crawlers.registry import get_site
from pipelines.record.normalise import normalise
from storage.models import Article

FOLDER = Path(__file__).parent / "text_captures"
GOLD: dict[str, dict[str, Any]] = {
    row["file"].removesuffix(".txt"): row
    for row in map(json.loads, (FOLDER / "gold.jsonl").read_text("utf-8").splitlines())
}
TAKEN = datetime(2026, 11, 30, tzinfo=UTC)
each_capture = pytest.mark.parametrize("name", GOLD)


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text("utf-8")


def read(text: str, trace: Trace | None = None) -> Article:
    return normalise(extract_plain_text(text.encode(), get_site("danang"), TAKEN, trace=trace))


@each_capture
def test_title(name: str) -> None:
    assert read(text_of(name)).title == GOLD[name]["title"]


@each_capture
def test_dates(name: str) -> None:
    article = read(text_of(name))
    assert (article.published, article.updated) == (
        GOLD[name]["published"],
        GOLD[name].get("updated"),
    )


@each_capture
def test_authors(name: str) -> None:
    assert [author.name for author in read(text_of(name)).authors] == GOLD[name]["authors"]


@each_capture
def test_source(name: str) -> None:
    source = read(text_of(name)).source
    assert (source.name if source else None) == GOLD[name]["source"]


@each_capture
def test_text(name: str) -> None:
    article = read(text_of(name))
    assert article.lead == GOLD[name]["lead"]
    assert [block.text for block in article.body] == GOLD[name]["body"]


@each_capture
def test_captions(name: str) -> None:
    assert [caption.text for caption in read(text_of(name)).captions] == GOLD[name]["captions"]


@pytest.mark.parametrize("name", [name for name in GOLD if "tags" in GOLD[name]])
def test_tags(name: str) -> None:
    assert list(read(text_of(name)).tags) == GOLD[name]["tags"]


@pytest.mark.parametrize("name", [name for name in GOLD if "section" in GOLD[name]])
def test_section(name: str) -> None:
    assert read(text_of(name)).section == GOLD[name]["section"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: "\n\n\n" + text.replace("\n", "\n\n"),
        lambda text: text.replace("\n", "  \n\t"),
        lambda text: text.replace(" ", "\u00a0"),
    ],
    ids=["windows", "byte order mark", "NFD", "blank lines", "indented", "no-break spaces"],
)
@pytest.mark.parametrize("name", [name for name in GOLD if name != "wrapped_lines"])
def test_form_of_the_file_changes_nothing(name: str, change: Any) -> None:
    assert read(change(text_of(name))) == read(text_of(name))


# Above a title of one word, entries of a menu look like titles.
@pytest.mark.parametrize("name", sorted(GOLD.keys() - {"wrapped_lines", "title_of_one_word"}))
def test_menu_with_one_entry_per_line_changes_nothing(name: str) -> None:
    menu = "Đăng nhập\n\nTrang chủ\n\nGiới thiệu\n\nTin tức\n\nVăn bản\n\nLiên hệ\n\n"
    assert read(menu + text_of(name)) == read(text_of(name))


@each_capture
def test_each_line_is_in_the_article_or_in_the_trace(name: str) -> None:
    trace = Trace()
    article = read(text_of(name), trace)
    kept = [article.title, article.dateline, article.lead]
    kept += [article.published_as_printed, article.byline_as_printed]
    kept += [block.text for block in article.body] + [c.text for c in article.captions]
    kept += [excluded.text for excluded in trace.excluded]
    shown = set(re.findall(r"\w+", " ".join(filter(None, kept))))
    assert set(re.findall(r"\w+", text_of(name))) - shown == set()


ITEMS = ("1. Nhà ông Pâng, xóm dưới", "2. Nhà bà Mai, xóm trên", "3. Nhà cô Lả, xóm núi")
ROWS = ("1 Lúa mùa 7.200", "2 Bưởi da xanh 32.000", "3 Cá lóc nuôi 48.000")


@pytest.mark.parametrize("lines", [ROWS, ITEMS, ("HẢI YẾN",), ("(Ghi ở bản Nà Khoa)",)])
def test_lines_above_a_paragraph_that_are_no_subheads(lines: tuple[str, ...]) -> None:
    name = "newspaper_with_clock_and_menu"
    below = GOLD[name]["body"][2]
    text = text_of(name).replace(below, "\n".join([*lines, below]))
    kinds = {block.text: block.kind for block in read(text).body}
    assert [kinds[line] for line in lines] == ["paragraph"] * len(lines)


@pytest.mark.parametrize(
    "below",
    [
        "{title} (04/09/2023)\nBạn đọc quan tâm",
        "{title}\nĐọc nhiều\nLịch nghỉ lễ\n{title}",
        "{title}\nGiáo dục\n04/09/2023 16:20\nTập huấn",
    ],
    ids=["dated", "printed again", "above a date"],
)
def test_title_of_another_article_under_the_text_is_no_last_line(below: str) -> None:
    last = GOLD["last_line_without_a_full_stop"]["body"][-1]
    text = text_of("last_line_without_a_full_stop").partition(last)[0]
    title = "Trao học bổng cho sáu học sinh vùng cao"
    assert title not in [b.text for b in read(text + below.format(title=title)).body]


def test_lines_with_tabs_are_rows_of_a_table() -> None:
    rows = [b.cells for b in read(text_of("table_with_tabs")).body if b.kind == "table row"]
    assert rows[1] == ("Bản Lào", "42", "18,5")
    assert len(rows) == 7
