"""Where things stand on a page whose site has no rules: its lines, its article, its furniture.

The class and id words are those of the CMS families that the watched sites and the national
papers run on (VCCorp IMS, ePi, NukeViet, WordPress, Liferay, SharePoint, the "-a<id>" CMS).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element, iterwalk

from crawlers.blocks import BLOCK
from pipelines.text import clean

# A form is walked: ASP.NET wraps the whole page in one.
UNREAD = frozenset((
    "script", "style", "noscript", "iframe", "button", "select", "textarea", "input", "svg",
    "audio", "video", "object", "embed", "template", "head", "canvas",
))  # fmt: skip

_TOKEN = r"(?:^|[\s_-])(?:{})(?=$|[\s_\d-])"
RELATED = re.compile(
    r"relat(?:e|ed)|lien-?quan|tin-?khac|(?:other|more|hot|latest|same)-?news|read-?more|xem-?them"
    r"|doc-?them|most-?(?:read|view)|suggest|recommend|"
    + _TOKEN.format("other|others|others-?list|zone-?list|next-?prev|post-navigation"),
    re.I,
)
FURNITURE = re.compile(
    r"quang-?cao|binh-?luan|share(?:d|mxh|-)|google-?news|gg-?news|tu-?khoa|news-?letter|rennab|"
    r"sda_|^AMN_|" + _TOKEN.format(
        "ads?|adv|advert\\w*|banner\\w*|comments?|share|sharing|social|socials|tags?|keywords?"
        "|toolbar|tools?|print|rating|ratings|vote|subscribe|follow|breadcrumbs?|pagination|pager"
        "|popup|modal|player|audio|podcast|fontsize|counter|copyright|hotline"
    ),
    re.I,
)  # fmt: skip
# "detail-top" and "article__header" are the article's own.
MASTHEAD = re.compile(
    r"(?:^|\s)(?!(?:article|detail|entry|post|story|news|content)(?=[\s_-]))\S*?"
    r"(?:clock|today|date-?now|current-?(?:date|time)|ngay-?gio|masthead|weather|counter|copyright"
    r"|(?<![^\s_-])(?:header|top|footer|sidebar|nav\w*|menu|banner\w*|widget|right-zone|sub-col)"
    r"(?=$|[\s_\d-]))",
    re.I,
)
AUTHOR = re.compile(r"author|tac-?gia|by-?line|but-?danh|writer", re.I)
DATE = re.compile(r"date|time|publish|ngay|thoi-?gian", re.I)
LEAD = re.compile(r"sapo|lead|chapeau|summary|tom-?tat|desc|excerpt|standfirst", re.I)
HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.I)

LEAST_MATCH = 12  # characters of a piece of text that can be told from chance
STRAY = 0.5  # of a character of text, what one character of something else costs a container
LARGEST_BOX = 0.3  # of the text, in an element that is dropped for its name
PARAGRAPHS = frozenset(("p", "li", "h1", "h2", "h3", "h4", "blockquote", "td", "tr"))
CLASSES_SHOWN = 200  # characters of class and id that are looked at

Weights = dict[_Element, list[int]]  # characters that were found as text, and others


@dataclass(slots=True)
class Spot:
    """One printed line: its text and the innermost element that its first letters stand in."""

    text: str
    element: _Element
    block: _Element


@dataclass(slots=True)
class _Walk:
    spots: list[Spot] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    first: _Element | None = None
    blocks: list[_Element] = field(default_factory=list)

    def add(self, text: str | None, element: _Element) -> None:
        if not text:
            return
        self.parts.append(text)
        if self.first is None and not text.isspace():
            self.first = element

    def flush(self) -> None:
        if self.first is not None and (text := clean("".join(self.parts))):
            self.spots.append(Spot(text, self.first, self.blocks[-1]))
        self.parts.clear()
        self.first = None


def spots_of(root: _Element) -> list[Spot]:
    """The printed lines under an element in reading order, each with where it stands."""
    walk = _Walk(blocks=[root])
    walker = iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event in ("comment", "pi"):
            _tail(walk, element, root)
        elif event == "start" and element.tag in UNREAD:
            walker.skip_subtree()
        elif event == "start":
            if element.tag in BLOCK:
                walk.flush()
                walk.blocks.append(element)
            elif element.tag == "br":
                walk.flush()
            walk.add(element.text, element)
        else:
            if element.tag in BLOCK and element.tag not in UNREAD:
                walk.flush()
                walk.blocks.pop()
            _tail(walk, element, root)
    walk.flush()
    return walk.spots


def _tail(walk: _Walk, element: _Element, root: _Element) -> None:
    parent = element.getparent()
    if element is not root and parent is not None:
        walk.add(element.tail, parent)


def marks(element: _Element) -> str:
    """The class and id of an element, for the patterns above."""
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()[:CLASSES_SHOWN]


def upwards(element: _Element) -> Iterator[_Element]:
    yield element
    yield from element.iterancestors()


def stands_in(element: _Element, pattern: re.Pattern[str], keep: frozenset[_Element]) -> bool:
    """Whether the element or one around it is marked so. What holds all of `keep` is the page."""
    for above in upwards(element):
        if above in keep:
            return False
        if pattern.search(marks(above)):
            return True
    return False


def is_inside(element: _Element, container: _Element) -> bool:
    return any(above is container for above in upwards(element))


def container_of(root: _Element, weights: Weights) -> _Element | None:
    """The element that holds the text which was found, and little else.

    Going up is worth it where it wins more of that text than half of what comes along with it.
    """
    best = max(weights, key=lambda e: weights[e][0] - STRAY * weights[e][1], default=None)
    if best is None or not weights[best][0]:
        return None
    stated = [
        e
        for e, (matched, _) in weights.items()
        if matched > 0.6 * weights[root][0] and "articleBody" in (e.get("itemprop") or "")
    ]
    best = stated[-1] if stated else best
    # One paragraph alone is no container: its captions and its byline stand beside it.
    while best.tag not in BLOCK or best.tag in PARAGRAPHS:
        above = best.getparent()
        if above is None or above is root:
            break
        best = above
    return best


def weigh(root: _Element, found: str) -> Weights:
    """For every element the characters under it that are in `found`, and those that are not."""
    weights: Weights = {}
    found = clean(found)
    for element in root.iter("*"):
        here = weights.setdefault(element, [0, 0])
        if element.tag not in UNREAD:
            _weigh(element.text, found, here)
        above = element.getparent()
        if element is not root and above in weights:
            _weigh(element.tail, found, weights[above])
    for element in reversed(weights):
        above = element.getparent()
        if element is not root and above in weights and element.tag not in UNREAD:
            weights[above][0] += weights[element][0]
            weights[above][1] += weights[element][1]
    return weights


def _weigh(text: str | None, found: str, weight: list[int]) -> None:
    if not text or text.isspace():
        return
    text = clean(text)
    if len(text) >= LEAST_MATCH:
        weight[0 if text in found else 1] += len(text)


def furniture_in(container: _Element, weights: Weights) -> set[_Element]:
    """The blocks under the body that are no text: related boxes, tags, share bars, adverts.

    What holds a good part of the text is not dropped, however it is named.
    """
    most = LARGEST_BOX * weights[container][0]
    found = container.iterdescendants(*BLOCK)
    return {e for e in found if _is_furniture(e) and weights[e][0] <= most}


def _is_furniture(element: _Element) -> bool:
    if element.get("hidden") is not None or HIDDEN.search(element.get("style") or ""):
        return True
    words = marks(element)
    return bool(words) and bool(FURNITURE.search(words) or RELATED.search(words))
