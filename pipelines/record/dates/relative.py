"""Parse ages ("5 giờ trước", "157 ngày", "hôm qua"), relative to the time of the capture."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Literal

from pipelines.record.dates.clock import clock_time

Unit = Literal["second", "minute", "hour", "day", "month", "year"]
_MAX_AGE_CHARS = 80  # an age is printed alone; a sentence that mentions one is no date

_NUMBER = {
    w: n
    for n, w in enumerate(
        ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười"], 1
    )
} | {"nửa": 1, "tư": 4}
_UNIT: dict[str, tuple[Unit, int]] = {
    "giây": ("second", 1),
    "phút": ("minute", 1),
    "giờ": ("hour", 1),
    "tiếng": ("hour", 1),
    "ngày": ("day", 1),
    "tuần": ("day", 7),
    "tháng": ("month", 1),
    "năm": ("year", 1),
}
_AGE = rf"(?P<n>[0-9]{{1,4}}|{'|'.join(_NUMBER)})\s+(?P<unit>{'|'.join(_UNIT)})(?:\s+đồng hồ)?"
_AGO = re.compile(rf"(?<!\w){_AGE}\s+trước(?!\w)", re.IGNORECASE)
_HOURS_AND_MINUTES_AGO = re.compile(
    r"(?<!\w)(?P<hours>[0-9]{1,2})\s+(?:giờ|tiếng)\s+(?P<minutes>[0-9]{1,2})\s+phút\s+trước(?!\w)",
    re.IGNORECASE,
)
_FROM_NOW = re.compile(r"\W*cách đây\s+(?P<age>\w[\w\s]*\w)\W*", re.IGNORECASE)
_WEEKDAYS = {
    **{w: i for i, w in enumerate(["hai", "ba", "tư", "năm", "sáu", "bảy", "nhật"])},
    **{str(n): n - 2 for n in range(2, 8)},
}
_LAST_WEEK = re.compile(
    r"(?<!\w)(?:thứ|chủ)\s+(?P<weekday>hai|ba|tư|năm|sáu|bảy|nhật|[2-7])\s+tuần trước(?!\w)",
    re.IGNORECASE,
)
_BARE_AGE = re.compile(rf"\W*{_AGE}\W*", re.IGNORECASE)
_DAYS = {"qua": 1, "kia": 2, "nay": 0}
_NAMED_DAY = re.compile(
    r"(?<!\w)(?:hôm|sáng|trưa|chiều|tối|đêm)\s+(?P<day>qua|kia|nay)(?!\w)", re.IGNORECASE
)
_CLOCK = re.compile(
    r"(?<![0-9])(?P<hour>[0-9]{1,2})\s?(?:(?::|h|giờ)\s?(?P<minute>[0-9]{2})(?![0-9])"
    r"(?:\s?phút)?|(?:h|giờ)(?![^\W_]))"
    r"(?:\s?(?P<part>S\.?A\.?|C\.?H\.?|[AP]\.?\s?M\.?|sáng|trưa|chiều|tối|đêm)(?![^\W_]))?",
    re.IGNORECASE,
)
_JUST_NOW = re.compile(r"\W*(?:vừa xong|vừa mới|mới đây|vừa đăng)\W*", re.IGNORECASE)


def parse_relative_date(text: str, now: datetime) -> tuple[datetime | date, Unit] | None:
    """Return the time (from "ngày" upwards: the day) that an age means, and its precision.

    Raise ValueError or OverflowError for a time that does not exist.

    Args:
        text: cleaned text
        now: the capture time, in the zone of the result
    """
    if len(text) > _MAX_AGE_CHARS:
        return None
    if away := _FROM_NOW.fullmatch(text):
        text = f"{away['age']} trước"
    if match := _HOURS_AND_MINUTES_AGO.search(text):
        return now - timedelta(hours=int(match["hours"]), minutes=int(match["minutes"])), "minute"
    if match := _LAST_WEEK.search(text):
        days = now.weekday() + 7 - _WEEKDAYS[match["weekday"].lower()]
        return now.date() - timedelta(days=days), "day"
    if match := _AGO.search(text) or _BARE_AGE.fullmatch(text):
        return _ago(_amount(match["n"]), *_UNIT[match["unit"].lower()], now)
    if match := _NAMED_DAY.search(text):
        return _named_day(_DAYS[match["day"].lower()], text, now)
    if _JUST_NOW.fullmatch(text):
        return now, "minute"
    return None


def _amount(word: str) -> int:
    return int(word) if word.isdecimal() else _NUMBER[word.lower()]


def _ago(amount: int, unit: Unit, size: int, now: datetime) -> tuple[datetime | date, Unit]:
    if unit in ("second", "minute", "hour"):
        return now - timedelta(**{f"{unit}s": amount}), unit
    if unit == "day":
        return now.date() - timedelta(days=amount * size), unit
    months = amount * (12 if unit == "year" else 1)
    return _months_before(now.date(), months), unit


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"{months} months before {day} is before the calendar")


def _named_day(days: int, text: str, now: datetime) -> tuple[datetime | date, Unit]:
    day = now.date() - timedelta(days=days)
    if clock := _CLOCK.search(text):
        at = clock_time(clock["hour"], clock["minute"], None, clock["part"])
        return (datetime.combine(day, at), "minute") if at else (day, "day")
    return day, "day"
