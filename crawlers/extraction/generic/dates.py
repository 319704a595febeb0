"""The generic extractor's dates: printed near the title, confirmed by the metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from lxml.etree import _Element

from crawlers.extraction.date_lines import date_line, is_chronicle_day
from crawlers.extraction.generic.layout import (
    BOILERPLATE_CLASS,
    CLOCK_CLASS,
    DATE_CLASS,
    MASTHEAD_CLASS,
    RELATED_CLASS,
    LocatedLine,
    PageLayout,
    class_and_id,
    has_class,
    is_inside,
    is_inside_class,
    self_and_ancestors,
)
from crawlers.extraction.lines import BLOCK_TAGS, inner_text
from crawlers.extraction.witnesses import is_clock
from pipelines.record.dates.order import day_first
from pipelines.record.dates.parse import ENGLISH_MONTH, BrokenDate, ParsedDate, parse_date
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean
from storage.timezone import VIETNAM

DATE_LIKE = re.compile(
    r"\d\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{4}-\d{2}-\d{2}|(?:tháng|thg)\s|\d.*\strước\b"
    rf"|{ENGLISH_MONTH}\s+\d{{1,2}},?\s+\d{{4}}|\d\s{ENGLISH_MONTH},?\s+\d{{4}}",
    re.I,
)
CLAUSE = re.compile(r"^[-–+] .|[;,.]$")  # "- Thời gian: 8 giờ, ngày 19/9/2024;"
MAX_LINE_CHARS = 100
MAX_LINES_FROM_TITLE = 12  # for a date that no metadata confirms
MAX_LINES_ABOVE_TITLE = 2  # of a date with "Cập nhật" or a weekday that is not the page's clock
MAX_HEAD_LINES = 2  # at the beginning of the text's element, of which one may be the date
MAX_LINKED_DATE_CHARS = 40
MAX_ITEM_CHARS = 40  # of the items between title and text, of which one is the date
MAX_CANDIDATES = 400  # lines per page that are parsed
MAX_INNER_ELEMENTS = 40  # elements of a line that are tried


@dataclass(slots=True)
class _DateCandidate:
    index: int
    line: LocatedLine
    date: ParsedDate


def extract_dates(layout: PageLayout, page: RawArticle) -> None:
    """Set the dates printed for the article; skip masthead clocks and dates of other articles."""
    stated = _parse(page.structured.published, page.captured_at)
    page.published_stamp = page.structured.published if stated else None
    dates = [
        d
        for d in _date_candidates(layout, page)
        if _is_plausible(d, layout, stated, page.captured_at)
    ]
    dates.sort(key=lambda d: _rank(d, layout, stated, page.captured_at))
    if dates:
        best = dates[0]
        layout.date = best.index
        page.published = _narrowest_text(best, page)
        page.rules["published"] = "generic: date by the title"
        around = self_and_ancestors(best.line.element)
        stamp = next((e.get("datetime") for e in around if e.tag == "time"), "")
        page.published_stamp = page.published_stamp or stamp or None
        _extract_updated(dates, page)
    elif stated:
        page.rules["published"] = "generic: metadata"


def _extract_updated(dates: list[_DateCandidate], page: RawArticle) -> None:
    best = dates[0]
    later = [d for d in dates[1:] if d.date.updated and d.date.value > best.date.value]
    if later and not best.date.updated:
        page.updated = _narrowest_text(later[0], page)
        page.rules["updated"] = "generic: date by the title"


def _date_candidates(layout: PageLayout, page: RawArticle) -> Iterator[_DateCandidate]:
    keep = layout.around
    date_lines = (
        (index, line)
        for index, line in enumerate(layout.lines)
        if len(line.text) <= MAX_LINE_CHARS and DATE_LIKE.search(line.text)
    )
    for index, printed in islice(date_lines, MAX_CANDIDATES):
        found = None if has_class(printed, DATE_CLASS) else _date_inside(printed, page)
        line = LocatedLine(printed.text, found[0], printed.block) if found else printed
        inside = is_inside(line.element, layout.container) and (
            index >= layout.start or CLAUSE.search(line.text) is not None
        )
        opens = index - layout.start <= MAX_HEAD_LINES and _is_date_line(line.text)
        opens = opens or _is_only_day(index, layout)
        if inside and not opens and not has_class(line, DATE_CLASS):
            continue
        # Between title and text, "share-top" and "info-header" are bars of the article.
        below_title = layout.title is not None and layout.title < index < layout.start
        masthead = CLOCK_CLASS if below_title else MASTHEAD_CLASS
        if any(is_inside_class(line.element, c, keep) for c in (masthead, RELATED_CLASS)):
            continue
        date = found[1] if found else _parse_printed(line.text, page)
        if date is not None:
            yield _DateCandidate(index, line, date)


def _date_inside(line: LocatedLine, page: RawArticle) -> tuple[_Element, ParsedDate] | None:
    """Return the element with a date's class, beside other texts of the line, and its date."""
    for element in islice(line.block.iterdescendants(), MAX_INNER_ELEMENTS):
        if isinstance(element.tag, str) and DATE_CLASS.search(class_and_id(element)):
            text = clean(inner_text(element))
            if text in line.text and (date := _parse_printed(text, page)):
                return element, date
    return None


def _is_only_day(index: int, layout: PageLayout) -> bool:
    """Return whether "Ngày 3 tháng 2 năm 2026" is right below the title, and no chronicle's day."""
    if layout.title is None or index != layout.title + 1:
        return False
    below = layout.lines[index : index + MAX_CANDIDATES]
    return sum(is_chronicle_day(line.text) for line in below) == 1


def _is_date_line(text: str) -> bool:
    return date_line(text) is not None and not is_chronicle_day(text)


def _parse(text: str | None, captured_at: datetime) -> ParsedDate | None:
    try:
        return parse_date(text, captured_at) if text else None
    except BrokenDate:
        return None


def _parse_printed(text: str, page: RawArticle) -> ParsedDate | None:
    text = day_first(text, page.structured.published, page.captured_at)
    return _parse(text, page.captured_at)


def _is_plausible(
    candidate: _DateCandidate,
    layout: PageLayout,
    stated: ParsedDate | None,
    captured_at: datetime,
) -> bool:
    """Return whether the date is the article's.

    It is, if the metadata confirms it; otherwise only if it is printed near the title, and is not
    the clock of the masthead.
    """
    if stated is not None and stated.value[:10] == candidate.date.value[:10]:
        return True
    title = layout.title if layout.title is not None else layout.start
    below_title = title < candidate.index < layout.start
    if stated is not None:
        return below_title and has_class(candidate.line, DATE_CLASS)
    if candidate.index < title and _is_masthead_clock(candidate, layout, captured_at):
        return False
    around = list(self_and_ancestors(candidate.line.element))
    # Drupal 8 and later print author and date in a <footer> above the text.
    foreign = ("aside",) if below_title else ("aside", "footer")
    if any(e.tag in foreign or _is_link_of_text(e) for e in around):
        return False
    if any(e.tag == "li" for e in around) and not (below_title and _is_of_head(candidate, layout)):
        return False
    if candidate.date.relative and not has_class(candidate.line, DATE_CLASS):
        return False
    return below_title or abs(candidate.index - title) <= MAX_LINES_FROM_TITLE


def _is_of_head(candidate: _DateCandidate, layout: PageLayout) -> bool:
    """Return whether a date is an item of a list of date, author and section, all of them short."""
    between = layout.lines[(layout.title or 0) + 1 : layout.start]
    items = [line.text for line in between if line.block.tag == "li"]
    return _is_date_line(candidate.line.text) and all(len(t) <= MAX_ITEM_CHARS for t in items)


def _is_link_of_text(element: _Element) -> bool:
    """Return whether a link holds more than a date, which links to its archive."""
    return element.tag == "a" and len(clean(inner_text(element))) > MAX_LINKED_DATE_CHARS


def _is_masthead_clock(
    candidate: _DateCandidate, layout: PageLayout, captured_at: datetime
) -> bool:
    """Return whether a date above the title is the time of the capture or of the site's update.

    A clock has a weekday, or the label "Cập nhật", and lines of the masthead are below it.
    """
    if is_clock(candidate.date, captured_at):
        return True
    printed = date_line(candidate.line.text)
    ticks = candidate.date.updated or (printed is not None and printed.is_clock_like)
    title = layout.title if layout.title is not None else layout.start
    if not ticks or title - candidate.index <= MAX_LINES_ABOVE_TITLE:
        return ticks and _is_in_header(candidate, layout, title)
    return True


def _is_in_header(candidate: _DateCandidate, layout: PageLayout, title: int) -> bool:
    """Return whether a line is in a <header> that the title is not in."""
    own = (e for e in self_and_ancestors(candidate.line.element) if e.tag == "header")
    titles = layout.lines[title : title + 1]
    return any(not is_inside(line.element, e) for e in own for line in titles)


def _rank(
    candidate: _DateCandidate,
    layout: PageLayout,
    stated: ParsedDate | None,
    captured_at: datetime,
) -> tuple[bool | int, ...]:
    """Return a sort key; the best date has the smallest."""
    title = layout.title if layout.title is not None else layout.start
    stated_value = stated.value if stated else ""
    today = captured_at.astimezone(VIETNAM).date()  # as mastheads print it; a cache may be older
    clock_days = (today.isoformat(), (today - timedelta(days=1)).isoformat())
    return (
        candidate.date.value[:10] != stated_value[:10],
        candidate.date.value[:16] != stated_value[:16],
        candidate.index < title and candidate.date.value in clock_days,
        candidate.date.updated,
        not has_class(candidate.line, DATE_CLASS),  # also in a bar with buttons
        is_inside_class(candidate.line.element, BOILERPLATE_CLASS, layout.around),
        abs(candidate.index - title),
    )


def _narrowest_text(candidate: _DateCandidate, page: RawArticle) -> str:
    """Return the text of the smallest element of the line that prints this date."""
    text = candidate.line.text
    for element in islice(candidate.line.block.iterdescendants(), MAX_INNER_ELEMENTS):
        if isinstance(element.tag, str) and element.tag not in BLOCK_TAGS:
            inner = clean(inner_text(element))
            if len(inner) >= len(text) or not DATE_LIKE.search(inner):
                continue  # the lengths first: they bound what the pattern sees
            date = _parse_printed(inner, page)
            if date and date.value == candidate.date.value:
                text = inner
    return text
