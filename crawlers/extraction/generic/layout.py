"""The layout of a page for the generic extractor: its lines, its body element, its boilerplate.

The class and id patterns cover the CMSs of the provincial sites and the national papers (VCCorp
IMS, ePi, NukeViet, WordPress, Liferay, SharePoint, the "-a<id>" CMS).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml.etree import _Element, iterwalk

from crawlers.extraction.classify_lines import FULL_STOP, MAX_CAPTION_CHARS
from crawlers.extraction.legacy_text import clean_unless_legacy
from crawlers.extraction.lines import BLOCK_TAGS, inner_text, is_hidden, is_on_its_own_line
from pipelines.text.normal_forms import clean

# Without "form": ASP.NET wraps the whole page in one.
UNREAD_TAGS = frozenset((
    "script", "style", "noscript", "iframe", "button", "select", "textarea", "input", "svg",
    "audio", "video", "object", "embed", "template", "head", "canvas",
))  # fmt: skip

_TOKEN = r"(?:^|[\s_-])(?:{})(?=$|[\s_\d-])"
RELATED_CLASS = re.compile(
    r"relat(?:e|ed)|lien-?quan|tin-?khac|(?:other|more|hot|latest|same)-?news|read-?more|xem-?them"
    r"|doc-?them|most-?(?:read|view)|suggest|recommend|"
    + _TOKEN.format("other|others|others-?list|zone-?list|next-?prev|post-navigation"),
    re.I,
)
ADVERT_CLASS = re.compile(
    r"quang-?cao|^AMN_|" + _TOKEN.format("ads?|adv|advert\\w*|banner\\w*|qc|sponsor\\w*"), re.I
)
# Posts of social networks in a text: their words are not the article's.
EMBEDDED_POST_CLASS = re.compile(
    _TOKEN.format(
        "fb-(?:post|video|xfbml\\S*)|twitter-(?:tweet|video)|instagram-media|tiktok-embed"
    ),
    re.I,
)
BOILERPLATE_CLASS = re.compile(
    r"quang-?cao|binh-?luan|share(?:d|mxh|-)|google-?news|gg-?news|tu-?khoa|news-?letter|rennab|"
    r"sda_|^AMN_|" + _TOKEN.format(
        "ads?|adv|advert\\w*|banner\\w*|comments?|share|sharing|social|socials|tags?|keywords?"
        "|toolbar|tools?|print|rating|ratings|vote|subscribe|follow|breadcrumbs?|pagination|pager"
        "|popup|modal|player|audio|podcast|fontsize|counter|copyright|hotline"
    ),
    re.I,
)  # fmt: skip
PRINT_CLASS = re.compile(_TOKEN.format("print"), re.I)  # "d-print-none": not on paper
# Not "detail-top" or "article__header", which belong to the article.
_CLOCK = (
    r"(?:^|\s)(?!(?:article|detail|entry|post|story|news|content)(?=[\s_-]))"
    r"(?!\S*(?:article|detail|post|longform)[_-])\S*?"
    r"(?:clock|today|date-?now|current-?(?:date|time)|ngay-?gio|masthead|weather|counter|copyright"
)
CLOCK_CLASS = re.compile(f"{_CLOCK})", re.I)
MASTHEAD_CLASS = re.compile(
    rf"{_CLOCK}|(?<![^\s_-])(?:header|top|footer|sidebar|nav\w*|menu|banner\w*|widget|right-zone|sub-col)"
    r"(?=$|[\s_\d-]))",
    re.I,
)
AUTHOR_CLASS = re.compile(r"author|created-?by|tac-?gia|by-?line|but-?danh|writer", re.I)
AUTHOR_PAGE = re.compile(r"/tac-gia/[^/?#]", re.I)  # the address of an author's page
DATE_CLASS = re.compile(r"date|time|publish|ngay|thoi-?gian", re.I)
LEAD_CLASS = re.compile(
    r"sapo|lead|hometext|chapeau|summary|tom-?tat|(?<!image[_-])(?<!photo[_-])(?<!img[_-])desc"
    r"|excerpt|standfirst|intro(?!d)|trich-?yeu|mo-?ta",
    re.I,
)
HIDDEN_CLASSES = frozenset(("hidden", "hide", "d-none"))  # of Bootstrap 2 to 5, unless with ...
# ... these; Tailwind writes "hidden md:block".
SHOWN_CLASS = re.compile(
    r"\b(?:d-(?:sm|md|lg|xl|xxl)-(?!none)|visible-|(?:sm|md|lg|xl):(?:block|inline|flex|grid|table))"
)

# Classes and ids of the body element on the CMSs of the platforms, and of no other element.
BODY_NAMES = frozenset((
    "news-bodyhtml", "cms-body", "afcbc-body", "td-post-content", "content-fck", "ArticleContent",
    "journal-content-article", "entry-content", "news-details__content", "contentView",
    "editor-detail", "maincontent-detail", "detail__cbody", "article__body", "b-maincontent",
))  # fmt: skip
MIN_BODY_CHARS = 120
OTHER_TEXT_COST = 0.5  # what a character of other text costs a container
MAX_BOX_TEXT_SHARE = 0.3  # of the text; an element with more is kept whatever its class
PARAGRAPH_TAGS = frozenset(("p", "li", "h1", "h2", "h3", "h4", "blockquote", "td", "tr"))
MIN_PARAGRAPH_CHARS = 80  # a shorter line may still be the head of the article
MAX_CLASS_CHARS = 200  # of class and id

Weights = dict[_Element, list[int]]  # characters: of the article's text, and other


@dataclass(slots=True)
class LocatedLine:
    """A line of the page, its block, and the innermost element that holds its first letter."""

    text: str
    element: _Element
    block: _Element


@dataclass(slots=True)
class _Walk:
    lines: list[LocatedLine] = field(default_factory=list)
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
        if self.first is not None and (text := clean_unless_legacy("".join(self.parts))):
            self.lines.append(LocatedLine(text, self.first, self.blocks[-1]))
        self.parts.clear()
        self.first = None


def located_lines(root: _Element) -> list[LocatedLine]:
    """Return the lines under an element in document order."""
    walk = _Walk(blocks=[root])
    walker = iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "start" and element.tag in UNREAD_TAGS:
            walker.skip_subtree()
        elif event == "start":
            if element.tag in BLOCK_TAGS:
                walk.flush()
                walk.blocks.append(element)
            elif element.tag == "br":
                walk.flush()
            elif walk.parts and is_on_its_own_line(element):
                walk.parts.append(" ")
            walk.add(element.text, element)
        else:
            if element.tag in BLOCK_TAGS and element.tag not in UNREAD_TAGS:
                walk.flush()
                walk.blocks.pop()
            _tail(walk, element, root)
    walk.flush()
    return walk.lines


def _tail(walk: _Walk, element: _Element, root: _Element) -> None:
    parent = element.getparent()
    if element is not root and parent is not None:
        walk.add(element.tail, parent)


def class_and_id(element: _Element) -> str:
    """Return the class and id of an element, for the patterns above.

    SharePoint's modern pages have the names of their parts in another attribute.
    """
    part = element.get("data-automation-id") or ""
    names = f"{element.get('class') or ''} {element.get('id') or ''} {part}"
    return names.strip()[:MAX_CLASS_CHARS]


def self_and_ancestors(element: _Element) -> Iterator[_Element]:
    yield element
    yield from element.iterancestors()


def is_inside_class(element: _Element, pattern: re.Pattern[str], keep: frozenset[_Element]) -> bool:
    """Return whether the class or id of the element or an ancestor matches.

    The elements of `keep` and their ancestors are not tested: they hold the whole article.
    """
    for ancestor in self_and_ancestors(element):
        if ancestor in keep:
            return False
        if pattern.search(class_and_id(ancestor)):
            return True
    return False


def is_inside(element: _Element, container: _Element) -> bool:
    return any(ancestor is container for ancestor in self_and_ancestors(element))


def has_class(line: LocatedLine, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(class_and_id(e)) for e in (line.element, line.block))


@dataclass
class PageLayout:
    """A page: its lines, its body element, and the indexes of the title and date lines, if any.

    `lists`: all elements of lists of other articles, whose lines are left out.
    """

    root: _Element
    lines: list[LocatedLine]
    container: _Element
    title: int | None = None
    date: int | None = None
    lists: frozenset[_Element] = frozenset()

    @cached_property
    def start(self) -> int:
        """Return the index of the first line of the body, below the title if that is inside."""
        inside = [i for i, s in enumerate(self.lines) if is_inside(s.element, self.container)]
        title = self.title if self.title is not None and self.title in inside else -1
        below = [i for i in inside if i > title]
        if title < 0 or not below:
            return inside[0] if inside else len(self.lines)
        return next((i for i in below if len(self.lines[i].text) >= MIN_PARAGRAPH_CHARS), below[0])

    @property
    def head(self) -> set[str]:
        """Return the lines down to the title, and the date: they may be inside the body element."""
        last = self.title if self.title is not None else -1
        head = {line.text for line in self.lines[: last + 1]}
        return head | ({self.lines[self.date].text} if self.date is not None else set())

    @cached_property
    def around(self) -> frozenset[_Element]:
        """Return the elements that hold both title and body."""
        around = frozenset(self_and_ancestors(self.container))
        if self.title is None:
            return around
        return around & frozenset(self_and_ancestors(self.lines[self.title].element))


def find_container(root: _Element, weights: Weights) -> _Element | None:
    """Return the element with the most of the article's text and little else, or None.

    A character of other text costs OTHER_TEXT_COST characters of the article's. trafilatura may
    miss a short article: the page's only element with a body's name is taken, or its parent if that
    is the best one, because the text goes on behind the body's element.
    """
    best = _best_container(root, weights)
    named = _named_body(root, weights)
    return best if named is None or named.getparent() is best else named


def _best_container(root: _Element, weights: Weights) -> _Element | None:
    inner = reversed(weights)  # of elements with equal text, the innermost
    best = max(inner, key=lambda e: weights[e][0] - OTHER_TEXT_COST * weights[e][1], default=None)
    if best is None or not weights[best][0]:
        return None
    stated = [
        e
        for e, (matched, _) in weights.items()
        if matched > 0.6 * weights[root][0] and "articleBody" in (e.get("itemprop") or "")
    ]
    best = stated[-1] if stated else best
    # A single paragraph is no container: captions and byline are its siblings.
    while best.tag not in BLOCK_TAGS or best.tag in PARAGRAPH_TAGS:
        parent = best.getparent()
        if parent is None or parent is root:
            break
        best = parent
    return best


def _named_body(root: _Element, weights: Weights) -> _Element | None:
    """Return the element with a body's class or id, if the page has just one with a text."""
    found: list[_Element] = []
    for element in root.iter("div", "article", "section"):
        names = class_and_id(element).split()
        if BODY_NAMES.isdisjoint(names) or sum(weights.get(element, (0, 0))) < MIN_BODY_CHARS:
            continue
        if is_inside_class(element, LEAD_CLASS, frozenset()):
            continue  # the lead may be in an element of the same name
        if not (found and is_inside(element, found[-1])):
            found.append(element)
    return found[0] if len(found) == 1 else None


def include_pictures(container: _Element, weights: Weights, title: _Element | None) -> _Element:
    """Return the container, or its ancestor if that adds only pictures with captions.

    trafilatura leaves captions out, so a picture above the text is outside the container.
    """
    title_ancestors = frozenset(self_and_ancestors(title)) if title is not None else frozenset()
    while (parent := container.getparent()) is not None and parent not in title_ancestors:
        matched, other = (weights[parent][k] - weights[container][k] for k in (0, 1))
        siblings = (e for e in parent if e is not container)
        if matched or not 0 < other <= MAX_CAPTION_CHARS or not any(map(_has_image, siblings)):
            break
        container = parent
    return container


def _has_image(element: _Element) -> bool:
    return isinstance(element.tag, str) and next(element.iter("img"), None) is not None


def text_weights(
    root: _Element, text: str, title: _Element | None, lists: frozenset[_Element]
) -> Weights:
    """Count for every element the characters under it that are in `text`, and the others.

    Text above the title does not count, although trafilatura may include it, nor that of `lists`.
    """
    text_shingles = set(_shingles(clean(text).split()))
    if title is not None:
        below = _weights_below(root, text_shingles, title, lists)
        if below[root][0] or lists:
            return below
    return _weights_below(root, text_shingles, None, lists)


def _weights_below(
    root: _Element, text: set[tuple[str, ...]], title: _Element | None, lists: frozenset[_Element]
) -> Weights:
    weights: Weights = {}
    text_shingles: set[tuple[str, ...]] = text if title is None else set()
    for element in root.iter("*"):
        weight = weights.setdefault(element, [0, 0])
        if element.tag not in UNREAD_TAGS:
            _count_text(element.text, set() if element in lists else text_shingles, weight)
        parent = element.getparent()
        if element is title:
            text_shingles = text
        if element is not root and parent in weights:
            _count_text(element.tail, set() if parent in lists else text_shingles, weights[parent])
    for element in reversed(weights):
        parent = element.getparent()
        if element is not root and parent in weights and element.tag not in UNREAD_TAGS:
            weights[parent][0] += weights[element][0]
            weights[parent][1] += weights[element][1]
    return weights


def _shingles(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], strict=False)


def _count_text(text: str | None, text_shingles: set[tuple[str, ...]], weight: list[int]) -> None:
    """Add the characters of a text node to the weight of its element.

    A text of fewer than three words is not counted. Shingles may be missing at the ends, where a
    text node shares a word or a comma with its neighbours.
    """
    if not text or text.isspace():
        return
    shingles = list(_shingles(clean(text).split()))
    if shingles:
        missing = sum(shingle not in text_shingles for shingle in shingles)
        max_missing = max(min(2, len(shingles) // 2), len(shingles) // 10)
        weight[0 if missing <= max_missing else 1] += len(text)


def boilerplate_elements(container: _Element, weights: Weights) -> set[_Element]:
    """Return the blocks under the body that are no text: related boxes, tags, share bars, adverts.

    A block with more than MAX_BOX_TEXT_SHARE of the text is never one, whatever its class.
    """
    max_chars = MAX_BOX_TEXT_SHARE * weights[container][0]
    boxes = container.iterdescendants(*BLOCK_TAGS, "span")
    return {e for e in boxes if _is_boilerplate(e) and weights[e][0] <= max_chars}


def is_hidden_by_class(names: str) -> bool:
    """Return whether a class of Bootstrap hides an element on every screen."""
    return not HIDDEN_CLASSES.isdisjoint(names.split()) and not SHOWN_CLASS.search(names)


def _is_boilerplate(element: _Element) -> bool:
    names = class_and_id(element)
    if is_hidden_by_class(names) or is_hidden(element):
        return True
    if not names or element.tag == "span":  # words of a sentence, whatever their class
        return False
    if PRINT_CLASS.search(names) and _is_text(element):
        names = PRINT_CLASS.sub(" ", names)
    patterns = BOILERPLATE_CLASS, RELATED_CLASS, EMBEDDED_POST_CLASS
    return any(pattern.search(names) for pattern in patterns)


def _is_text(element: _Element) -> bool:
    """Return whether an element holds sentences and no button."""
    text = clean(inner_text(element))
    links = sum(len(inner_text(link)) for link in element.iter("a"))
    has_button = next(element.iter("button", "input", "svg"), None) is not None
    return FULL_STOP.search(text) is not None and not has_button and 3 * links < len(text)
