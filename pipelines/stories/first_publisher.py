"""First publisher of a story: by printed credits, then printed dates, then the time of first crawl.

A page that credits another member as its source was not first. Of the others the one with the
earliest printed date was. A date without a time is neither before nor after a time on that day; in
that case, and for a page without a date, the time at which the crawl first saw the article decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from pipelines.text.normal_forms import search_fold
from storage.models import Article
from storage.stories.repository import Member
from storage.timezone import local_day

MIN_SITE_TITLE_CHARS = 6  # shorter titles are not searched for in credits


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member of a story with its newest record."""

    member: Member
    record: Article


def order_by_publication(members: list[MemberRecord]) -> list[MemberRecord]:
    """Return the members, the first publisher first, the others by date. `members` is not empty."""
    by_date = _by_date(members)
    first = next((p for p in by_date if not _credits_one_of(p, members)), by_date[0])
    return [first, *(p for p in by_date if p is not first)]


class FirstReason(StrEnum):
    """Why a member of a story counts as its first publisher."""

    CREDITED = "credited"
    SEEN_FIRST_UNDATED = "seen_first_undated"
    EARLIEST_DATE = "earliest_date"
    SEEN_FIRST_SAME_DAY = "seen_first_same_day"


def first_publisher_reason(ordered: list[MemberRecord]) -> FirstReason:
    """Return why the first of order_by_publication is the first."""
    first, *others = ordered
    if any(_names(p.record, first.member) for p in others):
        return FirstReason.CREDITED
    rivals = [p for p in others if _day(p) == _day(first)]
    if not first.record.published or not all(p.record.published for p in rivals):
        return FirstReason.SEEN_FIRST_UNDATED
    if all(p.record.time_known for p in (first, *rivals)):
        return FirstReason.EARLIEST_DATE
    return FirstReason.SEEN_FIRST_SAME_DAY


def _by_date(members: list[MemberRecord]) -> list[MemberRecord]:
    """Sort by day. Within a day sort by time if all print one, else by the time of first crawl."""
    untimed = {_day(p) for p in members if not (p.record.published and p.record.time_known)}

    def key(one: MemberRecord) -> tuple[str, str, str, str, str]:
        day = _day(one)
        time = "" if day in untimed else (one.record.published or "")[:16]
        return day, time, one.member.first_seen, one.member.site, one.record.key

    return sorted(members, key=key)


def _day(one: MemberRecord) -> str:
    """Return the printed day, or for a page without a date the day (UTC+7) it was first seen."""
    if one.record.published:
        return one.record.published[:10]
    return local_day(one.member.first_seen)


def _credits_one_of(one: MemberRecord, members: list[MemberRecord]) -> bool:
    """Return True if it credits another member's site. Credits to other publishers do not count."""
    others = (p.member for p in members if p.member.site != one.member.site)
    return any(_names(one.record, other) for other in others)


def _names(article: Article, member: Member) -> bool:
    """Return True if the article's printed source is the member's site."""
    if article.source is None:
        return False
    credit = search_fold(f"{article.source.name} {article.source.url or ''}")
    host = (urlsplit(member.url or "").hostname or "").removeprefix("www.")
    title = search_fold(member.site_title)
    return (len(title) >= MIN_SITE_TITLE_CHARS and title in credit) or (
        bool(host) and host in credit
    )
