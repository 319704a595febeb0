"""The pictures between title and body, with their captions: most sites set the first one there."""

from __future__ import annotations

from collections.abc import Callable

from lxml.etree import XPath, _Element

from crawlers.extraction.html import element_text
from crawlers.extraction.lines import PageLine, is_hidden
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig

MAX_LEVELS = 4  # from the body element up to the element that holds title and body
MAX_CAPTION_CHARS = 400
MAX_ELEMENTS = 40  # above the body, on each level
CAPTION_TAGS = "figcaption", "p", "div", "span", "em", "td", "blockquote"
FIGCAPTIONS_ABOVE = XPath("preceding::figcaption")
OTHER_ARTICLES = frozenset(("a", "aside", "nav", "ul", "ol", "li", "footer", "header"))


def pictures_above(
    index: PageIndex,
    body: _Element,
    site: type[SiteConfig],
    find_title: Callable[[], _Element | None],
) -> tuple[list[str], list[_Element]]:
    """Return the captions and images that stand above the body, below the title or an h1."""
    rules = (rule for rule in site.captions if rule != "figcaption")  # always one
    marked = {e for rule in rules for e in index.find(rule)}
    if not marked and not _has_figcaption_above(index.tree, body):
        return [], []  # most pages
    title = find_title()
    with_title = {title, *title.iterancestors()} if title is not None else set()
    tags = CAPTION_TAGS if marked else ("figcaption",)
    captions: list[_Element] = []
    level: _Element | None = body
    for _ in range(MAX_LEVELS):
        if level is None or level.tag == "body":
            break
        above: list[_Element] = []
        reached_title = False
        for sibling in level.itersiblings("*", preceding=True):
            if len(above) > MAX_ELEMENTS:
                break
            if sibling.tag not in OTHER_ARTICLES:
                found = [e for e in sibling.iter(*tags) if e in marked or e.tag == "figcaption"]
                above = [*found, *above]
            if sibling in with_title or next(sibling.iter("h1"), None) is not None:
                reached_title = True
                break
        captions = [*above, *captions]
        if reached_title:
            break
        level = level.getparent()
    else:
        return [], []  # no title above the body: what stands there may be anything
    if not captions:
        return [], []
    captions = [e for e in captions if not _is_of_another_article(e)]
    texts = [text for e in captions if 0 < len(text := element_text(e)) <= MAX_CAPTION_CHARS]
    figures = (_picture_of(e) for e in captions)
    return list(dict.fromkeys(texts)), [image for image in figures if image is not None]


def _has_figcaption_above(tree: _Element, body: _Element) -> bool:
    has_any = next(tree.iter("figcaption"), None) is not None  # much faster
    return has_any and bool(FIGCAPTIONS_ABOVE(body))


def caption_line(text: str) -> PageLine:
    """Return a caption that stands above the body as a line of it."""
    return PageLine(text, tag="figcaption", caption=True)


def _is_of_another_article(element: _Element) -> bool:
    ancestors = (element, *element.iterancestors())
    return is_hidden(element) or any(e.tag in ("li", "aside", "nav", "a") for e in ancestors)


def _picture_of(caption: _Element) -> _Element | None:
    parent = caption.getparent()
    return next(parent.iter("img"), None) if parent is not None else None
