"""How lively a site is, from checks at irregular times."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.recheck.edit_model import EDITS, LIKENESS, Model, chance
from schedules.recheck.site_rhythm import LEAST, MOST, rhythm
from storage.checks.history import Cell

LAG = 10.0


AGES = (0.5, 3.0, 14.0, 20.0, 38.0, 62.0, 110.0, 230.0, 400.0)


def checks(factor: float, articles: int) -> tuple[Cell, ...]:
    """Checks of articles whose edits come `factor` times as often as at all sites."""
    draw, model = Random(1), Model(early=factor, late=factor)
    found: Counter[tuple[int, float, float, bool]] = Counter()
    for _ in range(articles):
        lively, edits = draw.gammavariate(LIKENESS, 1 / LIKENESS), 0
        for before, after in pairwise([0.0, *sorted(draw.sample(AGES, 5))]):
            expected = lively * (model.edits_by(after + LAG) - model.edits_by(before + LAG))
            changed = draw.random() < -math.expm1(-expected)
            found[min(edits, 4), before, after, changed] += 1
            edits += changed
    return tuple(Cell(*cell, n, n * changed) for (*cell, changed), n in found.items())


def test_the_model_has_the_published_rates() -> None:
    model = Model()
    assert model.edits_by(24) / model.edits_by(1e6) == pytest.approx(0.81, abs=0.005)
    assert 0.18 < model.edited(0, 1e6, 0) < 0.35
    assert model.removed_by(7 * 24) == pytest.approx(0.015)
    assert model.edits_by(1e6) == pytest.approx(EDITS, rel=1e-3)


def test_what_was_edited_will_rather_be_edited_again() -> None:
    chances = [Model().edited(5, 50, edits) for edits in range(5)]
    assert chances == sorted(chances)
    assert chances[1] > 2 * chances[0]


@given(st.floats(0, 500), st.floats(0, 500), st.floats(0, 500), st.integers(0, 4))
def test_chances_grow_with_the_span(a: float, b: float, c: float, edits: int) -> None:
    low, middle, high = sorted((a, b, c))
    model = Model()
    assert 0 <= model.edited(low, middle, edits) <= model.edited(low, high, edits) < 1


@given(st.floats(0, 3), st.floats(0, 3), st.floats(0, 3))
def test_no_edit_in_a_span_is_none_in_either_half(a: float, b: float, c: float) -> None:
    low, middle, high = sorted((a, b, c))
    whole = 1 - chance(low, high, 0)
    assert whole == pytest.approx((1 - chance(low, middle, 0)) * (1 - chance(middle, high, 0)))


def test_an_unknown_site_is_as_all_are() -> None:
    model = rhythm((), 0, 0, LAG, curious=False)
    assert (model.early, model.late, model.removal) == pytest.approx((1, 1, 1), rel=1e-3)


def test_an_unknown_site_is_hoped_to_be_livelier() -> None:
    known, hoped = rhythm((), 0, 0, LAG, curious=False), rhythm((), 0, 0, LAG)
    assert hoped.early > 1.3 * known.early
    told = checks(1, 3000)
    assert rhythm(told, 0, 0, LAG).late < 1.2 * rhythm(told, 0, 0, LAG, curious=False).late


@pytest.mark.parametrize("factor", [0.4, 1.0, 2.5])
def test_the_rate_is_found_from_irregular_checks(factor: float) -> None:
    """Counting checks that found an edit would find fewer: some hold several edits."""
    model = rhythm(checks(factor, 6000), 0, 0, LAG, curious=False)
    assert model.early == pytest.approx(factor, rel=0.15)
    assert model.late == pytest.approx(factor, rel=0.15)


def test_regular_checks_give_the_known_closed_form() -> None:
    """With one kind of check the best fit has the chance that was seen: 300 of 1000."""
    model = rhythm((Cell(0, 0.0, 12.0, 100_000, 30_000),), 0, 0, LAG, curious=False)
    assert model.edited(LAG, LAG + 12, 0, LAG) == pytest.approx(0.3, abs=0.01)


@given(st.integers(0, 50), st.integers(0, 50))
def test_an_estimate_stays_within_bounds(changed: int, unchanged: int) -> None:
    cell = Cell(0, 1.0, 5.0, changed + unchanged, changed)
    model = rhythm((cell,), 0, 0, LAG, curious=False)
    assert LEAST <= model.early <= MOST


def test_takedowns_of_the_site_count() -> None:
    many, none = rhythm((), 30, 400, LAG), rhythm((), 0, 400, LAG)
    assert many.removal > 1.5 > 1 > none.removal
