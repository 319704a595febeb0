"""Soft 404 and block pages: "not found", login and firewall pages served instead of an article.

They are recognised by URL and text alone. Articles may quote such phrases, so a phrase counts only
on a page with little text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar, cast
from urllib.parse import SplitResult, parse_qsl, urlsplit

from lxml.etree import _Element

from crawlers.crawl.soft404_patterns import (
    BLOCK_PAGES,
    BLOCK_PATH,
    ERROR_PATH,
    ERROR_QUERY,
    NOT_FOUND,
    SITE_NAME_SEPARATOR,
    STATUS_PREFIX,
    TITLE_REMAINDER,
)
from crawlers.extraction.html import UnreadablePage, parse
from crawlers.extraction.lines import inner_text
from pipelines.text.normal_forms import comparison
from storage.messages.reasons_pages import BlockPage
from storage.models import Article

MAX_PHRASE_CHARS = 250  # of page text; on shorter pages a phrase anywhere in the text counts
MIN_ARTICLE_CHARS = 2000  # of page text; longer pages are articles, whatever their title says
MIN_PARAGRAPH_CHARS = 40  # of a paragraph that proves that an article is still on a page
MIN_TITLE_SHARE = 0.85  # of a title that a block pattern must cover
MAX_TITLES = 4  # of a page that are compared
MAX_TITLE_CHARS = 500  # of a title that is compared; the patterns take quadratic time

_T = TypeVar("_T", bound=str)


def is_error_url(url: str) -> bool:
    """Whether a URL is that of the site's error page."""
    return _in_path(url, ERROR_PATH) or any(
        name.lower() == ERROR_QUERY for name, _ in parse_qsl(_parts(url).query, True)
    )


def is_block_url(url: str) -> bool:
    """Whether a URL is that of a login or block page."""
    return _in_path(url, BLOCK_PATH)


def is_front_page_url(url: str | None) -> bool:
    """Whether a URL is that of a site's front page."""
    parts = _parts(url or "")
    return bool(url) and parts.path in ("", "/") and not parts.query


def _in_path(url: str, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(part) for part in _parts(url).path.split("/"))


def _parts(url: str) -> SplitResult:
    """Split a URL that a page gave; an invalid one ("http://[x") gets the path "?"."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "?", "", "")


def find_block_page(title: str, text: str) -> BlockPage | None:
    """Return the kind of login or block page with this title and text, or None."""
    if len(text) >= MIN_ARTICLE_CHARS:
        return None
    title = title[:MAX_TITLE_CHARS]
    titles = {title, SITE_NAME_SEPARATOR.split(title, maxsplit=1)[0]}
    for pattern, kind in BLOCK_PAGES:
        for candidate in titles:
            match = pattern.search(candidate)
            if match and len(match.group()) >= MIN_TITLE_SHARE * len(candidate.strip(" .!…")):
                return kind
        if len(text) < MAX_PHRASE_CHARS and pattern.search(text):
            return kind
    return None


def not_found_phrase(title: str, text: str) -> str | None:
    """Return the phrase with which a page states that its article does not exist, or None.

    A title that is nothing but the phrase counts up to MIN_ARTICLE_CHARS of other text; a phrase
    in the text counts up to MAX_PHRASE_CHARS.
    """
    if len(text) >= MIN_ARTICLE_CHARS:
        return None
    without_status = STATUS_PREFIX.sub("", title[:MAX_TITLE_CHARS], count=1).strip()
    bare = SITE_NAME_SEPARATOR.split(without_status, maxsplit=1)[0]
    match = NOT_FOUND.match(bare)
    if match and TITLE_REMAINDER.fullmatch(bare, match.end()):
        return match.group()
    if len(text) >= MAX_PHRASE_CHARS:
        return None
    match = NOT_FOUND.search(text)
    return match.group() if match else None


class VisibleText:
    """The titles and the text of a page, without links, that a browser would show.

    Attributes:
        titles: texts of `title` and `h1`
        text: the text of the body without links, because menus and teasers are links
    """

    def __init__(self, body: bytes, content_type: str | None = None) -> None:
        """Parse the page. A body without HTML has no text; it does not raise."""
        self.titles: list[str] = []
        self.text = self._without_links = self._with_links = ""
        try:
            tree, _ = parse(body, content_type)
        except UnreadablePage:
            return
        heads = (inner_text(e).split() for tag in ("title", "h1") for e in tree.iter(tag))
        self.titles = [" ".join(words) for words in heads if words][:MAX_TITLES]
        texts = _text_nodes(tree, links=False)
        self.text = " ".join(texts)
        self._without_links = _squeezed(" ".join([*self.titles, *texts]))
        self._with_links = _squeezed(" ".join(_text_nodes(tree, links=True)))

    def block_page(self) -> BlockPage | None:
        """Return the kind of login or block page that this is, or None."""
        return self._first_match(find_block_page)

    def not_found(self) -> str | None:
        """Return the page's "not found" phrase, or None."""
        return self._first_match(not_found_phrase)

    def _first_match(self, find: Callable[[str, str], _T | None]) -> _T | None:
        matches = (find(title, self.text) for title in self.titles or [""])
        return next((match for match in matches if match), None)

    def contains(self, article: Article) -> bool:
        """Whether the article's title, or one of its longer paragraphs, is on the page.

        A title inside a link does not count: the page of another article may list it.
        """
        if _squeezed(article.title) in self._without_links:
            return True
        texts = [article.lead or "", *(block.text for block in article.body)]
        lines = (_squeezed(text) for text in texts if len(text) >= MIN_PARAGRAPH_CHARS)
        return any(line in self._with_links for line in lines)

    def contains_all(self, article: Article) -> bool:
        """Whether every paragraph of the article is on the page."""
        return all(_squeezed(block.text) in self._with_links for block in article.body)


def _squeezed(text: str) -> str:
    """Return text without white space and capitals, which markup and templates change."""
    return "".join(comparison(text).lower().split())


def _text_nodes(tree: _Element, *, links: bool) -> list[str]:
    """Return the text nodes of the body without scripts, styles and, unless `links`, links."""
    hidden = "script or ancestor::style or ancestor::noscript or ancestor::template"
    without = f"ancestor::{hidden}" + ("" if links else " or ancestor::a")
    nodes = cast(list[str], tree.xpath(f"//body//text()[not({without})]"))
    return [text for node in nodes if (text := " ".join(node.split()))]
