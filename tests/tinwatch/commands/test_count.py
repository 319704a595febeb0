"""tinwatch count."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

Call = Callable[..., tuple[int, str, str]]
Rows = Callable[[str], list[dict[str, Any]]]


def test_counts_of_two_queries_as_json_and_csv_are_equal(fed: Path, call: Call, rows: Rows) -> None:
    words = ("count", "tựa", "--compare", "mất", "--by", "month", "--group", "site", "--home", fed)
    code, text, _ = call(*words, "--json")
    found = rows(text)
    assert code == 0
    assert {(row["query"], row["group"], row["articles"]) for row in found} == {
        ("tựa", "laocai", 1), ("mất", "laocai", 2),
    }  # fmt: skip
    _, sheet, _ = call(*words, "--csv")
    table = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))
    assert [row["first"] for row in table] == [row["first"] for row in found]


def test_nothing_found_is_said_and_options_are_checked(fed: Path, call: Call) -> None:
    code, text, error = call("count", "voi", "--json", "--home", fed)
    assert (code, text) == (0, "")
    assert error
    assert call("count", "tựa", "--site", "nowhere", "--home", fed)[0] == 2
    assert call("count", "tựa", "--from", "2025", "--to", "2024", "--home", fed)[0] == 2
    assert call("count", "tựa", "--by", "hour", "--home", fed)[0] == 2


def test_report_of_a_period_has_its_events(fed: Path, call: Call, rows: Rows) -> None:
    _, text, _ = call("report", "--from", "2025", "--kind", "edited", "--json", "--home", fed)
    [report] = rows(text)
    assert set(report["totals"]) == {"edited"}
    [site] = report["sites"]
    assert {event["kind"] for event in site["events"]} == {"edited"}


def test_export_takes_the_filter_of_events(fed: Path, call: Call, rows: Rows) -> None:
    _, text, _ = call("export", "jsonl", "--kind", "edited", "--from", "2025", "--home", fed)
    assert {row["id"] for row in rows(text)} == {1, 2}
    _, text, _ = call("export", "jsonl", "--kind", "edited", "--from", "2030", "--home", fed)
    assert text == ""
