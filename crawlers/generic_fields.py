"""Title, dates, lead, byline, section and tags of a page whose site has no rules.

The page's own metadata says what to look for; what counts is the place where it is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml.etree import _Element

from crawlers.blocks import BLOCK, inner_text
from crawlers.generic_place import (
    AUTHOR,
    DATE,
    FURNITURE,
    LEAD,
    MASTHEAD,
    RELATED,
    Spot,
    is_inside,
    marks,
    spots_of,
    stands_in,
    upwards,
)
from pipelines.bylines import is_byline
from pipelines.datelines import split_dateline
from pipelines.dates import BrokenDate, PrintedDate, read_date
from pipelines.organisations import is_publisher
from pipelines.printed import PrintedArticle
from pipelines.text import clean, comparison

TITLE_MARK = re.compile(r"tit(?:le)?(?:[\s_-]|$)|headline|tieu-?de", re.I)
DATE_LIKE = re.compile(
    r"\d\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{4}-\d{2}-\d{2}|(?:tháng|thg)\s|\d.*\strước\b", re.I
)
BREADCRUMB = re.compile(r"bread-?crumb|duong-?dan", re.I)
TAGS = re.compile(r"(?:^|[\s_-])(?:tags?|keywords?|tu-?khoa)(?=$|[\s_\d-])", re.I)
SUFFIX = re.compile(r"\s*[|–—:·»-]\s*")
CUT = re.compile(r"\s*(?:\.\.\.|…|\[…\])$")
HOME = re.compile(r"^(?:trang chủ|home|trang nhất)?$", re.I)
LONGEST_DATE_LINE = 100  # characters
LONGEST_LEAD = 1200
LONGEST_AUTHOR = 200
LEAST_LEAD = 40
NEAR = 12  # lines between the title and a date that no metadata confirms


@dataclass(slots=True)
class Scene:
    """A page with its lines, its body element and the line of its title, if it prints one."""

    root: _Element
    spots: list[Spot]
    container: _Element
    title: int | None = None

    @property
    def start(self) -> int:
        """The line where the body begins."""
        inside = (i for i, s in enumerate(self.spots) if is_inside(s.element, self.container))
        return next(inside, len(self.spots))

    @property
    def around(self) -> frozenset[_Element]:
        """The elements that hold both title and body: they are the page, not a part of it."""
        held = set(upwards(self.container))
        if self.title is not None:
            held &= set(upwards(self.spots[self.title].element))
        return frozenset(held)


def read_title(scene: Scene, page: PrintedArticle) -> None:
    """The printed title that agrees with the metadata, else what the metadata says."""
    head = next((inner_text(e) for e in scene.root.iter("title")), "")
    candidates = [
        (i, spot, element)
        for i, spot in enumerate(scene.spots)
        if (element := _title_element(spot)) is not None
    ]
    candidates.sort(key=lambda c: c[2].tag != "h1")
    for stated, name in ((page.structured.title, "metadata"), (clean(head), "<title>")):
        for i, _, element in candidates if stated else []:
            printed = clean(inner_text(element))
            if _agree(printed, stated or ""):
                scene.title, page.title = i, printed
                page.rules["title"] = f"generic: printed as in the {name}"
                return
    headings = [c for c in candidates if c[2].tag == "h1" and c[0] <= scene.start]
    if page.structured.title or head.strip():
        page.title = page.structured.title or SUFFIX.split(clean(head))[0]
        page.rules["title"] = "generic: metadata"
    elif headings:
        scene.title, _, element = headings[-1]
        page.title = clean(inner_text(element))
        page.rules["title"] = "generic: h1"


def _title_element(spot: Spot) -> _Element | None:
    if spot.block.tag in ("h1", "h2", "h3"):
        return spot.block
    for element in (spot.element, spot.block):
        if element.tag != "a" and TITLE_MARK.search(marks(element)):
            return element
    return None


def _agree(printed: str, stated: str) -> bool:
    """Equal, or but for the site's name behind what is stated, or a cut at its end."""
    ours, theirs = comparison(printed).lower(), comparison(stated).lower()
    if not ours or ours == theirs:
        return bool(ours)
    if theirs.startswith(ours):
        return len(ours) >= 8 and SUFFIX.match(theirs[len(ours) :]) is not None
    theirs = CUT.sub("", theirs)
    return len(theirs) >= 30 and ours.startswith(theirs)


@dataclass(slots=True)
class _Dated:
    place: int
    spot: Spot
    date: PrintedDate


def read_dates(scene: Scene, page: PrintedArticle) -> None:
    """The date printed for the article; masthead clocks and dates of other articles are not it."""
    stated = _date(page.structured.published, page.captured_at)
    page.published_stamp = page.structured.published if stated else None
    found = [d for d in _dated(scene, page.captured_at) if _may_be(d, scene, stated)]
    found.sort(key=lambda d: _rank(d, scene, stated))
    if found:
        best = found[0]
        page.published = _narrowest(best, page.captured_at)
        page.rules["published"] = "generic: date by the title"
        stamp = next((e.get("datetime") for e in upwards(best.spot.element) if e.tag == "time"), "")
        page.published_stamp = page.published_stamp or stamp or None
        _read_updated(found, page)
    elif stated:
        page.rules["published"] = "generic: metadata"


def _read_updated(found: list[_Dated], page: PrintedArticle) -> None:
    best = found[0]
    later = [d for d in found[1:] if d.date.updated and d.date.value > best.date.value]
    if later and not best.date.updated:
        page.updated = _narrowest(later[0], page.captured_at)
        page.rules["updated"] = "generic: date by the title"


def _dated(scene: Scene, captured_at: datetime) -> Iterator[_Dated]:
    keep = scene.around
    for place, spot in enumerate(scene.spots):
        if len(spot.text) > LONGEST_DATE_LINE or not DATE_LIKE.search(spot.text):
            continue
        if is_inside(spot.element, scene.container) and not _is_marked(spot, DATE):
            continue
        if stands_in(spot.element, MASTHEAD, keep) or stands_in(spot.element, RELATED, keep):
            continue
        date = _date(spot.text, captured_at)
        if date is not None:
            yield _Dated(place, spot, date)


def _date(text: str | None, captured_at: datetime) -> PrintedDate | None:
    try:
        return read_date(text, captured_at) if text else None
    except BrokenDate:
        return None


def _is_marked(spot: Spot, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(marks(e)) or e.tag == "time" for e in (spot.element, spot.block))


def _may_be(dated: _Dated, scene: Scene, stated: PrintedDate | None) -> bool:
    """Confirmed by the metadata; without it, or against it, only where an article prints it."""
    if stated is not None and stated.value[:10] == dated.date.value[:10]:
        return True
    title = scene.title if scene.title is not None else scene.start
    if stated is not None:
        return title < dated.place < scene.start and _is_marked(dated.spot, DATE)
    if any(e.tag in ("li", "a", "footer", "aside") for e in upwards(dated.spot.element)):
        return False
    if dated.date.relative and not _is_marked(dated.spot, DATE):
        return False
    return abs(dated.place - title) <= NEAR or title < dated.place < scene.start


def _rank(dated: _Dated, scene: Scene, stated: PrintedDate | None) -> tuple[bool | int, ...]:
    title = scene.title if scene.title is not None else scene.start
    said = stated.value if stated else ""
    return (
        dated.date.value[:10] != said[:10],
        dated.date.value[:16] != said[:16],
        dated.date.updated,
        stands_in(dated.spot.element, FURNITURE, scene.around),
        not _is_marked(dated.spot, DATE),
        abs(dated.place - title),
    )


def _narrowest(dated: _Dated, captured_at: datetime) -> str:
    """The smallest element's text that prints the same date, without what shares its line."""
    text = dated.spot.text
    for element in dated.spot.block.iterdescendants():
        if isinstance(element.tag, str) and element.tag not in BLOCK:
            inner = clean(inner_text(element))
            date = _date(inner, captured_at) if DATE_LIKE.search(inner) else None
            if date and date.value == dated.date.value and len(inner) < len(text):
                text = inner
    return text


def read_lead(scene: Scene, page: PrintedArticle) -> None:
    """Finds the lead: the line that says what the description says.

    What merely begins as the description does is a lead only outside the body or marked as one:
    many a CMS makes the description from the first words of the text.
    """
    stated = page.structured.lead
    first = scene.title + 1 if scene.title is not None else 0
    for spot in scene.spots[first:]:
        inside = is_inside(spot.element, scene.container)
        if not LEAST_LEAD <= len(spot.text) <= LONGEST_LEAD or not _whole(spot):
            continue
        marked = _is_marked(spot, LEAD) and not stands_in(spot.element, RELATED, scene.around)
        agrees = _says(spot.text, stated, cut=marked or not inside)
        if agrees or (marked and not inside and not stated):
            page.lead = spot.text
            page.rules["lead"] = f"generic: {'as in the metadata' if agrees else 'marked'}"
            return


def _whole(spot: Spot) -> bool:
    """Whether the line is all that its block prints: then it is a paragraph of its own."""
    return clean(inner_text(spot.block)) == spot.text


def _says(printed: str, stated: str | None, *, cut: bool) -> bool:
    if not stated or len(stated) < LEAST_LEAD:
        return False
    ours = comparison(split_dateline(printed)[1] or printed)
    theirs = comparison(split_dateline(stated)[1] or stated)
    if ours == theirs:
        return True
    theirs = CUT.sub("", theirs)
    return cut and len(theirs) >= LEAST_LEAD and ours.startswith(theirs)


def authors_in(element: _Element) -> list[str]:
    """The names that an author's box prints, each once, without what else stands in the box."""
    names: list[str] = []
    for spot in spots_of(element):
        linked = [clean(inner_text(a)) for a in spot.block.iter("a")]
        several = [name for name in linked if name and is_byline(name)]
        names += several if len(several) > 1 else [spot.text] if is_byline(spot.text) else []
    return list({comparison(name).lower(): name for name in reversed(names)}.values())[::-1]


def author_boxes(scene: Scene) -> list[_Element]:
    """The outermost elements that are marked as the author's, short ones only."""
    found: list[_Element] = []
    for element in scene.root.iter("*"):
        stated = element.get("itemprop") == "author" or "author" in (element.get("rel") or "")
        if not stated and not AUTHOR.search(marks(element)):
            continue
        if any(is_inside(element, box) for box in found[-1:]):
            continue
        if len(clean(inner_text(element))) > LONGEST_AUTHOR or element in scene.around:
            continue
        if not stands_in(element, RELATED, scene.around):
            found.append(element)
    return found


def publisher_names(scene: Scene, title: str) -> frozenset[str]:
    """How the page names its own publisher, which is nobody's byline. Comparison text."""
    metas = (e for e in scene.root.iter("meta") if e.get("property") == "og:site_name")
    names = [title, *((e.get("content") or "") for e in metas)]
    return frozenset(comparison(clean(name)).lower() for name in names if name)


def is_own_name(text: str, publishers: frozenset[str]) -> bool:
    return comparison(text).lower() in publishers or is_publisher(text)


def read_section(scene: Scene, page: PrintedArticle) -> None:
    for element in scene.root.iter("*"):
        if not BREADCRUMB.search(marks(element)):
            continue
        links = [clean(inner_text(a)) for a in element.iter("a")]
        kept = [t for t in links if not HOME.match(t) and len(t) <= 60 and t != page.title]
        if kept and len(links) <= 6:  # a longer one is the site's menu
            page.section = kept[-1]
            page.rules["section"] = "generic: breadcrumb"
            return
    if page.structured.section:
        page.section = page.structured.section
        page.rules["section"] = "generic: metadata"


def read_tags(scene: Scene, page: PrintedArticle) -> None:
    found = [e for e in scene.root.iter("a") if "tag" in (e.get("rel") or "").split()]
    if not found:
        boxes = (e for e in scene.root.iter("div", "ul", "p", "section") if TAGS.search(marks(e)))
        box = next(boxes, None)
        found = list(box.iter("a")) if box is not None else []
    texts = [clean(inner_text(e)).lstrip("#") for e in found]
    page.tags = [t for t in dict.fromkeys(texts) if t and len(t) <= 60][:30]
    if page.tags:
        page.rules["tags"] = "generic: tag links"
