"""From a body element to a list of printed lines with the hints that tell what each line is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from lxml.etree import _Element, iterwalk

SKIP = frozenset((
    "script", "style", "noscript", "iframe", "form", "button", "select", "textarea", "input",
    "svg", "audio", "video", "object", "embed", "template", "nav", "map", "head", "link", "meta",
    "title", "canvas",
))  # fmt: skip
BLOCK = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
BOLD = frozenset(("b", "strong"))
ITALIC = frozenset(("i", "em"))
STYLING = BLOCK | BOLD | ITALIC | {"a"}
LONGEST_STYLE = 500  # characters; what says how a line is set stands well before
CENTER = re.compile(r"text-align:\s*center", re.I)
RIGHT = re.compile(r"text-align:\s*(?:right|end)", re.I)
BOLD_STYLE = re.compile(r"font-weight:\s*(?:bold|[6-9]00)|font-family:[^;]*bold", re.I)
ITALIC_STYLE = re.compile(r"font-style:\s*italic", re.I)


@dataclass(slots=True)
class Line:
    """One line of a page. `bold` and `italic` say that nearly all of it is."""

    text: str
    tag: str = "p"
    align: str = ""
    bold: bool = False
    italic: bool = False
    caption: bool = False  # stands in a caption element
    after_image: bool = False  # an image stands between it and the line before
    quote: bool = False
    item: bool = False
    row: bool = False
    link: str = ""  # where it leads, if all of it is one link


@dataclass(slots=True, eq=False)
class _Open:
    """The style of an element that is open while we walk."""

    tag: str
    align: str
    bold: bool
    italic: bool
    caption: bool
    quote: bool
    item: bool
    picture: bool
    link: str


@dataclass(slots=True)
class _Walk:
    stack: list[_Open]
    lines: list[Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    bold: int = 0
    italic: int = 0
    length: int = 0
    linked: int = 0
    link: str = ""
    breaks: int = 0
    image: bool = False
    images: list[_Element] = field(default_factory=list)
    known: dict[tuple[_Open, str, str, str], _Open] = field(default_factory=dict)

    def add(self, text: str) -> None:
        if text.isspace():
            if self.parts:
                self.parts.append(" ")
            return
        self.parts.append(text)
        size = len(text)
        self.breaks = 0
        style = self.stack[-1]
        self.length += size
        if style.bold:
            self.bold += size
        if style.italic:
            self.italic += size
        if style.link:
            self.linked += size
            self.link = style.link

    def line_break(self) -> None:
        self.breaks += 1
        if self.parts:
            self.parts.append(" ")
        # Two breaks in a row are how these editors end a paragraph without <p>; one break after
        # a picture parts it from its caption.
        if self.breaks >= 2:
            self.flush()

    def flush(self) -> None:
        if not self.parts:
            self.breaks = 0
            return
        text = " ".join("".join(self.parts).split())
        if text:
            style = self.stack[-1]
            self.lines.append(
                Line(
                    text,
                    tag=style.tag,
                    align=style.align,
                    bold=self.bold >= 0.95 * self.length,
                    italic=self.italic >= 0.9 * self.length,
                    caption=style.caption or (style.picture and style.tag in ("td", "th", "tr")),
                    after_image=self.image,
                    quote=style.quote,
                    item=style.item,
                    link=self.link if self.linked == self.length else "",
                )
            )
            self.image = False
        self.parts.clear()
        self.bold = self.italic = self.length = self.linked = self.breaks = 0
        self.link = ""


def lines_of(
    body: _Element, dropped: set[_Element], captions: set[_Element]
) -> tuple[list[Line], list[_Element]]:
    """The lines and the images under `body` in reading order, without what is in `dropped`."""
    walk = _Walk([_Open("div", "", False, False, False, False, False, False, "")])
    walker = iterwalk(body, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event in ("comment", "pi"):
            if element.tail:
                walk.add(element.tail)
        elif event == "end":
            _close(walk, element, body)
        elif element.tag in SKIP or element in dropped:
            walker.skip_subtree()
            _push(walk, element, captions)
        elif element.tag == "table" and _is_data(element):
            walker.skip_subtree()
            walk.flush()
            walk.lines += _rows(element, dropped)
            _push(walk, element, captions)
        else:
            _start(walk, element, captions)
    walk.flush()
    return walk.lines, walk.images


def _start(walk: _Walk, element: _Element, captions: set[_Element]) -> None:
    if element.tag in BLOCK:
        walk.flush()
    _push(walk, element, captions)
    if element.tag == "img":
        # What stands before a picture in one paragraph is text of its own.
        walk.flush()
        walk.image = True
        walk.images.append(element)
    elif element.tag == "br":
        walk.line_break()
    if element.text:
        walk.add(element.text)


def _close(walk: _Walk, element: _Element, body: _Element) -> None:
    if element.tag in BLOCK:
        walk.flush()
    walk.stack.pop()
    if element.tail and element is not body:
        walk.add(element.tail)


def _push(walk: _Walk, element: _Element, captions: set[_Element]) -> None:
    above = walk.stack[-1]
    tag = element.tag if isinstance(element.tag, str) else ""
    style = (element.get("style") or "")[:LONGEST_STYLE]
    align = (element.get("align") or "").lower()
    if element in captions or tag in ("a", "table"):
        walk.stack.append(_opened(above, element, tag, style, align, element in captions))
    elif not style and not align and tag not in STYLING:
        walk.stack.append(above)  # most spans and the like change nothing
    else:
        # The same style stands on paragraph after paragraph: it is read once.
        key = (above, tag, style, align)
        known = walk.known.get(key)
        if known is None:
            known = walk.known[key] = _opened(above, element, tag, style, align, False)
        walk.stack.append(known)


def _opened(
    above: _Open, element: _Element, tag: str, style: str, align: str, is_caption: bool
) -> _Open:
    bold, italic = _type(style) if style else (False, False)
    return _Open(
        tag=tag if tag in BLOCK else above.tag,
        align=_align(tag, style, align) or above.align,
        bold=above.bold or bold or tag in BOLD,
        italic=above.italic or italic or tag in ITALIC,
        caption=above.caption or tag == "figcaption" or is_caption,
        quote=above.quote or tag == "blockquote",
        item=above.item or tag == "li",
        picture=above.picture or tag == "figure" or (tag == "table" and _has_image(element)),
        link=above.link or (element.get("href", "") if tag == "a" else ""),
    )


@lru_cache(maxsize=1024)  # a site's editor writes the same few on every page
def _type(style: str) -> tuple[bool, bool]:
    """Whether a style sets bold, and italic."""
    return bool(BOLD_STYLE.search(style)), bool(ITALIC_STYLE.search(style))


def _align(tag: str, style: str, stated: str) -> str:
    if stated in ("center", "right"):
        return stated
    if stated or not style:
        return "left" if stated else ("center" if tag == "center" else "")
    if CENTER.search(style):
        return "center"
    if RIGHT.search(style):
        return "right"
    return "left" if "text-align" in style else ""


def inner_text(element: _Element) -> str:
    """All text inside an element, as it stands in the markup."""
    if len(element) == 0:  # most hold nothing but text
        return element.text or ""
    return "".join(cast(Iterator[str], element.itertext()))


def _has_image(element: _Element) -> bool:
    return next(element.iter("img"), None) is not None


def _is_data(table: _Element) -> bool:
    """A table of facts, not one that lays out a picture or a page: several cells, no image."""
    if _has_image(table) or next(table.iterdescendants("table"), None) is not None:
        return False
    return any(sum(1 for c in row if c.tag in ("td", "th")) > 1 for row in table.iter("tr"))


def _rows(table: _Element, dropped: set[_Element]) -> Iterator[Line]:
    for row in table.iter("tr"):
        if row in dropped:
            continue
        cells = [_cell_text(c, dropped) for c in row if c.tag in ("td", "th") and c not in dropped]
        if any(cells):
            yield Line(" | ".join(cells), tag="tr", row=True)


def _cell_text(cell: _Element, dropped: set[_Element]) -> str:
    lines, _ = lines_of(cell, dropped, set())
    return " ".join(line.text for line in lines)
