"""page_lines: the lines of a body element, with the style hints that classify_lines needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from lxml.etree import _Element, iterwalk

SKIPPED_TAGS = frozenset((
    "script", "style", "noscript", "iframe", "form", "button", "select", "textarea", "input",
    "svg", "audio", "video", "object", "embed", "template", "nav", "map", "head", "link", "meta",
    "title", "canvas",
))  # fmt: skip
BLOCK_TAGS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
BOLD_TAGS = frozenset(("b", "strong"))
ITALIC_TAGS = frozenset(("i", "em"))
STYLING_TAGS = BLOCK_TAGS | BOLD_TAGS | ITALIC_TAGS | {"a"}
MIN_BOLD_SHARE, MIN_ITALIC_SHARE = 0.95, 0.9  # of a line's characters, for a bold or italic line
MAX_STYLE_CHARS = 500  # of a style attribute; alignment and weight come earlier
CENTER_STYLE = re.compile(r"text-align:\s*center", re.I)
RIGHT_STYLE = re.compile(r"text-align:\s*(?:right|end)", re.I)
BOLD_STYLE = re.compile(r"font-weight:\s*(?:bold|[6-9]00)|font-family:[^;]*bold", re.I)
ITALIC_STYLE = re.compile(r"font-style:\s*italic", re.I)


@dataclass(slots=True)
class PageLine:
    """One line of a page. `bold` and `italic` mean nearly all of it."""

    text: str
    tag: str = "p"
    align: str = ""
    bold: bool = False
    italic: bool = False
    caption: bool = False  # inside a caption element
    after_image: bool = False  # an image is between it and the line before
    quote: bool = False
    item: bool = False
    row: bool = False
    link: str = ""  # href, if all of it is one link


@dataclass(slots=True, eq=False)
class _OpenElement:
    """The style of an element whose end tag is still to come."""

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
    stack: list[_OpenElement]
    lines: list[PageLine] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    bold: int = 0
    italic: int = 0
    length: int = 0
    linked: int = 0
    link: str = ""
    breaks: int = 0
    image: bool = False
    images: list[_Element] = field(default_factory=list)
    styles: dict[tuple[_OpenElement, str, str, str], _OpenElement] = field(default_factory=dict)

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
        # Without <p>, these editors end a paragraph with two breaks. One break after a picture
        # separates it from its caption.
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
                PageLine(
                    text,
                    tag=style.tag,
                    align=style.align,
                    bold=self.bold >= MIN_BOLD_SHARE * self.length,
                    italic=self.italic >= MIN_ITALIC_SHARE * self.length,
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


def page_lines(
    body: _Element, excluded: set[_Element], captions: set[_Element]
) -> tuple[list[PageLine], list[_Element]]:
    """Return the lines and images under `body` in document order, without `excluded` elements."""
    walk = _Walk([_OpenElement("div", "", False, False, False, False, False, False, "")])
    walker = iterwalk(body, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event in ("comment", "pi"):
            if element.tail:
                walk.add(element.tail)
        elif event == "end":
            _end_element(walk, element, body)
        elif element.tag in SKIPPED_TAGS or element in excluded:
            walker.skip_subtree()
            _push_element(walk, element, captions)
        elif element.tag == "table" and _is_data_table(element):
            walker.skip_subtree()
            walk.flush()
            walk.lines += _table_rows(element, excluded)
            _push_element(walk, element, captions)
        else:
            _start_element(walk, element, captions)
    walk.flush()
    return walk.lines, walk.images


def _start_element(walk: _Walk, element: _Element, captions: set[_Element]) -> None:
    if element.tag in BLOCK_TAGS:
        walk.flush()
    _push_element(walk, element, captions)
    if element.tag == "img":
        # Text before a picture in one paragraph is a line of its own.
        walk.flush()
        walk.image = True
        walk.images.append(element)
    elif element.tag == "br":
        walk.line_break()
    if element.text:
        walk.add(element.text)


def _end_element(walk: _Walk, element: _Element, body: _Element) -> None:
    if element.tag in BLOCK_TAGS:
        walk.flush()
    walk.stack.pop()
    if element.tail and element is not body:
        walk.add(element.tail)


def _push_element(walk: _Walk, element: _Element, captions: set[_Element]) -> None:
    parent = walk.stack[-1]
    tag = element.tag if isinstance(element.tag, str) else ""
    style = (element.get("style") or "")[:MAX_STYLE_CHARS]
    align = (element.get("align") or "").lower()
    if element in captions or tag in ("a", "table"):
        walk.stack.append(_style_of(parent, element, tag, style, align, element in captions))
    elif not style and not align and tag not in STYLING_TAGS:
        walk.stack.append(parent)  # most spans and the like change nothing
    else:
        # Many paragraphs have the same style: parse it once.
        key = (parent, tag, style, align)
        opened = walk.styles.get(key)
        if opened is None:
            opened = walk.styles[key] = _style_of(parent, element, tag, style, align, False)
        walk.stack.append(opened)


def _style_of(
    parent: _OpenElement, element: _Element, tag: str, style: str, align: str, is_caption: bool
) -> _OpenElement:
    bold, italic = _bold_and_italic(style) if style else (False, False)
    return _OpenElement(
        tag=tag if tag in BLOCK_TAGS else parent.tag,
        align=_align(tag, style, align) or parent.align,
        bold=parent.bold or bold or tag in BOLD_TAGS,
        italic=parent.italic or italic or tag in ITALIC_TAGS,
        caption=parent.caption or tag == "figcaption" or is_caption,
        quote=parent.quote or tag == "blockquote",
        item=parent.item or tag == "li",
        picture=parent.picture or tag == "figure" or (tag == "table" and _has_image(element)),
        link=parent.link or (element.get("href", "") if tag == "a" else ""),
    )


@lru_cache(maxsize=1024)  # the pages of a site repeat a few styles
def _bold_and_italic(style: str) -> tuple[bool, bool]:
    """Return whether a style attribute sets bold, and italic."""
    return bool(BOLD_STYLE.search(style)), bool(ITALIC_STYLE.search(style))


def _align(tag: str, style: str, stated: str) -> str:
    if stated in ("center", "right"):
        return stated
    if stated or not style:
        return "left" if stated else ("center" if tag == "center" else "")
    if CENTER_STYLE.search(style):
        return "center"
    if RIGHT_STYLE.search(style):
        return "right"
    return "left" if "text-align" in style else ""


def inner_text(element: _Element) -> str:
    """Return all text inside an element, with the whitespace of the markup."""
    if len(element) == 0:  # most elements hold only text
        return element.text or ""
    return "".join(cast(Iterator[str], element.itertext()))


def _has_image(element: _Element) -> bool:
    return next(element.iter("img"), None) is not None


def _is_data_table(table: _Element) -> bool:
    """Return whether it is a data table: several cells, no image. Others only lay out a page."""
    if _has_image(table) or next(table.iterdescendants("table"), None) is not None:
        return False
    return any(sum(1 for c in row if c.tag in ("td", "th")) > 1 for row in table.iter("tr"))


def _table_rows(table: _Element, excluded: set[_Element]) -> Iterator[PageLine]:
    for row in table.iter("tr"):
        if row in excluded:
            continue
        cells = [
            _cell_text(c, excluded) for c in row if c.tag in ("td", "th") and c not in excluded
        ]
        if any(cells):
            yield PageLine(" | ".join(cells), tag="tr", row=True)


def _cell_text(cell: _Element, excluded: set[_Element]) -> str:
    lines, _ = page_lines(cell, excluded, set())
    return " ".join(line.text for line in lines)
