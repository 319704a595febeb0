"""Every benchmark runs in a small size and ends with one line of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SMALL = {
    "bulk": ("--pages", "40", "--files", "2", "--rounds", "1"),
    "bulk_stories": ("--articles", "2000", "--memory", "1"),
    "cadence": ("--sites", "1", "--articles", "3", "--jobs", "1"),
    "capture_sizes": (),
    "change": ("--pairs", "100", "--nights", "7", "--jobs", "1"),
    "extraction": ("--pages", "2"),
    "large_home": ("--articles", "200", "--parts", "search"),
    "night": ("--sites", "2", "--pages", "6"),
    "past": ("--captures", "60", "--articles", "12"),
    "reading": ("--rounds", "1"),
    "reparse": ("--articles", "20"),
    "stories": ("--families", "20", "--sizes", "500"),
}


def test_every_benchmark_is_run_here() -> None:
    assert {file.stem for file in (ROOT / "benchmarks").glob("*.py")} == set(SMALL)


@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_ends_with_its_figures(name: str) -> None:
    """A small run on a busy machine may miss a goal: exit code 1."""
    with_extras = {**os.environ, "PYTHONPATH": str(ROOT)}  # which conftest.py hides
    done = subprocess.run(
        [sys.executable, f"benchmarks/{name}.py", *SMALL[name], "--json"], cwd=ROOT,
        env=with_extras, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert figures
