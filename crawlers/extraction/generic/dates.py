"""The date of a page whose site has no rules: printed near the title, confirmed by the metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from crawlers.extraction.generic.layout import (
    DATE,
    FURNITURE,
    MASTHEAD,
    RELATED,
    Scene,
    Spot,
    is_inside,
    is_marked,
    stands_in,
    upwards,
)
from crawlers.extraction.lines import BLOCK, inner_text
from pipelines.record.dates.parse import BrokenDate, ParsedDate, parse_date
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean

DATE_LIKE = re.compile(
    r"\d\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{4}-\d{2}-\d{2}|(?:tháng|thg)\s|\d.*\strước\b", re.I
)
LONGEST_LINE = 100  # characters
NEAR = 12  # lines between the title and a date that no metadata confirms
CANDIDATES = 400  # lines that look like dates and are read
INNER = 40  # elements of a line that are tried for the date alone


@dataclass(slots=True)
class _Dated:
    place: int
    spot: Spot
    date: ParsedDate


def read_dates(scene: Scene, page: RawArticle) -> None:
    """The date printed for the article; masthead clocks and dates of other articles are not it."""
    stated = _date(page.structured.published, page.captured_at)
    page.published_stamp = page.structured.published if stated else None
    found = [d for d in _dated(scene, page.captured_at) if _may_be(d, scene, stated)]
    found.sort(key=lambda d: _rank(d, scene, stated))
    if found:
        best = found[0]
        scene.date = best.place
        page.published = _narrowest(best, page.captured_at)
        page.rules["published"] = "generic: date by the title"
        stamp = next((e.get("datetime") for e in upwards(best.spot.element) if e.tag == "time"), "")
        page.published_stamp = page.published_stamp or stamp or None
        _read_updated(found, page)
    elif stated:
        page.rules["published"] = "generic: metadata"


def _read_updated(found: list[_Dated], page: RawArticle) -> None:
    best = found[0]
    later = [d for d in found[1:] if d.date.updated and d.date.value > best.date.value]
    if later and not best.date.updated:
        page.updated = _narrowest(later[0], page.captured_at)
        page.rules["updated"] = "generic: date by the title"


def _dated(scene: Scene, captured_at: datetime) -> Iterator[_Dated]:
    keep = scene.around
    alike = (
        (place, spot)
        for place, spot in enumerate(scene.spots)
        if len(spot.text) <= LONGEST_LINE and DATE_LIKE.search(spot.text)
    )
    for place, spot in islice(alike, CANDIDATES):
        inside = place >= scene.start and is_inside(spot.element, scene.container)
        if inside and not is_marked(spot, DATE):
            continue
        if stands_in(spot.element, MASTHEAD, keep) or stands_in(spot.element, RELATED, keep):
            continue
        date = _date(spot.text, captured_at)
        if date is not None:
            yield _Dated(place, spot, date)


def _date(text: str | None, captured_at: datetime) -> ParsedDate | None:
    try:
        return parse_date(text, captured_at) if text else None
    except BrokenDate:
        return None


def _may_be(dated: _Dated, scene: Scene, stated: ParsedDate | None) -> bool:
    """Confirmed by the metadata; without it, or against it, only where an article prints it."""
    if stated is not None and stated.value[:10] == dated.date.value[:10]:
        return True
    title = scene.title if scene.title is not None else scene.start
    if stated is not None:
        return title < dated.place < scene.start and is_marked(dated.spot, DATE)
    if any(e.tag in ("li", "a", "footer", "aside") for e in upwards(dated.spot.element)):
        return False
    if dated.date.relative and not is_marked(dated.spot, DATE):
        return False
    return abs(dated.place - title) <= NEAR or title < dated.place < scene.start


def _rank(dated: _Dated, scene: Scene, stated: ParsedDate | None) -> tuple[bool | int, ...]:
    title = scene.title if scene.title is not None else scene.start
    said = stated.value if stated else ""
    return (
        dated.date.value[:10] != said[:10],
        dated.date.value[:16] != said[:16],
        dated.date.updated,
        stands_in(dated.spot.element, FURNITURE, scene.around),
        not is_marked(dated.spot, DATE),
        abs(dated.place - title),
    )


def _narrowest(dated: _Dated, captured_at: datetime) -> str:
    """The smallest element's text that prints the same date, without what shares its line."""
    text = dated.spot.text
    for element in islice(dated.spot.block.iterdescendants(), INNER):
        if isinstance(element.tag, str) and element.tag not in BLOCK:
            inner = clean(inner_text(element))
            date = _date(inner, captured_at) if DATE_LIKE.search(inner) else None
            if date and date.value == dated.date.value and len(inner) < len(text):
                text = inner
    return text
