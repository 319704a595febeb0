"""Who printed a text first: what the pages credit, then the dates they print, then our own eyes.

A printed source is a page's own word that it was not first. Of the rest the earliest printed date
counts; a date without a time is a day, so it is neither before nor after a time on that day, and
there, as where a site prints no date, the night decides on which we saw it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from pipelines.text.normal_forms import search_fold
from storage.db.connection import from_utc_text
from storage.models import Article
from storage.stories.repository import Member
from storage.timezone import VIETNAM

MIN_SITE_TITLE_CHARS = 6  # letters of a publisher's name that may be looked for inside a credit


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member of a story with what it prints."""

    member: Member
    record: Article


def order_by_publication(printed: list[MemberRecord]) -> list[MemberRecord]:
    """The members with the first publisher in front, the others by date. The list is not empty."""
    by_date = _by_date(printed)
    first = next((p for p in by_date if not _credits_one_of(p, printed)), by_date[0])
    return [first, *(p for p in by_date if p is not first)]


class FirstReason(StrEnum):
    """Why a member of a story counts as its first publisher."""

    CREDITED = "credited"
    SEEN_FIRST_UNDATED = "seen_first_undated"
    EARLIEST_DATE = "earliest_date"
    SEEN_FIRST_SAME_DAY = "seen_first_same_day"


def first_publisher_reason(ordered: list[MemberRecord]) -> FirstReason:
    """In plain words, what made the first of `in_order` the first."""
    first, *others = ordered
    if any(_names(p.record, first.member) for p in others):
        return FirstReason.CREDITED
    rivals = [p for p in others if _day(p) == _day(first)]
    if not first.record.published or not all(p.record.published for p in rivals):
        return FirstReason.SEEN_FIRST_UNDATED
    if all(p.record.time_known for p in (first, *rivals)):
        return FirstReason.EARLIEST_DATE
    return FirstReason.SEEN_FIRST_SAME_DAY


def _by_date(printed: list[MemberRecord]) -> list[MemberRecord]:
    """Earliest first. Within a day times count where all print one, else when each was seen."""
    untimed = {_day(p) for p in printed if not (p.record.published and p.record.time_known)}

    def key(one: MemberRecord) -> tuple[str, str, str, int]:
        day = _day(one)
        time = "" if day in untimed else (one.record.published or "")[:16]
        return day, time, one.member.first_seen, one.member.article

    return sorted(printed, key=key)


def _day(one: MemberRecord) -> str:
    """The printed day; of a page without a date the day, at the site, on which it was seen."""
    if one.record.published:
        return one.record.published[:10]
    return from_utc_text(one.member.first_seen).astimezone(VIETNAM).date().isoformat()


def _credits_one_of(one: MemberRecord, printed: list[MemberRecord]) -> bool:
    """Whether it names another member as its source. An agency that is not watched is nobody's."""
    others = (p.member for p in printed if p.member.site != one.member.site)
    return any(_names(one.record, other) for other in others)


def _names(article: Article, member: Member) -> bool:
    """Whether an article's printed source is this member's site."""
    if article.source is None:
        return False
    said = search_fold(f"{article.source.name} {article.source.url or ''}")
    host = (urlsplit(member.url or "").hostname or "").removeprefix("www.")
    title = search_fold(member.site_title)
    return (len(title) >= MIN_SITE_TITLE_CHARS and title in said) or (bool(host) and host in said)
