"""The benchmarks run, end with their figures, and say what the docs say of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
QUALITY = ("body_f1", "title", "date", "authors")


@pytest.fixture(scope="module")
def reading() -> dict[str, Any]:
    command = [sys.executable, "benchmarks/reading.py", "--rounds", "1", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def test_our_reading_is_exact_on_the_fixtures(reading: dict[str, Any]) -> None:
    ours = reading["quality"]["tinwatch"]
    assert ours["body_f1"] >= 0.995
    assert [ours[field] for field in QUALITY[1:]] == [1.0, 1.0, 1.0]


def test_no_general_tool_is_ahead_in_any_column(reading: dict[str, Any]) -> None:
    ours = reading["quality"]["tinwatch"]
    for tool, shares in reading["quality"].items():
        assert all(shares[field] <= ours[field] for field in QUALITY), tool


def test_ours_is_several_times_as_fast_as_trafilatura(reading: dict[str, Any]) -> None:
    """One noisy round: the docs give the medians; here only a collapse would show."""
    cost = reading["ms_a_page"]
    assert cost["trafilatura"] > 4 * cost["tinwatch"]
