"""Priority of edits: between 0 and 1, monotonic, and documented."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipelines.changes.scoring import (
    COSMETIC_PRIORITY,
    MAX_SIGNAL_COUNT,
    MIN_LONG_CHANGE_SYLLABLES,
    WEIGHTS,
    Signal,
    priority,
)

DOCS = Path(__file__).resolve().parents[3] / "docs" / "events.md"
signals = st.sampled_from(list(WEIGHTS))
found_signs = st.dictionaries(signals, st.integers(0, 50))


@given(found_signs, signals)
def test_another_signal_never_lowers_the_priority(found: dict[Signal, int], more: Signal) -> None:
    before = priority(found).value
    after = priority({**found, more: found.get(more, 0) + 1}).value
    assert 0 <= before <= after <= 1


@given(found_signs, signals)
def test_new_signal_raises_the_priority(found: dict[Signal, int], more: Signal) -> None:
    few = {sign: min(times, 1) for sign, times in list(found.items())[:3] if sign != more}
    assert priority({**few, more: 1}).value > priority(few).value


@given(found_signs)
def test_cosmetic_edit_has_low_priority(found: dict[Signal, int]) -> None:
    assert priority(found, cosmetic=True).value == COSMETIC_PRIORITY <= 0.1


def test_no_signal_is_priority_zero() -> None:
    assert priority({}).value == 0
    assert priority({"title": 0}).signals == ()


def test_signals_count_up_to_the_limit() -> None:
    assert priority({"numbers": 1}).value == 0.3
    assert priority({"numbers": 2}).value == 0.51
    assert priority({"numbers": MAX_SIGNAL_COUNT}) == priority({"numbers": 99})


def test_signals_are_ordered_by_weight() -> None:
    assert priority({"body": 1, "title": 1, "negation": 2}).signals == ("negation", "title", "body")


def test_weights_are_documented() -> None:
    section = DOCS.read_text("utf-8").partition("### Priority")[2].partition("\n### ")[0]
    stated = dict(re.findall(r"^\| `([a-z ]+)` \| ([0-9.]+) \|", section, re.M))
    assert {sign: float(weight) for sign, weight in stated.items()} == WEIGHTS
    assert f"{MAX_SIGNAL_COUNT} times" in section
    assert f"{MIN_LONG_CHANGE_SYLLABLES} syllables" in section
    assert str(COSMETIC_PRIORITY) in section
