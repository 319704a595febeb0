"""Title, lead, byline, section and tags of a page whose site has no rules.

The page's own metadata says what to look for; what counts is the place where it is printed.
"""

from __future__ import annotations

import re

from lxml.etree import _Element

from crawlers.extraction.generic.layout import (
    AUTHOR,
    LEAD,
    RELATED,
    Scene,
    Spot,
    is_inside,
    is_marked,
    marks,
    spots_of,
    stands_in,
)
from crawlers.extraction.lines import inner_text
from pipelines.record.bylines.organisations import is_publisher
from pipelines.record.bylines.parse import is_byline
from pipelines.record.datelines import split_dateline
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, comparison

TITLE_MARK = re.compile(r"tit(?:le)?(?:[\s_-]|$)|headline|tieu-?de", re.I)
BREADCRUMB = re.compile(r"bread-?crumb|duong-?dan", re.I)
TAGS = re.compile(r"(?:^|[\s_-])(?:tags?|keywords?|tu-?khoa)(?=$|[\s_\d-])", re.I)
SUFFIX = re.compile(r"\s*[|–—:·»-]\s*")
CUT = re.compile(r"\s*(?:\.\.\.|…|\[…\])$")
HOME = re.compile(r"^(?:trang chủ|home|trang nhất)?$", re.I)
LONGEST_LEAD = 1200
CANDIDATES = 400  # lines that are looked at for one field
LONGEST_AUTHOR = 200
LEAST_LEAD = 40


def read_title(scene: Scene, page: RawArticle) -> None:
    """The printed title that agrees with the metadata, else what the metadata says."""
    head = next((inner_text(e) for e in scene.root.iter("title")), "")
    found: dict[_Element, int] = {}
    for place, spot in enumerate(scene.spots):
        element = _title_element(spot) if len(found) < CANDIDATES else None
        if element is not None:
            found.setdefault(element, place)
    candidates = sorted(found.items(), key=lambda c: c[0].tag != "h1")
    for stated, name in ((page.structured.title, "metadata"), (clean(head), "<title>")):
        for element, place in candidates if stated else []:
            printed = clean(inner_text(element))
            if _agree(printed, stated or ""):
                scene.title, page.title = place, printed
                page.rules["title"] = f"generic: printed as in the {name}"
                return
    headings = [c for c in candidates if c[0].tag == "h1" and c[1] <= scene.start]
    if page.structured.title or head.strip():
        page.title = page.structured.title or SUFFIX.split(clean(head))[0]
        page.rules["title"] = "generic: metadata"
    elif headings:
        element, scene.title = headings[-1]
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


def read_lead(scene: Scene, page: RawArticle) -> None:
    """Finds the lead: the line that says what the description says.

    What merely begins as the description does is a lead only outside the body or marked as one:
    many a CMS makes the description from the first words of the text.
    """
    stated = page.structured.lead
    first = scene.title + 1 if scene.title is not None else 0
    for spot in scene.spots[first : first + CANDIDATES]:
        if not LEAST_LEAD <= len(spot.text) <= LONGEST_LEAD:
            continue
        inside = is_inside(spot.element, scene.container)
        marked = is_marked(spot, LEAD) and not stands_in(spot.element, RELATED, scene.around)
        agrees = _says(spot.text, stated, cut=marked or not inside)
        if (agrees or (marked and not inside and not stated)) and _whole(spot):
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


def read_section(scene: Scene, page: RawArticle) -> None:
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


def read_tags(scene: Scene, page: RawArticle) -> None:
    found = [e for e in scene.root.iter("a") if "tag" in (e.get("rel") or "").split()]
    if not found:
        boxes = (e for e in scene.root.iter("div", "ul", "p", "section") if TAGS.search(marks(e)))
        box = next(boxes, None)
        found = list(box.iter("a")) if box is not None else []
    texts = [clean(inner_text(e)).lstrip("#") for e in found]
    page.tags = [t for t in dict.fromkeys(texts) if t and len(t) <= 60][:30]
    if page.tags:
        page.rules["tags"] = "generic: tag links"
