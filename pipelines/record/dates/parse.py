"""Dates as the watched sites print them, read day first, in Vietnam's own time zone.

The strict reader knows the printed formats; `dateparser` is asked only about a short string that
names a year in four digits and that the strict reader does not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from pipelines.record.dates.relative import read_relative
from pipelines.text.normal_forms import clean
from storage.timezone import VIETNAM

Precision = Literal["second", "minute", "hour", "day", "month", "year"]

EARLIEST_YEAR = 1990  # no watched site is older; anything earlier is a date inside the text
CLOCK_SKEW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """One date read from a page.

    `value` is ISO 8601 with +07:00, or YYYY-MM-DD when no time is known. `updated` is set when
    the label says "Cập nhật"; `weekday_mismatch` when the printed weekday is not that day's.
    """

    value: str
    time_known: bool
    as_printed: str
    precision: Precision
    relative: bool = False
    updated: bool = False
    weekday_mismatch: bool = False


class BrokenDate(ValueError):
    """A date that was recognised but cannot be: no such day or hour, in the future, too old."""


_WEEKDAY = r"(?:thứ\s*(?:hai|ba|tư|bốn|năm|sáu|bảy|bẩy|[2-7])|(?:chủ|chúa)\s*nhật|CN)(?![^\W_])"
_MARK = r"(?:SA|CH|[AP]\.?M\.?|sáng|trưa|chiều|tối)(?![^\W_])"
_ZONE = r"[(\[]?(?:GMT|UTC)\s?\+\s?0?7(?::?00)?[)\]]?"
_GAP = r"[\s,|•·–—/\-]*"
_MONTH_NUMBER = {
    **{
        w: i
        for i, w in enumerate(
            ["một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"], 1
        )
    },
    **{"mười một": 11, "mười hai": 12, "giêng": 1, "chạp": 12, "bốn": 4, "mốt": 1},
}
_WORDS = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))


def _clock(name: str) -> str:
    """19:04, 2:35:57 PM, 11:21', 14h30, 9 giờ 05."""
    return (
        rf"(?P<h{name}>[0-9]{{1,2}})\s?(?::|h|giờ)\s?(?P<m{name}>[0-9]{{2}})"
        rf"(?::(?P<s{name}>[0-9]{{2}}))?(?![0-9])(?:\s?['’′])?(?:\s?(?P<p{name}>{_MARK}))?"
    )


_DAY = (
    r"(?P<day>[0-9]{1,2})(?:\s?(?P<sep>[/.\-])\s?(?P<month>[0-9]{1,2})\s?(?P=sep)\s?"
    rf"|\s+(?:tháng|thg\.?)\s+(?P<word>[0-9]{{1,2}}|{_WORDS})[\s,]+(?:năm\s+)?)(?P<year>[0-9]{{4}})(?![0-9])"
)
_PRINTED = re.compile(
    rf"(?:(?P<w1>{_WEEKDAY}){_GAP})?"
    rf"(?<![0-9:.])(?:{_clock('1')}{_GAP}(?:{_ZONE}{_GAP})?)?"
    rf"(?:(?P<w2>{_WEEKDAY}){_GAP})?(?:ngày\s*:?\s*)?"
    rf"(?<![0-9]){_DAY}"
    rf"(?:{_GAP}(?:(?:vào\s+)?(?:lúc|hồi)\s*:?\s*)?{_clock('2')})?",
    re.IGNORECASE,
)
_ISO = re.compile(
    r"(?<![0-9])(?P<day>[0-9]{4}[-/][0-9]{2}[-/][0-9]{2})(?![0-9])"
    r"(?:[T ]\s?(?P<clock>[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2})?)(?:\.[0-9]+)?"
    r"\s?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_MONTHS = {
    m: i
    for i, m in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_RFC_822 = re.compile(
    rf"(?<![0-9])(?P<day>[0-9]{{1,2}})[ -](?P<month>{'|'.join(_MONTHS)})[a-z]*\.?[ -]"
    r"(?P<year>[0-9]{4})(?:,? (?P<clock>[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2})?)"
    r"(?: (?P<zone>[+-][0-9]{4}|GMT|UTC|Z)(?!\+))?)?",
    re.IGNORECASE,
)
_YEAR = re.compile("(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_LONGEST_UNCOMMON = 60  # characters; longer text is prose, and dateparser reads dates into prose
_NUMBERS = re.compile("[0-9]+")
_TWO_NUMBERS = re.compile("[0-9]+[^0-9]+[0-9]+")
_SETTINGS = {
    "DATE_ORDER": "DMY",
    "TIMEZONE": "Asia/Ho_Chi_Minh",
    "RETURN_AS_TIMEZONE_AWARE": True,
    "REQUIRE_PARTS": ["day", "month", "year"],
    "STRICT_PARSING": True,
}


def read_date(printed: str, captured_at: datetime) -> PrintedDate | None:
    """The date that a string prints, or None when it prints none. Raises BrokenDate.

    Of several dates the first with a time wins. Relative times ("5 giờ trước") count back from
    `captured_at`, which is timezone-aware (a naive one is taken as UTC). A masthead clock looks
    just like an article's date: only its place on the page tells, so that is the page reader's.
    """
    text = clean(printed)
    try:
        found = _strict(text) or _otherwise(text, _local(captured_at))
    except (ValueError, OverflowError) as reason:
        raise BrokenDate(f"{printed.strip()!r}: {reason}") from reason
    if found is None:
        return None
    _refuse_impossible(found.when, printed, captured_at)
    return PrintedDate(
        value=found.when.isoformat(),
        time_known=isinstance(found.when, datetime),
        as_printed=printed.strip(),
        precision=found.precision,
        relative=found.relative,
        updated="cập nhật" in text.lower(),
        weekday_mismatch=found.weekday_mismatch,
    )


@dataclass(slots=True)
class _Found:
    when: datetime | date
    precision: Precision
    relative: bool = False
    weekday_mismatch: bool = False


def _local(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(VIETNAM).replace(microsecond=0)


def _refuse_impossible(when: datetime | date, printed: str, captured_at: datetime) -> None:
    if when.year < EARLIEST_YEAR:
        raise BrokenDate(f"{printed.strip()!r}: before {EARLIEST_YEAR}")
    if when.year < captured_at.year:
        return
    latest = _local(captured_at) + CLOCK_SKEW
    late = when > latest if isinstance(when, datetime) else when > latest.date()
    if late:
        raise BrokenDate(f"{printed.strip()!r}: later than its capture at {captured_at}")


def _strict(text: str) -> _Found | None:
    if iso := _ISO.fullmatch(text):  # as machines write it, and quicker to see than any other
        return _from_iso(iso)
    first = None
    for match in _PRINTED.finditer(text):
        if match["h1"] or match["h2"]:
            return _from_printed(match)
        first = first or match
    if first:
        return _from_printed(first)
    if iso := _ISO.search(text):
        return _from_iso(iso)
    if rfc_822 := _RFC_822.search(text):
        return _from_rfc_822(rfc_822)
    return None


def _from_printed(match: re.Match[str]) -> _Found:
    w1, h1, m1, s1, p1, w2, dd, _, mm, word, yyyy, h2, m2, s2, p2 = match.groups()
    day = date(int(yyyy), int(mm or 0) or _month(word), int(dd))
    weekday = w2 or w1
    mismatch = weekday is not None and _disagrees(weekday, day)
    clock = _clock_time(h1, m1, s1, p1) if h1 else _clock_time(h2, m2, s2, p2) if h2 else None
    if clock is None:
        return _Found(day, "day", weekday_mismatch=mismatch)
    precision: Precision = "second" if s1 or s2 else "minute"
    return _Found(datetime.combine(day, clock), precision, weekday_mismatch=mismatch)


def _month(word: str | None) -> int:
    """A month's number; 0, which no calendar has, for a month printed as 0 or 00."""
    if word is None:
        return 0
    return int(word) if word.isdecimal() else _MONTH_NUMBER[word.lower()]


def _clock_time(hour: str, minute: str, second: str | None, mark: str | None) -> time | None:
    """A printed time of day, or None for 12:00 AM.

    12:00 AM is what a migrated CMS prints for a day that it stored without a time.
    """
    h, m, s = int(hour), int(minute), int(second or 0)
    if mark:
        morning = mark.upper().replace(".", "") in _MORNING
        if morning and (h, m, s) == (12, 0, 0):
            return None
        if h <= 12:  # "14:30 PM" is printed too: the mark adds nothing there
            h = h % 12 + (0 if morning else 12)
    return time(h, m, s, tzinfo=VIETNAM)


_MORNING = frozenset({"SA", "AM", "SÁNG"})
_WEEKDAY_NUMBER = {
    **{w: i for i, w in enumerate(["hai", "ba", "tư", "năm", "sáu", "bảy"])},
    **{str(n): n - 2 for n in range(2, 8)},
    **{"bốn": 2, "bẩy": 5, "nhật": 6, "cn": 6},
}


def _disagrees(weekday: str, day: date) -> bool:
    last = weekday.lower().split()[-1]  # "thứ tư", "thứ 4", "thứ4", "CN"
    number = _WEEKDAY_NUMBER.get(last, _WEEKDAY_NUMBER.get(last[-1]))
    return number is not None and number != day.weekday()


def _from_iso(match: re.Match[str]) -> _Found:
    day = date.fromisoformat(match["day"].replace("/", "-"))
    return _with_zone(day, match["clock"], match["second"], match["zone"], "+0700")


def _from_rfc_822(match: re.Match[str]) -> _Found:
    day = date(int(match["year"]), _MONTHS[match["month"].lower()], int(match["day"]))
    return _with_zone(day, match["clock"], match["second"], match["zone"], "+0700")


def _with_zone(
    day: date, clock: str | None, second: str | None, zone: str | None, default: str
) -> _Found:
    """A day with the clock of a machine-readable value, converted to Vietnam's zone.

    Midnight to the second is a day that was written without a time.
    """
    if clock is None or clock == "00:00:00":
        return _Found(day, "day")
    at = datetime.combine(day, time.fromisoformat(clock), tzinfo=_zone(zone or default))
    return _Found(at.astimezone(VIETNAM), "second" if second else "minute")


def _zone(printed: str) -> timezone:
    if printed[0] not in "+-":
        return UTC
    digits = printed[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if printed[0] == "+" else -offset)


def _otherwise(text: str, now: datetime) -> _Found | None:
    found = read_relative(text, now)
    return _Found(found[0], found[1], relative=True) if found else _uncommon(text, now)


def _uncommon(text: str, now: datetime) -> _Found | None:
    """What dateparser makes of a short string with a year; only a whole day counts."""
    if len(text) > _LONGEST_UNCOMMON or not _YEAR.search(text) or not _TWO_NUMBERS.search(text):
        return None
    import dateparser  # slow to import and almost never needed

    settings = {**_SETTINGS, "RELATIVE_BASE": now.replace(tzinfo=None)}
    try:
        at = dateparser.parse(text, languages=["vi"], settings=settings)
    except Exception:  # a third-party guess at unknown text may fail in any way: no date then
        return None
    if at is None or not {at.year, at.day} <= {int(n) for n in _NUMBERS.findall(text)}:
        return None  # it takes "2024" for 20:24 when it is at a loss, and today's year for the rest
    if at.time() == time():
        return _Found(at.date(), "day")
    return _Found(at.astimezone(VIETNAM).replace(microsecond=0), "minute")
