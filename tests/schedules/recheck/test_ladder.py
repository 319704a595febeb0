"""The ages at which a check is worth its price."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.recheck.cadence import HOURS, NIGHTS
from schedules.recheck.edit_model import Model
from schedules.recheck.ladder import LATE, TAKEDOWN_WORTH, ladders
from storage.checks.history import MOST_EDITS

QUIET = Model(removal=0.0)


def ages_of(edits: int, fetches: float, model: Model = QUIET) -> list[float]:
    """The checks of an article with so many edits at which no further edit is found."""
    ladder = ladders(model, HOURS, fetches, 0.125).cheap
    found, age = [], 0.0
    while (again := ladder.after(age, edits)) is not None:
        found.append(again)
        age = again
    return found


def test_steps_grow_with_age() -> None:
    ages = ages_of(0, 8)
    steps = [after - before for before, after in zip([0.0, *ages], ages, strict=False)]
    assert len(ages) >= 4
    assert steps == sorted(steps)
    assert ages[0] < 1.5
    assert ages[-1] > 24


def test_what_was_edited_is_looked_at_more() -> None:
    assert len(ages_of(0, 8)) < len(ages_of(1, 8)) < len(ages_of(2, 8))


@settings(max_examples=15, deadline=None)
@given(st.floats(2, 30), st.sampled_from([HOURS, NIGHTS]), st.floats(0.3, 4))
def test_the_ladders_cost_what_may_be_spent(
    fetches: float, ages: tuple[float, ...], early: float
) -> None:
    found = ladders(Model(early=early), ages, fetches, 5.0)
    cost = found.share * found.cheap.checks + (1 - found.share) * found.dear.checks
    assert cost <= fetches - 1 + 1e-9
    if found.cheap != found.dear:
        assert cost == pytest.approx(fetches - 1)


def test_more_money_buys_more() -> None:
    costs = [ladders(QUIET, HOURS, n, 0.1).cheap.checks for n in (2, 4, 8, 16)]
    assert costs == sorted(costs)


def test_articles_are_parted_by_the_share() -> None:
    found = ladders(Model(), HOURS, 6.0, 0.125)
    assert found.cheap != found.dear
    share = sum(found.of(n) is found.cheap for n in range(2000)) / 2000
    assert share == pytest.approx(found.share, abs=0.01)


def test_no_other_choice_of_ages_is_worth_more() -> None:
    """Against every choice of ages, for an article of which no edit is ever found."""
    ages = (0.0, 1.0, 3.0, 8.0, 20.0, 60.0)
    model = Model(early=1e-3, late=1e-3, removal=40.0)
    found = ladders(model, ages, 3.0, 0.0).dear
    ours, age = [], 0.0
    while (again := found.after(age, 0)) is not None:
        ours.append(again)
        age = again

    def worth(chosen: tuple[float, ...]) -> float:
        total, last = 0.0, 0.0
        for check in chosen:
            total += model.edited(last, check, 0)
            for left, right in pairwise(ages):
                if last <= left and right <= check:
                    mass = model.removed_by(right) - model.removed_by(left)
                    total += (
                        TAKEDOWN_WORTH
                        * mass
                        * 2.718281828 ** (-(check - (left + right) / 2) / LATE)
                    )
            last = check
        return total

    best = max(combinations(ages[1:], len(ours)), key=worth)
    assert ours
    assert worth(tuple(ours)) == pytest.approx(worth(best), rel=1e-6)


def test_every_number_of_edits_has_steps() -> None:
    assert len(ladders(Model(), NIGHTS, 9.0, 10.0).cheap.steps) == MOST_EDITS + 1
