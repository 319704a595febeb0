"""Articles that vanish from a listing while their neighbours are still on it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.crawl.listings import (
    MAX_POSITIONS,
    MAX_VANISHED_PER_RUN,
    ListingComparison,
    gaps_between,
)

LISTING = "https://suoivang.vn/thoi-su/"
KEYS = st.lists(st.integers(0, 99).map(str), unique=True, max_size=30)


def vanished(before: str, now: str) -> str:
    return "".join(key for gap in gaps_between(before, now) for key in gap.vanished)


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ("abcd", "abd", "c"),
        ("abcd", "xyabd", "c"),
        ("abcdef", "adf", "bce"),
        ("abcd", "abcd", ""),
        ("abcd", "xyab", ""),  # aged off at the end
        ("abcd", "xycd", ""),  # the top: highlights change there
        ("abcd", "abxd", ""),  # replaced: a list that is drawn anew
        ("abcd", "dba", ""),
        ("abcd", "", ""),
        ("", "abcd", ""),
    ],
)
def test_key_between_two_that_are_now_adjacent_vanished(before: str, now: str, found: str) -> None:
    assert vanished(before, now) == found


@given(KEYS, st.integers(1, 30))
def test_ageing_off_the_end_is_not_vanishing(keys: list[str], length: int) -> None:
    for new in range(len(keys)):
        assert gaps_between(keys[new:][:length], keys[:length]) == []


@given(KEYS, st.sets(st.integers(1, 28)), st.integers(0, 5))
def test_keys_removed_between_others_are_found(keys: list[str], taken: set[int], new: int) -> None:
    removed = [key for n, key in enumerate(keys[:-1]) if n in taken]
    now = [f"new{n}" for n in range(new)] + [key for key in keys if key not in removed]
    gaps = gaps_between(keys, now)
    assert [key for gap in gaps for key in gap.vanished] == removed
    assert not {gap.above for gap in gaps} & set(removed)


def test_one_neighbour_is_returned_as_control() -> None:
    listings = ListingComparison({LISTING: list("abcd")})
    assert listings.to_check(LISTING, "abd") == ["c", "b"]
    assert listings.to_check("https://suoivang.vn/rss", "abd") == []
    assert listings.current == {LISTING: list("abd"), "https://suoivang.vn/rss": list("abd")}


def test_checks_of_a_rebuilt_page_are_limited() -> None:
    before = [str(number) for number in range(100)]
    listings = ListingComparison({LISTING: before, "other": before})
    assert len(listings.to_check(LISTING, ["0", "99"])) == MAX_VANISHED_PER_RUN + 1
    assert listings.to_check("other", ["0", "99"]) == []


def test_only_the_top_of_long_feeds_is_compared() -> None:
    listings = ListingComparison({})
    listings.to_check(LISTING, map(str, range(1000)))
    assert len(listings.current[LISTING]) == MAX_POSITIONS
