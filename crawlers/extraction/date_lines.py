"""Date lines of an article: the printed date, and what sites print beside it.

"Đăng ngày: 20/01/2020 - 8:28:04 AM | Lượt xem: 1231 | Hà Thu" is a date, a counter and an author. A
line of which anything else is left over is text that mentions a date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawlers.extraction.line_catalogue import frame_kind, is_section, without_counters
from pipelines.record.bylines.parse import is_byline
from pipelines.record.bylines.person_names import is_account
from pipelines.record.dates.parse import ENGLISH_MONTH

MAX_DATE_LINE_CHARS = 160
MAX_SECTION_WORDS = 5

_WEEKDAY = (
    r"(?:thứ\s*(?:hai|ba|tư|bốn|năm|sáu|bảy|bẩy|[2-7])|(?:chủ|chúa)\s*nhật|CN"
    r"|T[2-7]|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|fri|sat|sun"
    r"|(?:(?<=on )|(?<!\w ))thu)(?![^\W_])"  # "Hoài Thu" is a person
)
_CLOCK = (
    r"[0-9]{1,2}\s?(?:(?::|h|giờ)\s?[0-9]{2}(?:\s?:\s?[0-9]{2})?(?![0-9])(?:\s?(?:phút|['’′]))?"
    r"|giờ\s[0-9]\s?phút)"
    r"(?:\s?(?:SA|CH|[AP]\.?M\.?|sáng|trưa|chiều|tối)(?![^\W_]))?"
)
_ZONE = r"[(\[]?(?:GMT|UTC)\s?\+\s?0?7(?::?00)?[)\]]?"
_DAY = (
    r"(?<![0-9/.])(?:[0-9]{1,2}\s?[/.-]\s?[0-9]{1,2}\s?[/.-]\s?[0-9]{4}"
    r"|tháng\s+\w+(?:\s+(?:một|hai))?\s+[0-9]{1,2},?\s+[0-9]{4}|[0-9]{1,2}\s+Th[0-9]{1,2},?\s+[0-9]{4}"
    r"|[0-9]{1,2}\s+(?:tháng|thg\.?)\s+\w+(?:\s+(?:một|hai))?[\s,]+(?:năm\s+)?[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    rf"|{ENGLISH_MONTH}\s+[0-9]{{1,2}},?\s+[0-9]{{4}}|[0-9]{{1,2}}\s+{ENGLISH_MONTH},?\s+[0-9]{{4}})"
    r"(?![0-9])"
)
_GAP = r"[\s,|•·–—:-]*"
_GAP_OR_BRACKET = r"[\s,|•·–—:(-]*"  # "Cập nhật lần cuối ( 18/05/2025 )"
_LABEL = (
    r"(?:(?:cập nhật|sửa)(?: lần cuối)?|được đăng|đăng|tin đăng|gửi|xuất bản|ngày|lúc|vào|thời gian"
    r"|bài|tạo|đã|phát hành|viết|posted|published|date|on|hồi)(?![^\W_])"
)
_DATE = re.compile(
    rf"(?:hôm nay{_GAP})?(?:{_LABEL}{_GAP_OR_BRACKET})*(?:(?P<weekday>{_WEEKDAY}){_GAP})?"
    rf"(?:(?<![0-9:.])(?P<before>{_CLOCK}){_GAP}(?:{_ZONE}{_GAP})?)?(?:(?P<later>{_WEEKDAY}){_GAP})?"
    rf"(?:ngày\s*:?\s*)?{_DAY}(?:{_GAP}(?:(?:vào |lúc |hồi )+:?\s*)?(?P<after>{_CLOCK}))?"
    rf"(?:\s*{_ZONE})?",
    re.IGNORECASE,
)
_YEAR = re.compile("[0-9]{4}")  # in every match of _DATE
_CLOCK_START = re.compile(r"[0-9]\s?(?::|h|giờ)", re.IGNORECASE)  # of every match of _CLOCK
UPDATED = re.compile(r"cập nhật|sửa", re.IGNORECASE)
_EVENT = re.compile(r"thời gian\s*:\s*[0-9]{1,2}\s?giờ", re.IGNORECASE)  # of an announcement
_TODAY = re.compile(r"\s*hôm nay", re.IGNORECASE)
_LABELLED = re.compile(rf"\s*{_LABEL}", re.IGNORECASE)
_CHRONICLE = re.compile(rf"\s*ngày\s+{_DAY}\s*:?\s*", re.IGNORECASE)
_AGE = re.compile(
    r"(?<!\w)(?:[0-9]{1,4}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\s+"
    r"(?:giây|phút|giờ|ngày|tuần|tháng|năm)(?:\s+trước|$)|(?:hôm|vừa) (?:nay|qua|xong)$",
    re.IGNORECASE,
)
_EDGES = " \t,|•·–—-:;/()[]*"
_ENDS_IN_NUMBER = re.compile(r"(?:^|\s)[0-9]+\s*[–—-]?\s*$")
_WORDS = re.compile(r"[^\W\d_]")
_JOINED_BEFORE = re.compile(r"[\w.,][\s,]*$")
_JOINED_AFTER = re.compile(r"^[\s,]*\w")
_PAPER_MARK = re.compile(r"^\s*[(\[]\s*[A-ZĐ]{2,8}\s*[)\]]")  # of a paper, no person's initials
_BY = re.compile(
    r"\s*(?:(?:được |đã )?(?:gửi|đăng|viết)\s+|(?:submitted|posted|written)\s+)?(?:bởi|by)\s+",
    re.IGNORECASE,
)
_PIECES = re.compile(r"\s*[|•·/;]\s*|\s+[–—-]\s+")


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that prints a date and nothing of the text.

    Attributes:
        printed: the date with its label; None for an age ("3 năm trước"), which names no date
        is_updated: the label is "Cập nhật"
        is_clock_like: a weekday and no label, or "Hôm nay", as the clocks of mastheads
        has_time: a time of day is printed
        section, byline, updated: what else the line prints
    """

    printed: str | None
    is_updated: bool = False
    is_clock_like: bool = False
    has_time: bool = False
    section: str | None = None
    byline: str | None = None
    updated: str | None = None


def date_line(text: str) -> DateLine | None:
    """Return what a date line prints, or None if the line is no date line."""
    if len(text) > MAX_DATE_LINE_CHARS:
        return None
    match = find_date(text) if not _EVENT.match(text) else None
    if match is None:
        age = _AGE.search(text)
        alone = age and not _rest(text[: age.start()], text[age.end() :])
        return DateLine(None) if alone else None
    before, after = _PAPER_MARK.sub("", text[: match.start()]), text[match.end() :]
    other = find_date(after)
    if _ENDS_IN_NUMBER.search(before) or (other and not _LABELLED.match(other[0])):
        return None  # a span of days
    has_time = bool(match["before"] or match["after"])
    pieces = _rest(before, after[: other.start()] if other else after, has_time=has_time)
    section, byline = None, None
    for piece in pieces:
        if byline is None and is_byline(piece):
            byline = piece
        elif section is None and _is_section_label(piece):
            section = piece
        else:
            return None
    labelled = is_labelled(match[0])
    is_today = _TODAY.match(match[0]) is not None
    return DateLine(
        printed=match[0].strip(_EDGES.replace("(", "").replace(")", "").replace("]", "")),
        is_updated=UPDATED.search(match[0]) is not None,
        is_clock_like=(bool(match["weekday"] or match["later"]) and not labelled) or is_today,
        has_time=has_time,
        section=section,
        byline=byline,
        updated=other[0].strip(_EDGES) if other and "cập nhật" in other[0].lower() else None,
    )


def is_labelled(printed: str) -> bool:
    """Return True for "Ngày đăng: 20/01/2020": a date that a label precedes."""
    return _LABELLED.match(printed) is not None


def is_chronicle_day(text: str) -> bool:
    """Return True for "Ngày 3/2/1930": a subhead of a chronicle, rather than a date of today."""
    return _CHRONICLE.fullmatch(text) is not None


def may_print_time(text: str) -> bool:
    """Return False for nearly all lines that print no time of day; cheap."""
    return _CLOCK_START.search(text) is not None


def find_date(text: str) -> re.Match[str] | None:
    """Return the date of a line; of several the first with a time."""
    if not _YEAR.search(text):
        return None  # nearly all lines, in a twentieth of the time
    matches = list(_DATE.finditer(text[:MAX_DATE_LINE_CHARS]))
    timed = (match for match in matches if match["before"] or match["after"])
    return next(timed, matches[0] if matches else None)


def _rest(before: str, after: str, *, has_time: bool = False) -> list[str]:
    """Return the pieces beside a date that are no counter, button, account or number.

    A piece that no separator divides from the date ("Sáng 9-4-2012", "Title (9-4-2012)") gets a
    full stop, so that it is neither an author nor a section. Beside a time a name is the author's.
    """
    pieces: list[str] = []
    bracketed = before.rstrip().endswith(("(", "["))
    for part, joined in ((before, _JOINED_BEFORE), (after, _JOINED_AFTER)):
        found = [piece.strip(_EDGES) for piece in _PIECES.split(without_counters(part))]
        found = [piece for piece in found if _WORDS.search(piece) and frame_kind(piece) is None]
        is_joined = bracketed or (joined.search(part) and not (has_time and is_byline(part)))
        pieces += [f"{p}." for p in found] if is_joined and not _BY.match(part) else found
    return [piece for piece in pieces if not is_account(_BY.sub("", piece))]


def _is_section_label(text: str) -> bool:
    short = len(text.split()) <= MAX_SECTION_WORDS and not text.endswith(".")
    return is_section(text) or (short and text[:1].isupper())
