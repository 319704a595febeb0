"""Who was first: the credit, then the printed date, then our own eyes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from pipelines.record.normalise import normalise
from pipelines.stories.first_publisher import MemberRecord, order_by_publication, first_publisher_reason
from storage.stories.repository import Member


@pytest.fixture
def member(page: Callable[..., Any]) -> Callable[..., MemberRecord]:
    def of(site: str, published: str | None, seen: str, source: str | None = None) -> MemberRecord:
        record = normalise(page(site=site, published=published, source=source))
        number = ord(site[0])
        known = Member(number, site, f"Báo {site.title()}", f"https://{site}.vn/1", seen, "live")
        return MemberRecord(known, record)

    return of


def first(*members: MemberRecord) -> str:
    names = {order_by_publication(list(order))[0].member.site for order in permutations(members)}
    [name] = names
    return name


def test_the_earliest_printed_time(member: Callable[..., MemberRecord]) -> None:
    found = (member("alpha", "07/04/2025 09:00", "2025-04-07T01:00:00Z"),
             member("bravo", "07/04/2025 07:00", "2025-04-08T01:00:00Z"),
             member("carol", "06/04/2025 23:00", "2025-04-09T01:00:00Z"))  # fmt: skip
    assert first(*found) == "carol"
    assert first_publisher_reason(order_by_publication(list(found))) == "earliest_date"


def test_a_date_without_a_time_is_a_day_and_not_midnight(member: Callable[..., MemberRecord]) -> None:
    found = (member("alpha", "07/04/2025 09:00", "2025-04-07T03:00:00Z"),
             member("bravo", "07/04/2025", "2025-04-07T18:00:00Z"))  # fmt: skip
    assert first(*found) == "alpha"
    assert first_publisher_reason(order_by_publication(list(found))) == "seen_first_same_day"


def test_without_a_printed_date_the_night_decides(member: Callable[..., MemberRecord]) -> None:
    assert first(member("alpha", None, "2025-04-07T03:00:00Z"),
                 member("bravo", None, "2025-04-06T18:00:00Z")) == "bravo"  # fmt: skip


def test_who_credits_another_was_not_first(member: Callable[..., MemberRecord]) -> None:
    found = (member("alpha", "05/04/2025 09:00", "2025-04-05T03:00:00Z", "Theo Báo Bravo"),
             member("bravo", "07/04/2025 09:00", "2025-04-07T03:00:00Z"))  # fmt: skip
    assert first(*found) == "bravo"
    assert first_publisher_reason(order_by_publication(list(found))) == "credited"


def test_an_agency_that_is_not_watched_is_nobodys_rival(member: Callable[..., MemberRecord]) -> None:
    assert (
        first(
            member("alpha", "05/04/2025 09:00", "2025-04-05T03:00:00Z", "Theo TTXVN"),
            member("bravo", "07/04/2025 09:00", "2025-04-07T03:00:00Z"),
        )
        == "alpha"
    )
