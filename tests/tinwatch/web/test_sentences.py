"""Every reason that the code can give has its Vietnamese words, and no line of the table is idle.

Two nets. The sentences that stand in the source are looked for in the table, so that a new one
fails until it has its line. And sentences that the code makes are told, so that the lines fit.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import schedules
from crawlers.crawl import responses as observe
from crawlers.site_config import FIELDS
from tests.tinwatch.web.made_sentences import (
    found_things,
    hints,
    notes,
    reasons,
    stated,
    troubles,
    unreadable,
)
from tinwatch.web import sentences
from tinwatch.web.sentences import PREFIX, field_name, sentence_told
from tinwatch.web.words import words

SAYS = {"Verdict", "SiteEvent", "Finding"}  # take a sentence
ALSO = {"site_events.py"}  # hands its sentences to the ledger
NOT = {"rebuilding.py"}  # gives verdicts again that were given before
ENGLISH = re.compile(r"\b(the|of|is|are|was|no|its|hours?|days?|pages?|new|runs?|more|answer\w*)\b")


def is_command(text: str) -> bool:
    return re.fullmatch(r"tinwatch [^,;]+", text) is not None


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, watcher: Any) -> list[str]:
    every = [*reasons(), *found_things(monkeypatch), *troubles()]
    every += [*unreadable(), *notes(), *hints(watcher)]
    return [text for text in dict.fromkeys(every) if not is_command(text)]


def test_what_the_code_says_is_told_in_vietnamese(made: list[str]) -> None:
    assert len(made) > 150
    for sentence in made:
        assert sentence_told(sentence, "en") == (sentence, "en")
        said = sentence_told(sentence, "vi")
        assert said.lang == "vi", sentence
        assert "{" not in said.text, sentence
        assert not ENGLISH.search(re.sub(r"tinwatch [^,;]+", "", said.text)), sentence


def test_no_line_of_the_table_is_idle(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()

    def say(language: str, key: str, **values: object) -> str:
        used.add(key)
        return key

    monkeypatch.setattr(sentences, "say", say)
    for sentence in made:
        sentence_told(sentence, "vi")
    assert {key for key in words() if key.startswith(PREFIX)} - used == set()


# What stands in the source


def sources() -> list[Path]:
    """The modules that hand a sentence to a verdict, an event of a site or a finding."""
    room = Path(schedules.__file__).parent
    files = (file for file in sorted(room.rglob("*.py")) if file.name not in NOT)
    return [f for f in files if f.name in ALSO or gives_reasons(ast.parse(f.read_text("utf-8")))]


def gives_reasons(tree: ast.AST) -> bool:
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any(isinstance(name, ast.Name) and name.id in SAYS for name in called)


def is_sentence(text: str) -> bool:
    """Words with a space between them: no key, no name, no mark that joins two, no command."""
    return bool(re.search(r"[a-z] |\w [a-z]", text)) and not is_command(text)


def lacking(text: str, lines: Iterable[str]) -> bool:
    """Whether no line of the table has the pieces of a text, in their order."""
    pieces = re.split(r"\{\}|tinwatch [^,;]+", text)
    pieces = [piece for piece in pieces if re.search("[a-z]", piece)]
    pattern = re.compile(".*".join(map(re.escape, pieces)), re.DOTALL)
    return not any(pattern.search(line) for line in lines)


def without_a_line(code: str) -> list[str]:
    lines = [english for key, (_, english) in words().items() if key.startswith(PREFIX)]
    return [text for text in stated(ast.parse(code)) if is_sentence(text) and lacking(text, lines)]


def test_every_sentence_in_the_source_has_its_line() -> None:
    files = sources()
    assert {"health.py", "redesign.py", "silence.py", "site_signs.py", "undelivered.py"} <= {
        file.name for file in files
    }
    missing = {f.name: found for f in files if (found := without_a_line(f.read_text("utf-8")))}
    assert not missing, "give each a line in tinwatch/web/words/sentences.toml"


def test_every_way_to_miss_an_article_has_its_line() -> None:
    code = Path(observe.__file__).read_text("utf-8")
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    said = [ast.unparse(call.args[1]) for call in calls
            if isinstance(call.func, ast.Attribute) and call.func.attr == "missing"]  # fmt: skip
    assert len(said) > 6
    assert [text for one in said for text in without_a_line(one)] == []


@pytest.mark.parametrize(
    "code",
    ['Verdict("held", "the moon is full")', 'x = f"{n} of {m} pages were blue"',
     'Finding(site, "x", level, f"its {what} grew", "")'],
)  # fmt: skip
def test_a_new_reason_fails_without_its_line(code: str) -> None:
    assert len(without_a_line(code)) == 1


# How they are told


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("ended early: stopped by hand", "kết thúc sớm: bị dừng bằng tay"),
        ("ended early: bị cắt điện", "kết thúc sớm: bị cắt điện"),
        ("merged into Báo Tây Ninh; last issue on 30 June 2025",
         "sáp nhập vào Báo Tây Ninh; số cuối cùng ra ngày 30/6/2025"),
        ("merged into Báo Cần Thơ on 1 July 2025; last article June 2025",
         "sáp nhập vào Báo Cần Thơ từ ngày 1/7/2025; bài cuối cùng đăng tháng 6/2025"),
        ("31 of 61 pages could not be read", "không đọc được 31 trên 61 trang"),
        ("fields are gone: published on 0% of the pages, 100% before; byline on 0% of the pages, "
         "97% before",
         "mất hẳn các trường: ngày đăng chỉ có trên 0% số trang (trước đây 100%); "
         "tác giả chỉ có trên 0% số trang (trước đây 97%)"),
        ("too few: 2 new articles; 12.5 are usual on such a day",
         "quá ít: 2 bài mới; ngày như vậy thường có 12,5 bài"),
        ("2 of 4 pinned pages read otherwise: https://a.vn/1 (answered 404), https://a.vn/2 (x)",
         "2 trên 4 trang được ghim cho kết quả khác trước: https://a.vn/1 (trả lời 404), "
         "https://a.vn/2 (x)"),
        ("3 runs in a row did not end well; the last one: outage, no answer came from the site",
         "3 lần chạy liền không đạt; lần cuối: trang hỏng, "
         "trang báo không trả lời yêu cầu nào"),
        ("2 held runs wait for a person since 3 days: too many: 90 new articles; 8 are usual on "
         "such a day",
         "2 lần chạy bị tạm giữ, chờ người xem xét đã 3 ngày: quá nhiều: 90 bài mới; "
         "ngày như vậy thường có 8 bài"),
        ("the same text was added to 3 articles: “{x} & <b>”",
         "cùng một đoạn văn bản được thêm vào 3 bài: “{x} & <b>”"),
        ("tinwatch publish-run 5, or tinwatch retract-run 4",
         "tinwatch publish-run 5, hoặc tinwatch retract-run 4"),
    ],
)  # fmt: skip
def test_told(sentence: str, line: str) -> None:
    assert sentence_told(sentence, "vi") == (line, "vi")


@pytest.mark.parametrize(
    "unknown",
    ["", "why", "the moon is full", "no request was made, twice", "x no request was made"],
)
def test_what_the_table_does_not_have_stays_as_it_is(unknown: str) -> None:
    assert sentence_told(unknown, "vi") == (unknown, "en")


@pytest.mark.parametrize("begin", ["ended early: ", "failed, ", "a (", "x on 1% of the pages, "])
def test_a_sentence_that_goes_on_and_on_is_no_trap(begin: str) -> None:
    for times in (sentences.LONGEST // len(begin), 100_000):
        assert sentence_told(begin * times, "vi").text


def test_every_field_has_its_name() -> None:
    for field in FIELDS | {"captions"}:
        assert field_name(field, "vi") != field
        assert field_name(field, "en") == field
    assert field_name("unheard_of", "vi") == "unheard_of"
