"""tinwatch events: the filter on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., tuple[int, str, str]]
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
