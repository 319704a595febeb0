"""Shape of a page: tokens, each marked with the field of the article that it prints.

A page can then be changed at a known position by string operations.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml.etree import HTMLParser, _Element, fromstring, tostring

from pipelines.text.normal_forms import clean
from storage.models import Article

TOKEN = re.compile(
    r"<!--.*?-->|<(script|style|textarea|title|noscript)\b.*?</\1\s*>|<[^>]*>|[^<]+|<", re.S | re.I
)
EDGE = re.compile(r"<body|</body|</nav|</header|<footer", re.I)
NAME = re.compile(r"</?\s*([a-zA-Z0-9]+)")
MIN_UNIQUE_CHARS = (
    25  # characters; a shorter piece of a paragraph may stand in the template as well
)
MIN_PARAGRAPH_CHARS = (
    60  # characters of a paragraph that may be taken out, or stand before a new one
)
MOVABLE = frozenset(("div", "section", "aside", "ul", "nav", "article"))


@dataclass(frozen=True, slots=True)
class Shape:
    """One form of a page.

    `fields[n]` is the field that token n prints, "?" if it may be the article's, and "" if it is
    boilerplate.
    """

    tokens: tuple[str, ...]
    kinds: tuple[str, ...]  # tag, text, raw (a script and the like), comment
    fields: tuple[str, ...]
    first: int  # first and last token of the article
    last: int
    paragraphs: tuple[tuple[int, int], ...]  # <p> and </p> of body paragraphs
    lists: tuple[tuple[tuple[int, int], ...], ...]  # <li> and </li> of each list of the template
    edges: tuple[int, ...]  # tags of the page's edges, where a template grows


@dataclass(slots=True)
class Draft:
    """A page that is being changed."""

    shape: Shape
    rng: random.Random
    excluded_classes: tuple[str, ...] = ()  # that the site's rules exclude from a body
    related: tuple[tuple[str, str], ...] = ()  # address and title of other articles of the site
    charset: str = "utf-8"
    tokens: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = list(self.shape.tokens)

    def printing(self, *names: str) -> list[int]:
        """The tokens that print these fields for certain."""
        return [n for n, f in enumerate(self.shape.fields) if f in names and self.tokens[n]]

    def of_article(self) -> list[int]:
        return [n for n, f in enumerate(self.shape.fields) if f and self.tokens[n]]

    def of_kind(self, kind: str) -> list[int]:
        return [n for n, k in enumerate(self.shape.kinds) if k == kind]

    def outside_article(self) -> list[int]:
        """Return the texts before and after the article."""
        shape = self.shape
        texts = ((n, shape.fields[n]) for n, kind in enumerate(shape.kinds) if kind == "text")
        return [n for n, f in texts if not f and not shape.first <= n <= shape.last]

    def text(self) -> str:
        return "".join(self.tokens)


def shape_of(page: str, article: Article) -> Shape:
    """Split a page from which `article` was extracted."""
    tokens = tuple(match.group() for match in TOKEN.finditer(page))
    kinds = tuple(map(_kind, tokens))
    marks = _FieldTexts(article)
    body = next((n for n, t in enumerate(tokens) if t[:5].lower() == "<body"), 0)
    fields = tuple(
        marks.field(token) if kind == "text" and n > body else ""
        for n, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
    )
    certain = [n for n, f in enumerate(fields) if f not in ("", "?")]
    if not certain:
        raise ValueError(f"nothing of {article.url} is found on its page")
    first, last = certain[0], certain[-1]
    fields = tuple(f if first <= n <= last else "" for n, f in enumerate(fields))
    edges = tuple(
        n
        for n, token in enumerate(tokens)
        if kinds[n] == "tag" and EDGE.match(token) and not first <= n <= last
    )
    shape = Shape(tokens, kinds, fields, first, last, (), (), edges)
    return replace(shape, paragraphs=tuple(_paragraphs(shape)), lists=tuple(_lists(shape)))


def _kind(token: str) -> str:
    if token.startswith("<!--"):
        return "comment"
    if not token.startswith("<"):
        return "text"
    return "raw" if token.count("<") > 1 else "tag"


class _FieldTexts:
    """Finds the field that a text belongs to."""

    def __init__(self, article: Article) -> None:
        printed: dict[str, list[str | None]] = {
            "title": [article.title],
            "lead": [article.lead],
            "published": [article.published_as_printed],
            "byline": [article.byline_as_printed],
            "source": [article.source_as_printed],
            "captions": [caption.text for caption in article.captions],
            "body": [block.text for block in article.body],
        }
        self.whole = {text: name for name, texts in printed.items() for text in texts if text}
        rows = [block.text for block in article.body if block.kind == "table row"]
        self.cells = {cell for row in rows for cell in row.split(" | ") if len(cell) > 1}

    def field(self, token: str) -> str:
        text = clean(html.unescape(token))
        if not text:
            return ""
        if text in self.whole:
            return self.whole[text]
        if text in self.cells:
            return "body"
        inside = {name for whole, name in self.whole.items() if text in whole or whole in text}
        if not inside:
            return ""
        return inside.pop() if len(inside) == 1 and len(text) >= MIN_UNIQUE_CHARS else "?"


def _paragraphs(shape: Shape) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for n, (token, kind) in enumerate(zip(shape.tokens, shape.kinds, strict=True)):
        if kind != "tag":
            continue
        name = _name(token)
        if name == "p" and not token.startswith("</"):
            start = n
        elif name == "p" and start is not None:
            if _is_paragraph(shape, start, n):
                yield start, n
            start = None
        elif name in ("img", "table", "div", "figure"):
            start = None


def _is_paragraph(shape: Shape, start: int, end: int) -> bool:
    inside = range(start, end)
    texts = [n for n in inside if shape.kinds[n] == "text" and shape.tokens[n].strip()]
    length = sum(len(shape.tokens[n]) for n in texts)
    return length >= MIN_PARAGRAPH_CHARS and all(shape.fields[n] == "body" for n in texts)


def _lists(shape: Shape) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield flat lists outside the article."""
    items: list[tuple[int, int]] = []
    start: int | None = None
    for n, (token, kind) in enumerate(zip(shape.tokens, shape.kinds, strict=True)):
        name = _name(token) if kind == "tag" else ""
        if name in ("ul", "ol"):
            if len(items) > 1 and not (items[0][0] <= shape.last and n >= shape.first):
                yield tuple(items)
            items, start = [], None
        elif name == "li" and not token.startswith("</"):
            start = n
        elif name == "li" and start is not None:
            items.append((start, n))
            start = None


def _name(token: str) -> str:
    match = NAME.match(token)
    return match[1].lower() if match else ""


def reordered(page: str, article: Article, rng: random.Random) -> str:
    """Return the page with blocks outside the article in another order."""
    tree = fromstring(page.encode(), HTMLParser(encoding="utf-8"))
    around = _around_article(tree, _FieldTexts(article))
    for parent in list(tree.iter()):
        if not isinstance(parent.tag, str) or parent.tag in ("head", "html"):
            continue
        near = parent not in around and any(above in around[:1] for above in parent.iterancestors())
        if near or parent in around[:1]:
            continue
        _shuffle([e for e in parent if e.tag in MOVABLE and e not in around], rng)
    return "<!DOCTYPE html>\n" + tostring(tree, method="html", encoding="unicode")


def _around_article(tree: _Element, marks: _FieldTexts) -> list[_Element]:
    """Return the elements that contain the whole article, the smallest first."""
    shared: list[_Element] | None = None
    for element in tree.iter("*"):
        texts = (element.text, *(child.tail for child in element))
        printed = any(text and clean(text) in marks.whole for text in texts)
        if element.tag in ("title", "script") or not printed:
            continue
        chain = [element, *element.iterancestors()]
        shared = chain if shared is None else [e for e in shared if e in chain]
    return shared or [tree]


def _shuffle(blocks: list[_Element], rng: random.Random) -> None:
    """Shuffle sibling elements, each with its tail text."""
    order = rng.sample(blocks, len(blocks))
    marks = []
    for block in blocks:
        mark = block.makeelement("i")
        block.addprevious(mark)
        marks.append(mark)
    for mark, block in zip(marks, order, strict=True):
        mark.addprevious(block)
    for mark in marks:
        parent = mark.getparent()
        if parent is not None:
            parent.remove(mark)
