"""Parse dates as Vietnamese news sites print them: day first, in Vietnam's time zone.

Regular expressions cover the printed formats. The `dateparser` package is a fallback for a short
string with a four-digit year that they do not match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from pipelines.record.dates.clock import clock_time
from pipelines.record.dates.relative import parse_relative_date
from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import clean
from storage.messages import ReasonError
from storage.messages.reasons_warnings import DateProblem
from storage.reasons import Reason
from storage.timezone import VIETNAM

Precision = Literal["second", "minute", "hour", "day", "month", "year"]

EARLIEST_YEAR = 1990  # no site is older; an earlier date is one that the text mentions
MAX_CLOCK_SKEW = timedelta(days=1)
MAX_DATE_CHARS = 1000  # of an element that prints a date; what follows is not read


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A parsed date.

    Attributes:
        value: ISO 8601 with +07:00, or YYYY-MM-DD if no time is printed
        relative: True if an age was printed ("5 giờ trước")
        updated: True if the label is "Cập nhật"
        weekday_mismatch: True if the printed weekday is not the weekday of the date
    """

    value: str
    time_known: bool
    as_printed: str
    precision: Precision
    relative: bool = False
    updated: bool = False
    weekday_mismatch: bool = False


class BrokenDate(ReasonError, ValueError):
    """A recognised date that is impossible: no such day or hour, in the future, or too old."""


_WEEKDAY = r"(?:thứ\s*(?:hai|ba|tư|bốn|năm|sáu|bảy|bẩy|[2-7])|(?:chủ|chúa)\s*nhật|CN)(?![^\W_])"
_WEEKDAY_NAME = re.compile(_WEEKDAY, re.IGNORECASE)
_ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ENGLISH_WEEKDAY = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(_ENGLISH_WEEKDAYS)})(?=(?:s|nes|rs|ur)?day(?![^\W_])|,)",
    re.IGNORECASE,
)
_DAY_PART = (
    r"(?:S\.?\s?A\.?|C\.?\s?H\.?|[AP]\.?\s?M\.?"
    r"|(?:rạng\s+)?sáng|trưa|chiều|tối|đêm|khuya)(?![^\W_])"
)
_ZONE = r"[(\[]?(?:(?:GMT|UTC)\s?\+\s?0?7(?::?00)?|ICT)[)\]]?"
_OTHER_ZONE = r"(?:GMT|UTC)(?:\s?[+-]\s?[0-9]{1,2}(?::?[0-9]{2})?)?(?![^\W_])"
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
_MONTH_WORDS = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))


def _clock(name: str) -> str:
    """Return a pattern for 19:04, 2:35:57 PM, 11:21', 14h30, 9 giờ 05 phút, 9h, 8 giờ sáng."""
    minutes = (
        rf"(?:(?::|h|giờ)\s?(?P<m{name}>[0-9]{{2}}|[0-9](?=\s?phút))(?::(?P<s{name}>[0-9]{{2}}))?(?![0-9])"
        rf"(?:\s?(?:['’′]|phút(?![^\W_])))?|(?:h|giờ)(?![^\W_]))"
    )
    hour = rf"(?P<h{name}>(?!24\s?h(?![0-9]))[0-9]{{1,2}})"  # "Tin 24h"
    return rf"{hour}\s?{minutes}(?:\s?(?P<p{name}>{_DAY_PART}))?"


_DAY = (
    r"(?P<day>[0-9]{1,2})(?:\s?(?P<sep>[/.\-])\s?(?P<month>[0-9]{1,2})\s?(?P=sep)\s?"
    rf"|\s+(?:tháng|thg\.?)\s+(?P<word>[0-9]{{1,2}}|{_MONTH_WORDS})[\s,]+(?:năm\s+)?)(?P<year>[0-9]{{4}})(?![0-9])"
)
_PRINTED = re.compile(
    rf"(?:(?P<w1>{_WEEKDAY}){_GAP})?"
    rf"(?<![0-9:.])(?:{_clock('1')}{_GAP}(?:(?:{_ZONE}|[(\[]?(?P<z1>{_OTHER_ZONE})[)\]]?){_GAP})?)?"
    rf"(?:(?P<w2>{_WEEKDAY}){_GAP})?(?:ngày\s*:?\s*)?"
    rf"(?<![0-9]){_DAY}"
    rf"(?:{_GAP}(?:(?:vào\s+)?(?:lúc|hồi)\s*:?\s*)?{_clock('2')})?"
    rf"(?:[\s,|–—-]*[(\[]?(?P<z2>{_OTHER_ZONE})[)\]]?)?",
    re.IGNORECASE,
)
# "Tháng Ba 10, 2025" and "10 Th3, 2025", as WordPress prints them, in the order of the others.
_MONTH_FIRST = re.compile(
    rf"tháng\s+(?P<month>[0-9]{{1,2}}|{_MONTH_WORDS})\s+(?P<day>[0-9]{{1,2}}),?\s+(?P<year>[0-9]{{4}})",
    re.IGNORECASE,
)
_SHORT_MONTH = re.compile(
    r"(?<![0-9])(?P<day>[0-9]{1,2})\s+Th(?:g\.?)?\s?(?P<month>[0-9]{1,2}),?\s+(?P<year>[0-9]{4})",
    re.IGNORECASE,
)
_DAY_FIRST = r"\g<day> tháng \g<month> năm \g<year>"
# A time, a part of the day or a zone that follows a date and is in no form above.
_UNACCOUNTED = re.compile(
    rf"[\s,|•·()\[\]–—-]*(?:[0-9]{{1,2}}[.:,][0-9]{{1,2}}(?![0-9.,])|{_DAY_PART}"
    r"|(?:E[SD]T|C[SD]T|M[SD]T|P[SD]T|BST|CES?T|EES?T|MSK|JST|KST|SGT|HKT|GMT|UTC)(?![^\W_]))",
    re.IGNORECASE,
)
# NukeViet prints the zone, PHP's "T", between day and time: 2026-11-03+0708:07:00, 2026-11-03ICT...
_ISO = re.compile(
    r"(?<![0-9])(?P<day>[0-9]{4}[-/][0-9]{2}[-/][0-9]{2})(?![0-9])"
    r"(?:(?:[T ]\s?|(?P<before>ICT|[+-][0-9]{2}))"
    r"(?P<clock>[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2})?)(?:\.[0-9]+)?"
    r"\s?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_ENGLISH_MONTHS = {
    m: i
    for i, m in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_RFC_822 = re.compile(
    rf"(?<![0-9])(?P<day>[0-9]{{1,2}})[ -](?P<month>{'|'.join(_ENGLISH_MONTHS)})[a-z]*\.?[ -]"
    r"(?P<year>[0-9]{4})(?:,? (?P<clock>[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2})?)"
    r"(?: (?P<zone>[+-][0-9]{4}|GMT|UTC|Z)(?!\+))?)?",
    re.IGNORECASE,
)
ENGLISH_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
# "September 2, 2023", as WordPress prints it if nobody sets another form.
_ENGLISH_FIRST = re.compile(
    rf"(?<![^\W_])(?P<month>{ENGLISH_MONTH})\s+(?P<day>[0-9]{{1,2}}),?\s+(?P<year>[0-9]{{4}})(?![0-9])",
    re.IGNORECASE,
)
_YEAR = re.compile("(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_MAX_DATEPARSER_CHARS = 60  # dateparser finds dates in any longer prose
_NUMBERS = re.compile("[0-9]+")
_TWO_NUMBERS = re.compile("[0-9]+[^0-9]+[0-9]+")
_DATEPARSER_SETTINGS = {
    "DATE_ORDER": "DMY",
    "TIMEZONE": "Asia/Ho_Chi_Minh",
    "RETURN_AS_TIMEZONE_AWARE": True,
    "REQUIRE_PARTS": ["day", "month", "year"],
    "STRICT_PARSING": True,
}


@cache_short_texts(256)  # an extractor parses a date before the record is made of it
def parse_date(printed: str, captured_at: datetime) -> ParsedDate | None:
    """Return the date in a printed string, or None if there is none. Raise BrokenDate.

    Of several dates the first with a time is chosen. Relative times ("5 giờ trước") count back
    from `captured_at` (aware; a naive time is taken as UTC). The clock of a masthead looks the same
    as an article's date, so the extractor must not pass it in.
    """
    printed = printed[:MAX_DATE_CHARS]
    text = clean(printed)
    if "th" in text or "Th" in text:
        text = _SHORT_MONTH.sub(_DAY_FIRST, _MONTH_FIRST.sub(_DAY_FIRST, text))
    text = _ENGLISH_FIRST.sub(_english_day_first, text)
    try:
        match = _parse_strict(text) or _parse_leniently(text, _local(captured_at))
    except (ValueError, OverflowError) as error:
        problem = {"printed": printed.strip(), "error": str(error)}
        raise BrokenDate(Reason(DateProblem.DATE_IMPOSSIBLE, **problem)) from error
    if match is None:
        return None
    _check_plausible(match.when, printed, captured_at)
    return ParsedDate(
        value=match.when.isoformat(),
        time_known=isinstance(match.when, datetime),
        as_printed=printed.strip(),
        precision=match.precision,
        relative=match.relative,
        updated="cập nhật" in text.lower(),
        weekday_mismatch=match.weekday_mismatch,
    )


@dataclass(slots=True)
class _Match:
    when: datetime | date
    precision: Precision
    relative: bool = False
    weekday_mismatch: bool = False


def _local(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(VIETNAM).replace(microsecond=0)


def _check_plausible(when: datetime | date, printed: str, captured_at: datetime) -> None:
    if when.year < EARLIEST_YEAR:
        problem = {"printed": printed.strip(), "year": EARLIEST_YEAR}
        raise BrokenDate(Reason(DateProblem.DATE_TOO_OLD, **problem))
    if when.year < captured_at.year:
        return
    latest = _local(captured_at) + MAX_CLOCK_SKEW
    late = when > latest if isinstance(when, datetime) else when > latest.date()
    if late:
        problem = {"printed": printed.strip(), "captured_at": str(captured_at)}
        raise BrokenDate(Reason(DateProblem.DATE_IN_FUTURE, **problem))


def _parse_strict(text: str) -> _Match | None:
    if iso := _ISO.fullmatch(text):  # machine-readable, and the fastest pattern
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


def _from_printed(match: re.Match[str]) -> _Match:
    if rest := _UNACCOUNTED.match(match.string, match.end()):
        raise ValueError(f"{rest[0].strip()} is not understood")
    month = int(match["month"] or 0) or _month(match["word"])
    day = date(int(match["year"]), month, int(match["day"]))
    weekday = match["w2"] or match["w1"]
    mismatch = weekday is not None and _is_other_weekday(weekday, day)
    name = "1" if match["h1"] else "2"
    clock = None
    if match[f"h{name}"]:
        clock = clock_time(*(match[f"{part}{name}"] for part in "hmsp"))
    if clock is None:
        return _Match(day, "day", weekday_mismatch=mismatch)
    at = datetime.combine(day, clock)
    if zone := match["z1"] or match["z2"]:
        at = at.replace(tzinfo=_zone_named(zone)).astimezone(VIETNAM)
    precision: Precision = "second" if match[f"s{name}"] else "minute"
    return _Match(at, precision, weekday_mismatch=mismatch)


def _english_day_first(match: re.Match[str]) -> str:
    month = _ENGLISH_MONTHS[match["month"][:3].lower()]
    return f"{match['day']} tháng {month} năm {match['year']}"


def _zone_named(printed: str) -> timezone:
    """Return the zone of "UTC", "GMT+7" or "UTC +08:00"."""
    offset = printed[3:].replace(" ", "").replace(":", "")
    if not offset:
        return UTC
    return _zone(f"{offset[0]}{offset[1:].zfill(2):0<4}")


def _month(word: str | None) -> int:
    """A month's number; 0, which no calendar has, for a month printed as 0 or 00."""
    if word is None:
        return 0
    return int(word) if word.isdecimal() else _MONTH_NUMBER[word.lower()]


_WEEKDAY_NUMBER = {
    **{w: i for i, w in enumerate(["hai", "ba", "tư", "năm", "sáu", "bảy"])},
    **{str(n): n - 2 for n in range(2, 8)},
    **{"bốn": 2, "bẩy": 5, "nhật": 6, "cn": 6},
}


def is_other_weekday(text: str, day: date) -> bool | None:
    """Return whether a text names another weekday than that of `day`; None if it names none."""
    if match := _WEEKDAY_NAME.search(text):
        return _is_other_weekday(match[0], day)
    english = _ENGLISH_WEEKDAY.search(text)
    return english[0].lower() != _ENGLISH_WEEKDAYS[day.weekday()] if english else None


def _is_other_weekday(weekday: str, day: date) -> bool:
    last = weekday.lower().split()[-1]  # "thứ tư", "thứ 4", "thứ4", "CN"
    number = _WEEKDAY_NUMBER.get(last, _WEEKDAY_NUMBER.get(last[-1]))
    return number is not None and number != day.weekday()


def _from_iso(match: re.Match[str]) -> _Match:
    day = date.fromisoformat(match["day"].replace("/", "-"))
    before = match["before"]
    zone = f"{before}00" if before and before != "ICT" else match["zone"]
    return _with_zone(day, match["clock"], match["second"], zone, "+0700")


def _from_rfc_822(match: re.Match[str]) -> _Match:
    day = date(int(match["year"]), _ENGLISH_MONTHS[match["month"].lower()], int(match["day"]))
    return _with_zone(day, match["clock"], match["second"], match["zone"], "+0700")


def _with_zone(
    day: date, clock: str | None, second: str | None, zone: str | None, default: str
) -> _Match:
    """Return a machine-readable date and time in Vietnam's zone.

    00:00:00 means that only the day is known.
    """
    if clock is None or clock == "00:00:00":
        return _Match(day, "day")
    at = datetime.combine(day, time.fromisoformat(clock), tzinfo=_zone(zone or default))
    return _Match(at.astimezone(VIETNAM), "second" if second else "minute")


def _zone(printed: str) -> timezone:
    if printed[0] not in "+-":
        return UTC
    digits = printed[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(offset if printed[0] == "+" else -offset)


def _parse_leniently(text: str, now: datetime) -> _Match | None:
    found = parse_relative_date(text, now)
    return _Match(found[0], found[1], relative=True) if found else _parse_with_dateparser(text, now)


def _parse_with_dateparser(text: str, now: datetime) -> _Match | None:
    """Parse a short string with a year by dateparser; accept only a complete date."""
    if len(text) > _MAX_DATEPARSER_CHARS or not _YEAR.search(text) or not _TWO_NUMBERS.search(text):
        return None
    import dateparser  # slow to import and rarely needed

    settings = {**_DATEPARSER_SETTINGS, "RELATIVE_BASE": now.replace(tzinfo=None)}
    try:
        at = dateparser.parse(text, languages=["vi"], settings=settings)
    except Exception:  # dateparser can raise anything on unknown text
        return None
    if at is None or not {at.year, at.day} <= {int(n) for n in _NUMBERS.findall(text)}:
        return None  # dateparser takes "2024" for 20:24 and fills in the current date
    if at.time() == time():
        return _Match(at.date(), "day")
    return _Match(at.astimezone(VIETNAM).replace(microsecond=0), "minute")
