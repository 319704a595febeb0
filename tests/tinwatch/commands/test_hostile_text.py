"""What pages say is printed as text, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tinwatch.terminal.console import safe

if TYPE_CHECKING:
    from tests.conftest import Watcher

Call = Callable[..., tuple[int, str, str]]
Rows = Callable[[str], list[dict[str, Any]]]


@pytest.mark.parametrize(
    "words", [["events"], ["report"], ["report", "--run", "1"], ["articles"], ["show", "2"],
              ["diff", "2"]],
    ids=" ".join,
)  # fmt: skip
def test_hostile_text_is_printed_as_text(call: Call, fed: Path, words: list[str]) -> None:
    code, out, _ = call(*words, "--home", fed)
    assert code == 0
    plain = " ".join(out.split())
    assert "[red]Đỏ[/red]" in plain
    assert "[/]" in plain
    assert "[link=x]y" in plain
    assert not set(out) & set("\x1b\u202e\u202c\u2066\u2069")


def test_json_keeps_hostile_text(call: Call, rows: Rows, fed: Path) -> None:
    (row,) = rows(call("show", "2", "--json", "--home", fed)[1])
    assert "[red]Đỏ[/red]" in row["title"]
    assert "\x1b" not in row["title"]  # control characters are no part of a text


NO_EMOJI = ":smile: :100:"


def test_emoji_codes_are_not_replaced(call: Call, watcher: Watcher) -> None:
    watcher.batch(watcher.read(site="laocai", title=f"Giờ {NO_EMOJI} và 08:30:00"), site="laocai")
    _, out, _ = call("events", "--home", watcher.home.path)
    assert NO_EMOJI in out


@pytest.mark.parametrize("text", ["\\d", "[x\\]", "\\[red]", "[[red]]", "[/", "[bold", ""])
def test_brackets_and_backslashes_survive(call: Call, watcher: Watcher, text: str) -> None:
    title = f"Đầu {text}"
    watcher.batch(watcher.read(site="laocai", title=title), site="laocai")
    code, out, _ = call("articles", "--home", watcher.home.path)
    assert code == 0
    assert out.rstrip("\n").endswith(title.strip())
    code, out, _ = call("show", "1", "--home", watcher.home.path)
    assert code == 0
    assert out.splitlines()[0] == title.strip()


def test_trailing_backslash_escapes_no_markup(call: Call, watcher: Watcher) -> None:
    watcher.batch(watcher.read(site="laocai", title="Đầu \\"), site="laocai")
    for words in (["show", "1"], ["articles"], ["events"], ["report"]):
        code, out, _ = call(*words, "--home", watcher.home.path)
        assert code == 0
        assert "Đầu \\" in out
        assert "[/" not in out


def test_safe_of_none_is_empty() -> None:
    assert safe(None) == ""
    assert safe("a\x9bb\x7fc\u061cd") == "abcd"
