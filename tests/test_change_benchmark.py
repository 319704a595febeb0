"""The benchmark of edit detection reaches its goals, is reproducible, and can fail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "benchmarks/change.py"]


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    done = run("--pairs", "500", "--nights", "42", "--jobs", "1", "--json")
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode == 0) == all(found["goals"].values())
    return found


def test_every_goal_is_reached(figures: dict[str, Any]) -> None:
    missed = [goal for goal, reached in figures["goals"].items() if not reached]
    assert missed == [], (figures["failing_seeds"], figures["wrong"])


def test_there_was_something_to_find(figures: dict[str, Any]) -> None:
    assert figures["pairs"] == 500
    assert sum(true for true, _, _ in figures["edits"].values()) > 150
    assert all(pairs for pairs, _, _ in figures["noise"].values())
    assert figures["nights"] == 42
    assert figures["events"]["edited"][0] > 5
    assert figures["events"]["removed"][0] > 0


def test_unchanged_rechecks_cost_next_to_nothing(figures: dict[str, Any]) -> None:
    assert max(figures["bytes_a_recheck"]) <= 100


def test_one_pair_can_be_made_again() -> None:
    first, second = run("--only", "7"), run("--only", "7")
    assert first.returncode == 0, first.stderr
    assert "page: " in first.stdout
    assert first.stdout == second.stdout


def test_a_file_that_is_none_is_named() -> None:
    done = run("--warc", "no-such.warc.gz")
    assert done.returncode == 2
    assert "no-such.warc.gz is no file" in done.stderr


@pytest.fixture
def bases(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from mutations.counting import load, pages  # type: ignore[import-not-found]

    if not pages():
        load([])
    found: list[Any] = pages()
    return found


def test_each_kind_of_noise_is_no_edit_on_any_page(bases: list[Any]) -> None:
    from mutations.pairs import KINDS, Plan, evaluate_pair  # type: ignore[import-not-found]

    plans = [Plan(n, n % len(bases), None, (kind,), ()) for n in range(8) for kind in KINDS]
    wrong = [plan for plan in plans if not evaluate_pair(bases, plan).right]
    assert wrong == []


def test_each_kind_of_edit_is_found_without_noise(bases: list[Any]) -> None:
    from mutations.edits import EDITS  # type: ignore[import-not-found]
    from mutations.pairs import Plan, evaluate_pair

    for kind in EDITS:
        said = [evaluate_pair(bases, Plan(n, n, kind, (), ())) for n in range(0, len(bases), 8)]
        made = [one for one in said if one.field is not None]
        assert made, kind
        assert [one.plan for one in made if not one.right] == []


def test_a_comparison_without_tone_marks_is_caught(
    bases: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mutations import pairs  # type: ignore[import-not-found]

    from pipelines.text.normal_forms import search_fold
    from storage.models import Article

    def blind(article: Article) -> str:
        return search_fold(" ".join(block.text for block in article.body))

    monkeypatch.setattr(pairs, "fingerprint", blind)
    plans = [pairs.Plan(n, n, "one tone mark", ("nbsp",), ("nbsp",)) for n in range(20)]
    said = [pairs.evaluate_pair(bases, plan) for plan in plans]
    assert any(one.field and not one.right for one in said)


def test_a_comparison_of_bytes_is_caught(bases: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from mutations import pairs

    from storage.models import Article

    def bytewise(article: Article) -> str:
        return "".join(block.text for block in article.body)

    def difference(before: Article, after: Article) -> SimpleNamespace:
        return SimpleNamespace(fields=("body",), summary=[bytewise(before), bytewise(after)])

    monkeypatch.setattr(pairs, "fingerprint", bytewise)
    monkeypatch.setattr(pairs, "edit_between", difference)
    plans = [pairs.Plan(n, n, None, ("typography",), ()) for n in range(20)]
    assert not all(pairs.evaluate_pair(bases, plan).right for plan in plans)
