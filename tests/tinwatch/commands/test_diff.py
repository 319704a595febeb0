"""tinwatch diff as text, JSON and HTML."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from pipelines.changes.diff import FieldDiff
from pipelines.changes.word_diff import Span
from tinwatch.commands.app import app
from tinwatch.reports import atomic_files
from tinwatch.reports.diff_page import paragraph_rows
from tinwatch.reports.standalone_html import html_link, html_page, html_text

if TYPE_CHECKING:
    from tests.conftest import Watcher
    from tests.tinwatch.conftest import Page

Day = Callable[[float], datetime]
Parser = Callable[[str], "Page"]
LONG = [f"từ{n}" for n in range(60)]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


def call(watcher: Watcher, *words: object) -> tuple[int, str, str]:
    home = ["--home", str(watcher.home.path)]
    done = CliRunner().invoke(app, ["diff", *map(str, words), *home])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def edit(watcher: Watcher, day: Day, old: dict[str, Any], new: dict[str, Any]) -> None:
    watcher.batch(watcher.read(**old))
    watcher.batch(watcher.read(at=day(1), **new), at=day(1))


BODY = [" ".join(LONG), "Đoạn giữa không đổi.", "Đoạn cuối cùng của bài."]


@pytest.fixture
def edited(watcher: Watcher, day: Day) -> Watcher:
    new = [BODY[2], BODY[0].replace("từ30", "khác30"), BODY[1], "Thêm vào."]
    edit(watcher, day, {"body": BODY}, {"body": new})
    return watcher


def test_only_words_near_a_change_are_printed(edited: Watcher) -> None:
    code, out, _ = call(edited, 1)
    assert code == 0
    assert f"… {' '.join(LONG[18:30])} -từ30- +khác30+ {' '.join(LONG[31:43])} …" in out
    assert "từ17" not in out
    assert "+Thêm vào.+" in out
    assert "moved: Đoạn cuối cùng của bài." in out
    assert "Đoạn giữa không đổi." not in out
    assert "1 part unchanged" in out


def test_full_prints_unchanged_text(edited: Watcher) -> None:
    _, out, _ = call(edited, 1, "--full")
    assert " ".join(LONG[:30]) in out
    assert "Đoạn giữa không đổi." in out
    assert "…" not in out
    assert "unchanged" not in out


def test_json_contains_both_texts_in_order(edited: Watcher) -> None:
    (row,) = [json.loads(line) for line in call(edited, 1, "--json")[1].splitlines()]
    (body,) = row["fields"]
    assert row["priority"] > 0
    assert body["moved"] == [0]
    sides = {
        "old": ([body["parts"][n] for n in body["old_order"]], "removed"),
        "new": (body["parts"], "added"),
    }
    texts = {
        side: [" ".join(s["text"] for s in p if s["op"] in ("same", op)) for p in parts]
        for side, (parts, op) in sides.items()
    }
    assert texts["old"] == BODY
    assert texts["new"][0] == BODY[2]


def test_html_page_has_both_sides(edited: Watcher, parsed: Parser) -> None:
    code, out, _ = call(edited, 1, "--html", "both.html")
    text = Path("both.html").read_text("utf-8")
    shown = parsed(text)
    shown.assert_harmless()
    assert (code, out) == (0, "written to both.html\n")
    assert shown.said == {"ins": ["khác30", "Thêm vào."], "del": ["từ30"]}
    assert shown.text.count(BODY[2]) == 2  # where it stood and where it stands
    assert ("moved away:" in shown.text, "moved here:" in shown.text) == (True, True)
    assert 'lang="vi"' in text
    assert "prefers-color-scheme: dark" in text
    assert 'name="viewport"' in text
    assert "url(" not in text
    assert "@import" not in text


def test_unchanged_paragraphs_are_collapsed(watcher: Watcher, day: Day, parsed: Parser) -> None:
    body = [f"Đoạn số {n} của bài này." for n in range(9)]
    edit(watcher, day, {"body": body}, {"body": [*body, "Mới."]})
    call(watcher, 1, "--html", "x.html")
    assert "9 unchanged paragraphs" in parsed(Path("x.html").read_text("utf-8")).text


def test_hostile_text_is_escaped_in_html(
    watcher: Watcher, day: Day, parsed: Parser, hostile: str
) -> None:
    old = {"title": hostile, "body": [hostile, "a"], "lead": hostile, "byline": hostile}
    new = {k: [f"{v[0]} mới", "b"] if k == "body" else f"{v} mới" for k, v in old.items()}
    edit(watcher, day, {**old, "url": "javascript:alert(1)"}, {**new, "url": "javascript:alert(1)"})
    assert call(watcher, 1, "--html", "x.html")[0] == 0
    text = Path("x.html").read_text("utf-8")
    shown = parsed(text)
    shown.assert_harmless()
    assert "<script>alert(1)</script>" in shown.text
    assert not set(text) & set("\x1b\u202e")
    assert not any(tag == "a" for tag, _ in shown.tags)


def test_equal_revisions_have_no_difference(watcher: Watcher, day: Day, parsed: Parser) -> None:
    edit(watcher, day, {}, {"title": "Khác"})
    assert "no visible difference" in call(watcher, 1, 1, 1)[1]
    assert call(watcher, 1, 1, 1, "--html", "x.html")[0] == 0
    assert "no visible difference" in parsed(Path("x.html").read_text("utf-8")).text
    (row,) = [json.loads(line) for line in call(watcher, 1, 1, 1, "--json")[1].splitlines()]
    assert row["fields"] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1", "--html", "none/x.html"], "there is no folder none"),
        (["1", "--html", "."], "is a folder"),
        (["1", "--html", "x.html", "--json"], "exclude each other"),
    ],
)
def test_unwritable_output_exits_with_usage_error(
    edited: Watcher, words: list[str], said: str
) -> None:
    code, out, err = call(edited, *words)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())
    assert list(Path().iterdir()) == [Path("home")]


def test_failed_write_keeps_the_old_file(edited: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("x.html").write_text("old", "utf-8")

    def full(file: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic_files.os, "fsync", full)
    code, _, err = call(edited, 1, "--html", "x.html")
    assert (code, "No space left" in err) == (3, True)
    assert Path("x.html").read_text("utf-8") == "old"
    assert sorted(os.listdir()) == ["home", "x.html"]


def test_paragraph_rows_of_moved_added_and_removed_paragraphs() -> None:
    a, b, gone, fresh = ((Span("same", "A"),), (Span("same", "B"),), (Span("removed", "G"),),
                         (Span("added", "F"),))  # fmt: skip
    field = FieldDiff("body", (b, gone, a, fresh), moved=(0,), old_order=(1, 2, 0))
    shown = [(row.part[0].text, row.before, row.after, row.moved) for row in paragraph_rows(field)]
    assert shown == [
        ("B", False, True, True), ("G", True, True, False), ("A", True, True, False),
        ("B", True, False, True), ("F", True, True, False),
    ]  # fmt: skip


def test_html_helpers_escape() -> None:
    assert html_text("<a href='x'>&\x00\u202e") == "&lt;a href=&#x27;x&#x27;&gt;&amp;"
    assert html_link('https://a.vn/?a=1&b="') == (
        '<a href="https://a.vn/?a=1&amp;b=&quot;" rel="noreferrer noopener">'
        "https://a.vn/?a=1&amp;b=&quot;</a>"
    )
    assert html_link("javascript:x") == "javascript:x"
    assert html_link(None) == ""
    assert re.search("<title>&lt;b&gt;</title>", html_page("<b>", "", "en"))
