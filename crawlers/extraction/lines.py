"""page_lines: the lines of a body element, with the style hints that classify_lines needs.

text_lines: the lines of any other element, such as a title, a byline or a date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple, cast

from lxml.etree import XPath, _Element, iterwalk

from crawlers.selectors import CLASS
from pipelines.text.normal_forms import one_line

# lxml takes a sixth less time for names of attributes in bytes.
ALIGN, HIDDEN, STYLE = b"align", b"hidden", b"style"
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
TEXT = XPath("string()", smart_strings=False)  # in a third of the time of itertext()
HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
BOLD_TAGS = frozenset(("b", "strong"))
ITALIC_TAGS = frozenset(("i", "em"))
STYLING_TAGS = BLOCK_TAGS | BOLD_TAGS | ITALIC_TAGS | {"a"}
CAPTION_TAGS = HEADING_TAGS | {"td", "th", "tr"}  # in a figure or a table with a picture
MIN_BOLD_SHARE, MIN_ITALIC_SHARE = 0.95, 0.9  # of a line's characters, for a bold or italic line
MIN_LINKED_SHARE = 0.6
MIN_ENCODED_CHARS = 200  # of a text that is checked for encoded data
MAX_MARK_CHARS = 16  # of ">>", "(12/05/2025)" and the like beside a link
DATE_IN_BRACKETS = re.compile(r"\s*[(\[]\s*\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\s*[)\]]\s*")
MAX_STYLE_CHARS = 500  # of a style attribute; alignment and weight come earlier
MAX_ALIGN_CHARS = 20
CENTER_STYLE = re.compile(r"text-align:\s*center", re.I)
RIGHT_STYLE = re.compile(r"text-align:\s*(?:right|end)", re.I)
BOLD_STYLE = re.compile(r"font-weight:\s*(?:bold|[6-9]00)|font-family:[^;]*bold", re.I)
ITALIC_STYLE = re.compile(r"font-style:\s*italic", re.I)
HIDDEN_STYLE = re.compile(r"display:\s*none|visibility:\s*hidden", re.I)
BLOCK_STYLE = re.compile(r"display:\s*(?:block|flex|grid|table|list-item)", re.I)
READ_ALOUD = frozenset(("screen-reader-text", "sr-only", "visually-hidden"))
MAX_PICTURE_TABLE_CHARS = 600  # for each picture; a table with more text lays out the article
MAX_CELL_CHARS = 300  # for each picture in a cell
MIN_HEAD_ROWS = 2
MIN_PARAGRAPH_CHARS = 60  # of a cell without a picture, that is no caption
MIN_COLUMN_CHARS, MIN_COLUMN_PARAGRAPHS = 400, 3  # of a cell that is a column of the page
MAX_SPANNED_COLUMNS = 50


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
    link: str = ""  # href, if all of it is one link, but for marks such as ">>"
    linked: bool = False  # most of it is a link
    picture_link: str = ""  # href of the picture right before it
    tail: str = ""  # what stands below its last single <br>
    tail_bold: bool = False
    head: str = ""  # what stands above its first single <br>, if that is one link
    head_link: str = ""
    tail_link: str = ""  # href, if the tail is one link
    cells: tuple[str, ...] = ()  # of a row


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
    picture: bool  # inside a figure or a table with a picture
    picture_table: bool  # inside a table that holds a picture and its caption only
    link: str


OUTERMOST = _OpenElement("div", "", False, False, False, False, False, False, False, "")


class _Look(NamedTuple):
    """What a style attribute sets."""

    hidden: bool
    block: bool
    bold: bool
    italic: bool
    align: str


def _is_mark(text: str) -> bool:
    """Return whether a text without letters is punctuation or a date in brackets."""
    return not any(map(str.isdigit, text)) or DATE_IN_BRACKETS.fullmatch(text) is not None


@dataclass(slots=True)
class _Walk:
    stack: list[_OpenElement]
    excluded: set[_Element]
    lines: list[PageLine] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    bold: int = 0
    italic: int = 0
    length: int = 0
    linked: int = 0
    captioned: int = 0
    marks: int = 0  # characters outside of links that are marks or a date
    link: str = ""
    breaks: int = 0
    # Parts, length, bold and linked characters before a single <br>.
    last_break: tuple[int, int, int, int] | None = None
    head: tuple[int, str] | None = None  # parts before the first <br>, and their link
    image: bool = False
    picture_link: str = ""
    images: list[_Element] = field(default_factory=list)
    skipped: list[_Element] = field(default_factory=list)
    has_long_ascii: bool = False

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
        if style.caption:
            self.captioned += size
        if style.link:
            self.linked += size
            self.link = style.link
        elif size <= MAX_MARK_CHARS and not any(map(str.isalpha, text)) and _is_mark(text):
            self.marks += size
        if size >= MIN_ENCODED_CHARS and text.isascii():
            self.has_long_ascii = True

    def line_break(self) -> None:
        self.breaks += 1
        if self.parts:
            self.parts.append(" ")
            linked = self.linked + self.marks
            if self.last_break is None and linked == self.length and self.link:
                self.head = len(self.parts), self.link
            self.last_break = len(self.parts), self.length, self.bold, linked
        # Without <p>, these editors end a paragraph with two breaks. One break after a picture
        # separates it from its caption.
        if self.breaks >= 2:
            self.flush()

    def flush(self) -> None:
        if not self.parts:
            self.breaks = 0
            return
        text = one_line("".join(self.parts))
        if text:
            style = self.stack[-1]
            self.lines.append(
                PageLine(
                    text,
                    tag=style.tag,
                    align=style.align,
                    bold=self.bold >= MIN_BOLD_SHARE * self.length,
                    italic=self.italic >= MIN_ITALIC_SHARE * self.length,
                    caption=style.caption
                    or 0 < self.length == self.captioned
                    or (style.picture and style.tag in CAPTION_TAGS)
                    or (style.picture_table and style.tag == "p"),
                    after_image=self.image,
                    quote=style.quote,
                    item=style.item,
                    link=self.link if self.linked + self.marks == self.length else "",
                    linked=self.linked >= MIN_LINKED_SHARE * self.length,
                    picture_link=self.picture_link if self.image else "",
                )
            )
            if self.last_break is not None:
                self._set_tail(self.lines[-1], *self.last_break)
            self.image = False
        self.head = None
        self.parts.clear()
        self.bold = self.italic = self.length = self.linked = self.marks = self.breaks = 0
        self.captioned = 0
        self.link = ""
        self.last_break = None

    def _set_tail(self, line: PageLine, parts: int, length: int, bold: int, linked: int) -> None:
        line.tail = one_line("".join(self.parts[parts:]))
        line.tail_bold = self.bold - bold >= MIN_BOLD_SHARE * (self.length - length)
        if self.linked + self.marks - linked == self.length - length:
            line.tail_link = self.link
        if self.head is not None:
            line.head = one_line("".join(self.parts[: self.head[0]]))
            line.head_link = self.head[1]


class PageText(NamedTuple):
    """The lines and images of an element in document order."""

    lines: list[PageLine]
    images: list[_Element]
    may_be_encoded: bool  # there is a long ASCII text, or one that is not in `lines`


def page_lines(body: _Element, excluded: set[_Element], captions: set[_Element]) -> PageText:
    """Return what is under `body` and is not `excluded`."""
    walk = _Walk([OUTERMOST], excluded)
    blocks: set[_Element] = set()  # inline elements that a style displays as blocks
    walker = iterwalk(body, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        if event == "end":
            if tag in BLOCK_TAGS or (blocks and element in blocks):
                walk.flush()
            walk.stack.pop()
            if element is not body and (tail := element.tail):
                walk.add(tail)
            continue
        style = _style(element)
        look = _look(style)
        if (
            tag in SKIPPED_TAGS
            or element in excluded
            or look.hidden
            or element.get(HIDDEN) is not None
        ):
            walker.skip_subtree()
            walk.skipped.append(element)
            _push_element(walk, element, tag, style, captions)
        elif tag == "table" and _is_data_table(element):
            walker.skip_subtree()
            walk.flush()
            walk.lines += _table_rows(element, excluded)
            walk.skipped.append(element)
            _push_element(walk, element, tag, style, captions)
        else:
            if look.block and walk.stack[-1].tag not in HEADING_TAGS:
                blocks.add(element)
            if tag in BLOCK_TAGS or (blocks and element in blocks):
                walk.flush()
            _push_element(walk, element, tag, style, captions)
            _add_inner_text(walk, element, tag)
    walk.flush()
    may_be_encoded = walk.has_long_ascii or any(map(_is_long, walk.skipped))
    return PageText(walk.lines, walk.images, may_be_encoded)


def _is_long(element: _Element) -> bool:
    return len(inner_text(element)) >= MIN_ENCODED_CHARS


def _add_inner_text(walk: _Walk, element: _Element, tag: str) -> None:
    if tag == "img":
        # Text before a picture in one paragraph is a line of its own.
        walk.flush()
        walk.image = True
        walk.picture_link = walk.stack[-1].link
        walk.images.append(element)
    elif tag == "br":
        walk.line_break()
    elif walk.parts and walk.stack[-1].tag in HEADING_TAGS and is_on_its_own_line(element):
        walk.parts.append(" ")  # "<span class=number>2</span><span class=text>Giữ nghề</span>"
    if text := element.text:
        walk.add(text)


def _push_element(
    walk: _Walk, element: _Element, tag: str, style: str, captions: set[_Element]
) -> None:
    parent = walk.stack[-1]
    align = element.get(ALIGN, "")[:MAX_ALIGN_CHARS]
    if tag in ("a", "table") or element in captions:
        is_new_table = tag == "table" and not parent.picture_table
        opened = _open_element(
            parent, tag, style, align,
            is_caption=element in captions,
            picture_table=is_new_table and _is_picture_table(element, walk.excluded),
            link=element.get("href", "") if tag == "a" else "",
        )  # fmt: skip
    elif not style and not align and tag not in STYLING_TAGS:
        opened = parent  # most spans and the like change nothing
    else:
        opened = _open_styled(parent, tag, style, align)
    walk.stack.append(opened)


def _open_element(
    parent: _OpenElement, tag: str, style: str, align: str, *,
    is_caption: bool = False, picture_table: bool = False, link: str = "",
) -> _OpenElement:  # fmt: skip
    look = _look(style)
    picture_table = picture_table or parent.picture_table
    return _OpenElement(
        tag=tag if tag in BLOCK_TAGS else parent.tag,
        align=_align(tag, style, align) or parent.align,
        bold=parent.bold or look.bold or tag in BOLD_TAGS,
        italic=parent.italic or look.italic or tag in ITALIC_TAGS,
        caption=parent.caption or tag == "figcaption" or is_caption,
        quote=parent.quote or tag == "blockquote",
        item=parent.item or tag == "li",
        picture=parent.picture or tag == "figure" or picture_table,
        picture_table=picture_table,
        link=parent.link or link,
    )


# The paragraphs of a page, and the pages of a site, repeat a few elements with a few styles.
_open_styled = lru_cache(maxsize=1024)(_open_element)


@lru_cache(maxsize=1024)  # the pages of a site repeat a few styles
def _look(style: str) -> _Look:
    align = "left" if "text-align" in style else ""
    if CENTER_STYLE.search(style):
        align = "center"
    elif RIGHT_STYLE.search(style):
        align = "right"
    names = style.lower()
    displays, fonts = "display" in names, "font" in names
    return _Look(
        hidden=(displays or "visibility" in names) and HIDDEN_STYLE.search(style) is not None,
        block=displays and BLOCK_STYLE.search(style) is not None,
        bold=fonts and BOLD_STYLE.search(style) is not None,
        italic=fonts and ITALIC_STYLE.search(style) is not None,
        align=align,
    )


def _align(tag: str, style: str, stated: str) -> str:
    if stated:
        stated = stated.lower()
        return stated if stated in ("center", "right") else "left"
    if style:
        return _look(style).align
    return "center" if tag == "center" else ""


def inner_text(element: _Element) -> str:
    """Return all text inside an element, with the whitespace of the markup."""
    if len(element) == 0:  # most elements hold only text
        return element.text or ""
    return cast(str, TEXT(element))


def _has_image(element: _Element) -> bool:
    return next(element.iter("img"), None) is not None


def is_hidden(element: _Element) -> bool:
    """Return whether the element itself says that it is not displayed."""
    return _look(_style(element)).hidden or element.get(HIDDEN) is not None


def _style(element: _Element) -> str:
    return element.get(STYLE, "")[:MAX_STYLE_CHARS]


def text_lines(element: _Element) -> list[str]:
    """Return the text of an element, a line for each block, `<br>` and block-like span."""
    if len(element) == 0:
        return [text] if (text := one_line(element.text or "")) else []
    lines: list[list[str]] = [[]]
    walker = iterwalk(element, events=("start", "end"))
    for event, inner in walker:
        tag = inner.tag
        if event == "start":
            if inner is not element and (tag in SKIPPED_TAGS or is_unseen(inner)):
                walker.skip_subtree()
                continue
            if tag in BLOCK_TAGS or tag == "br" or is_on_its_own_line(inner):
                lines.append([])
            lines[-1].append(inner.text or "")
        elif inner is not element:
            if tag in BLOCK_TAGS:
                lines.append([])
            lines[-1].append(inner.tail or "")
    return [text for line in lines if (text := one_line("".join(line)))]


def is_unseen(element: _Element) -> bool:
    """Return whether an element is hidden, or only read aloud ("Tác giả" before a name)."""
    return is_hidden(element) or not READ_ALOUD.isdisjoint(element.get(CLASS, "").split())


def is_on_its_own_line(element: _Element) -> bool:
    """Return whether an inline element follows another without a space, as a line of its own.

    Both have a class, which marks parts of a template. Editors put spans around parts of words
    too, so the second must not continue a word.
    """
    if (style := _style(element)) and BLOCK_STYLE.search(style):
        return True
    before = element.getprevious() if element.get(CLASS) else None
    if before is None or not before.get(CLASS):
        return False
    if before.tail and not before.tail.isspace():
        return False
    last, first = inner_text(before).strip(), inner_text(element).strip()
    if not first or first[0].islower() or first[0] in ".,:;)":
        return False
    return len(last) > 1 or last.isdigit()  # not after the first letter of a word


def _is_picture_table(table: _Element, excluded: set[_Element]) -> bool:
    """Return whether a table holds pictures and captions, and does not lay out an article.

    A layout has the article's head above the first picture, or the text beside it in its cell, in a
    table of its own or as paragraphs of another cell.
    """
    pictures = list(table.iter("img"))
    if excluded:
        pictures = [p for p in pictures if excluded.isdisjoint(p.iterancestors())]
    if not 0 < len(inner_text(table)) <= MAX_PICTURE_TABLE_CHARS * len(pictures):
        return False
    rows = takewhile(lambda row: not _has_image(row), table.iter("tr"))
    if sum(bool(inner_text(row).strip()) for row in rows) >= MIN_HEAD_ROWS:
        return False
    tables = (t for t in table.iterdescendants("table") if not _has_image(t))
    if any(len(inner_text(inner).strip()) > MAX_CELL_CHARS for inner in tables):
        return False
    cells = Counter(next(picture.iterancestors("td", "th"), table) for picture in pictures)
    if any(cell not in cells and _long_paragraphs(cell) > 1 for cell in table.iter("td")):
        return False
    return all(len(inner_text(c).strip()) <= MAX_CELL_CHARS * n for c, n in cells.items())


def _long_paragraphs(cell: _Element) -> int:
    texts = (inner_text(p).strip() for p in cell.iterdescendants("p"))
    return sum(len(text) >= MIN_PARAGRAPH_CHARS for text in texts)


def _is_data_table(table: _Element) -> bool:
    """Return whether it is a data table and does not only lay out a page.

    It has a row of several cells. Pictures are icons if text stands beside them in their cells.
    """
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [[c for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]
    if len(rows) == 1 and any(map(_holds_paragraphs, rows[0])):
        return False
    if not _has_image(table):
        return any(len(cells) > 1 for cells in rows)
    with_text = [
        [c for c in cells if not inner_text(c).isspace() and inner_text(c)] for cells in rows
    ]
    pictures = [c for cells in rows for c in cells if _has_image(c)]
    alone = [c for c in pictures if not inner_text(c).strip()]
    return not alone and sum(len(cells) > 1 for cells in with_text) > 1


def _holds_paragraphs(cell: _Element) -> bool:
    """Return whether a cell is a column of a page, and not a signature or a list of recipients."""
    if len(inner_text(cell)) < MIN_COLUMN_CHARS:
        return False
    return sum(1 for _ in cell.iterdescendants("p", "div")) >= MIN_COLUMN_PARAGRAPHS


def _table_rows(table: _Element, excluded: set[_Element]) -> Iterator[PageLine]:
    for title in table.iter("caption"):
        if text := " ".join(text_lines(title)):
            yield PageLine(text, tag="caption", caption=True)
    for row in table.iter("tr"):
        if row in excluded or is_hidden(row):
            continue
        cells: list[str] = []
        for cell in row:
            if cell.tag in ("td", "th") and cell not in excluded:
                cells += [_cell_text(cell, excluded), *[""] * (_columns(cell) - 1)]
        if any(cells):
            yield PageLine(" | ".join(cells), tag="tr", row=True, cells=tuple(cells))


def _columns(cell: _Element) -> int:
    stated = (cell.get("colspan") or "1").strip()
    return min(max(1, int(stated)), MAX_SPANNED_COLUMNS) if stated.isdecimal() else 1


def _cell_text(cell: _Element, excluded: set[_Element]) -> str:
    return " ".join(line.text for line in page_lines(cell, excluded, set()).lines)
