"""Where things stand on a page whose site has no rules: its lines, its article, its furniture.

The class and id words are those of the CMS families that the watched sites and the national
papers run on (VCCorp IMS, ePi, NukeViet, WordPress, Liferay, SharePoint, the "-a<id>" CMS).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml.etree import _Element, iterwalk

from crawlers.extraction.classify_lines import CAPTION_LIMIT
from crawlers.extraction.lines import BLOCK
from pipelines.text.normal_forms import clean

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

STRAY = 0.5  # of a character of text, what one character of something else costs a container
LARGEST_BOX = 0.3  # of the text, in an element that is dropped for its name
PARAGRAPHS = frozenset(("p", "li", "h1", "h2", "h3", "h4", "blockquote", "td", "tr"))
PARAGRAPH = 80  # characters; what is shorter may still be the article's head
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


def is_marked(spot: Spot, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(marks(e)) for e in (spot.element, spot.block))


@dataclass
class Scene:
    """A page with its lines, its body element and the line of its title, if it prints one."""

    root: _Element
    spots: list[Spot]
    container: _Element
    title: int | None = None
    date: int | None = None

    @cached_property
    def start(self) -> int:
        """The line where the body begins; on pages without a body of its own, under the title."""
        inside = [i for i, s in enumerate(self.spots) if is_inside(s.element, self.container)]
        title = self.title if self.title is not None and self.title in inside else -1
        below = [i for i in inside if i > title]
        if title < 0 or not below:
            return inside[0] if inside else len(self.spots)
        return next((i for i in below if len(self.spots[i].text) >= PARAGRAPH), below[0])

    @property
    def head(self) -> set[str]:
        """The lines over the body that may stand inside its element: to the title, and the date."""
        last = self.title if self.title is not None else -1
        held = {spot.text for spot in self.spots[: last + 1]}
        return held | ({self.spots[self.date].text} if self.date is not None else set())

    @cached_property
    def around(self) -> frozenset[_Element]:
        """The elements that hold both title and body: they are the page, not a part of it."""
        held = frozenset(upwards(self.container))
        if self.title is None:
            return held
        return held & frozenset(upwards(self.spots[self.title].element))


def container_of(root: _Element, weights: Weights) -> _Element | None:
    """The element that holds the text which was found, and little else.

    Going up is worth it where it wins more of that text than half of what comes along with it.
    """
    # Backwards: of elements that hold the same the innermost, whose siblings are no part of it.
    inner = reversed(weights)
    best = max(inner, key=lambda e: weights[e][0] - STRAY * weights[e][1], default=None)
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


def with_pictures(container: _Element, weights: Weights, title: _Element | None) -> _Element:
    """The container, or what is around it where that adds just pictures with their captions.

    Captions are no article's text to trafilatura, so a picture over the text falls outside.
    """
    held = frozenset(upwards(title)) if title is not None else frozenset()
    while (above := container.getparent()) is not None and above not in held:
        matched, other = (weights[above][k] - weights[container][k] for k in (0, 1))
        beside = (e for e in above if e is not container)
        if matched or not 0 < other <= CAPTION_LIMIT or not any(_pictured(e) for e in beside):
            break
        container = above
    return container


def _pictured(element: _Element) -> bool:
    return isinstance(element.tag, str) and next(element.iter("img"), None) is not None


def weigh(root: _Element, found: str, title: _Element | None) -> Weights:
    """For every element the characters under it that are in `found`, and those that are not.

    What stands over the title is none of the text, though trafilatura may take it along.
    """
    known = set(_shingles(clean(found).split()))
    if title is not None:
        below = _weigh_from(root, known, title)
        if below[root][0]:
            return below
    return _weigh_from(root, known, None)


def _weigh_from(root: _Element, text: set[tuple[str, ...]], title: _Element | None) -> Weights:
    weights: Weights = {}
    known: set[tuple[str, ...]] = text if title is None else set()
    for element in root.iter("*"):
        here = weights.setdefault(element, [0, 0])
        if element.tag not in UNREAD:
            _weigh(element.text, known, here)
        above = element.getparent()
        if element is title:
            known = text
        if element is not root and above in weights:
            _weigh(element.tail, known, weights[above])
    for element in reversed(weights):
        above = element.getparent()
        if element is not root and above in weights and element.tag not in UNREAD:
            weights[above][0] += weights[element][0]
            weights[above][1] += weights[element][1]
    return weights


def _shingles(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], strict=False)


def _weigh(text: str | None, known: set[tuple[str, ...]], weight: list[int]) -> None:
    """Counts a piece of text. One of two words may stand anywhere and counts for nothing.

    At its ends a piece may share a word, or its comma, with the pieces beside it.
    """
    if not text or text.isspace():
        return
    shingles = list(_shingles(clean(text).split()))
    if shingles:
        missing = sum(shingle not in known for shingle in shingles)
        few = min(2, len(shingles) // 2)
        weight[0 if missing <= max(few, len(shingles) // 10) else 1] += len(text)


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
