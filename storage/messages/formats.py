"""Formats of a message's parameters: {name:format}, per locale.

A parameter without a format is shown as it is; a parameter that is a reason is described.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
VIETNAMESE_FIELDS = {
    "title": "tiêu đề",
    "lead": "sa-pô",
    "body": "thân bài",
    "captions": "chú thích ảnh",
    "published": "ngày đăng",
    "byline": "tác giả",
    "source": "nguồn",
    "updated": "ngày cập nhật",
    "section": "chuyên mục",
    "tags": "từ khóa",
}

Format = Callable[[Any, str], str]  # a parameter's value and the locale


def day(value: str, locale: str) -> str:
    """A date of ISO text, as both languages write it: 01/07/2025."""
    return f"{datetime.fromisoformat(value):%d/%m/%Y}"


def long_date(value: str, locale: str) -> str:
    """A date of ISO text: 1 July 2025, 1/7/2025."""
    when = date.fromisoformat(value)
    if locale == "vi":
        return f"{when.day}/{when.month}/{when.year}"
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def month(value: str, locale: str) -> str:
    """A month such as 2025-06: June 2025, 6/2025."""
    year, number = map(int, value.split("-")[:2])
    return f"{number}/{year}" if locale == "vi" else f"{MONTHS[number - 1]} {year}"


def decimal(value: float, locale: str) -> str:
    """A number with at most six digits: 2.5, 2,5."""
    text = f"{value:g}"
    return text.replace(".", ",") if locale == "vi" else text


def percent(value: float, locale: str) -> str:
    """A share of 1 as a whole percentage."""
    return f"{value:.0%}"


def field_name(value: str, locale: str) -> str:
    """A field of a record, within a line; in English as the record names it."""
    return VIETNAMESE_FIELDS.get(value, value) if locale == "vi" else value


def either(value: tuple[str, ...], locale: str) -> str:
    """Alternatives: a, b or c."""
    word = " hoặc " if locale == "vi" else " or "
    *others, last = value
    return f"{', '.join(others)}{word}{last}" if others else str(last)


def alternatives(value: tuple[str, ...], locale: str) -> str:
    """Alternatives, each after the word: a or b or c."""
    return (" hoặc " if locale == "vi" else " or ").join(value)


# "list", "sentences" and "colons" are in describing.py: their items may be reasons.
FORMATS: dict[str, Format] = {
    "day": day,
    "date": long_date,
    "month": month,
    "decimal": decimal,
    "percent": percent,
    "either": either,
    "alternatives": alternatives,
    "field": field_name,
}
SEPARATORS = {"list": ", ", "sentences": "; ", "colons": ": "}
