"""First publisher: by credit, then printed date, then time of first crawl."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from pipelines.record.normalise import normalise
from pipelines.stories.first_publisher import (
    MemberRecord,
    first_publisher_reason,
    order_by_publication,
)
from storage.stories.repository import Member


@pytest.fixture
def member(page: Callable[..., Any]) -> Callable[..., MemberRecord]:
    def of(site: str, published: str | None, seen: str, source: str | None = None) -> MemberRecord:
        record = normalise(page(site=site, published=published, source=source))
        number = ord(site[0])
        story_member = Member(
            number, site, f"Báo {site.title()}", f"https://{site}.vn/1", seen, "live"
        )
        return MemberRecord(story_member, record)

    return of


def first(*members: MemberRecord) -> str:
    names = {order_by_publication(list(order))[0].member.site for order in permutations(members)}
    [name] = names
    return name


def test_earliest_printed_time_is_first(member: Callable[..., MemberRecord]) -> None:
    members = (member("alpha", "07/04/2025 09:00", "2025-04-07T01:00:00Z"),
             member("bravo", "07/04/2025 07:00", "2025-04-08T01:00:00Z"),
             member("carol", "06/04/2025 23:00", "2025-04-09T01:00:00Z"))  # fmt: skip
    assert first(*members) == "carol"
    assert first_publisher_reason(order_by_publication(list(members))) == "earliest_date"


def test_date_without_a_time_is_not_midnight(member: Callable[..., MemberRecord]) -> None:
    members = (member("alpha", "07/04/2025 09:00", "2025-04-07T03:00:00Z"),
             member("bravo", "07/04/2025", "2025-04-07T18:00:00Z"))  # fmt: skip
    assert first(*members) == "alpha"
    assert first_publisher_reason(order_by_publication(list(members))) == "seen_first_same_day"


def test_without_a_printed_date_the_first_crawl_decides(
    member: Callable[..., MemberRecord],
) -> None:
    assert first(member("alpha", None, "2025-04-07T03:00:00Z"),
                 member("bravo", None, "2025-04-06T18:00:00Z")) == "bravo"  # fmt: skip


def test_member_that_credits_another_is_not_first(member: Callable[..., MemberRecord]) -> None:
    members = (member("alpha", "05/04/2025 09:00", "2025-04-05T03:00:00Z", "Theo Báo Bravo"),
             member("bravo", "07/04/2025 09:00", "2025-04-07T03:00:00Z"))  # fmt: skip
    assert first(*members) == "bravo"
    assert first_publisher_reason(order_by_publication(list(members))) == "credited"


def test_credit_to_an_agency_is_ignored(member: Callable[..., MemberRecord]) -> None:
    assert (
        first(
            member("alpha", "05/04/2025 09:00", "2025-04-05T03:00:00Z", "Theo TTXVN"),
            member("bravo", "07/04/2025 09:00", "2025-04-07T03:00:00Z"),
        )
        == "alpha"
    )
