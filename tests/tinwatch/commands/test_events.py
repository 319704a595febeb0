"""tinwatch events: the filter on the command line, and what a line shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from tests.conftest import Watcher

Call = Callable[..., tuple[int, str, str]]
Day = Callable[[float], datetime]
Rows = Callable[[str], list[dict[str, Any]]]


def test_filters_combine(fed: Path, call: Call, rows: Rows) -> None:
    code, text, _ = call("events", "--json", "--home", fed)
    every = rows(text)
    code, text, _ = call(
        "events", "--kind", "edited", "--kind", "removed", "--site", "laocai", "--text",
        "title:sau", "--from", "2025", "--to", "2025", "--json", "--home", fed,
    )  # fmt: skip
    assert code == 0
    assert rows(text) == [e for e in every if e["id"] == 4] != []


def test_nothing_found_is_said(fed: Path, call: Call) -> None:
    code, text, error = call("events", "--from", "2030", "--home", fed)
    assert (code, text) == (0, "")
    assert error


@pytest.mark.parametrize(
    "wrong",
    [
        ("--kind", "deleted"),
        ("--class", "big"),
        ("--from", "someday"),
        ("--site", "nowhere"),
        ("--province", "nowhere"),
        ("--min-priority", "2"),
        ("--text", "site:nowhere"),
    ],
)
def test_impossible_values_are_refused_by_name(
    fed: Path, call: Call, wrong: tuple[str, str]
) -> None:
    code, text, error = call("events", *wrong, "--home", fed)
    assert (code, text) == (2, "")
    assert wrong[1].removeprefix("site:") in error


def test_lines_name_the_article(fed: Path, call: Call, rows: Rows) -> None:
    code, text, _ = call("events", "--home", fed)
    listed = rows(call("events", "--json", "--home", fed)[1])
    assert code == 0
    assert [int(n) for n in re.findall(r"\(article (\d+)\)$", text, re.M)] == [
        event["article"] for event in listed
    ]
    assert "Sẽ mất (article 3)" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_title_is_cut_to_the_width_of_a_terminal(
    watcher: Watcher, day: Day, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "Một tựa bài rất dài về con đường mới của xã"
    for moment, body in ((0, "Đường dài 5 km."), (1, "Đường dài 6 km.")):
        read = watcher.read(title=title, body=[body], at=day(moment))
        watcher.batch(read, at=day(moment), batch=f"night {moment}")
    watcher.db.close()
    command = ("events", "--kind", "edited", "--home", watcher.home.path)
    edit, named = call(*command)[1].splitlines()
    assert "5 became 6" in edit
    assert named == f"      {title} (article 1)"
    screen = StringIO()
    monkeypatch.setattr(
        "tinwatch.commands.events.out",
        Console(file=screen, force_terminal=True, no_color=True, width=40, soft_wrap=True),
    )
    call(*command)
    last = Text.from_ansi(screen.getvalue()).plain.splitlines()[-1]
    assert len(last) == 40
    assert last.startswith("      Một tựa bài")
    assert last.endswith("… (article 1)")
