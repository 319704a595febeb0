"""The benchmark of the cadence runs, ends with its figures, and holds the policy to its goals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    command = [sys.executable, "benchmarks/cadence.py", "--sites", "1", "--articles", "8",
               "--jobs", "1", "--json"]  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode == 0) == all(found["goals"].values())
    return found


def test_few_articles_come_near_the_goals(figures: dict[str, Any]) -> None:
    """A hundred articles, some thirty edits: one edit is 3 %."""
    ours = figures["ways"]["tinwatch"]
    assert 5 < ours["fetches_an_article"] < 9.5
    assert ours["versions"] >= 0.75
    assert ours["takedowns_within_72_hours"] >= 0.95


def test_uniform_checks_see_far_less(figures: dict[str, Any]) -> None:
    ways = figures["ways"]
    assert ways["uniform"]["seen"] < ways["tinwatch"]["seen"]


def test_nights_alone_tell_what_they_miss(figures: dict[str, Any]) -> None:
    nights = figures["ways"]["tinwatch, nights only"]
    assert nights["missed"] == pytest.approx(1 - nights["seen"], abs=1e-3)
    assert nights["missed"] > 0.4
