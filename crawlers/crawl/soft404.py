"""What stands at an article's address when the article does not: "not found", logins, blocks.

Everything here is told from the address and the text alone. A page that holds an article is never
judged by a phrase in it: papers write about error pages too, so how much text there is decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar, cast
from urllib.parse import SplitResult, parse_qsl, urlsplit

from lxml.etree import _Element

from crawlers.crawl.soft404_patterns import (
    BARRED,
    BARRED_PLACE,
    CODE,
    ERROR_PLACE,
    ERROR_QUERY,
    NOT_FOUND,
    NOTHING_ELSE,
    SITE_NAME,
)
from crawlers.extraction.html import UnreadablePage, parse
from crawlers.extraction.lines import inner_text
from pipelines.text.normal_forms import comparison
from storage.messages.reasons_pages import BlockPage
from storage.models import Article

SHORT = 250  # characters; a page with less text is no article if it says that there is none
LONG = 2000  # a page with more text is an article, whatever its title says
FOUND_AGAIN = 40  # characters of a paragraph that tell whether a text is still on a page
MOST_OF_IT = 0.85  # of a title, where it is what a page is told by

_T = TypeVar("_T", bound=str)


def is_error_place(url: str) -> bool:
    """Whether an address is the site's own for what it does not have."""
    return _in_path(url, ERROR_PLACE) or any(
        name.lower() == ERROR_QUERY for name, _ in parse_qsl(_parts(url).query, True)
    )


def is_barred_place(url: str) -> bool:
    """Whether an address is one at which a visitor is asked to log in or kept out."""
    return _in_path(url, BARRED_PLACE)


def is_home(url: str | None) -> bool:
    """Whether an address is a site's front page."""
    parts = _parts(url or "")
    return bool(url) and parts.path in ("", "/") and not parts.query


def _in_path(url: str, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(part) for part in _parts(url).path.split("/"))


def _parts(url: str) -> SplitResult:
    """The parts of an address that a page gave; for what is none ("http://[x") a path of "?"."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "?", "", "")


def barred(title: str, text: str) -> BlockPage | None:
    """What keeps the visitor out on a page with this title and text."""
    if len(text) >= LONG:
        return None
    places = {title, SITE_NAME.split(title, maxsplit=1)[0]}
    for pattern, kind in BARRED:
        for place in places:
            found = pattern.search(place)
            if found and len(found.group()) >= MOST_OF_IT * len(place.strip(" .!…")):
                return kind
        if len(text) < SHORT and pattern.search(text):
            return kind
    return None


def says_not_found(title: str, text: str) -> str | None:
    """The phrase with which a page without an article says so, or None.

    A title that is nothing else says it over up to LONG characters of furniture and teasers;
    anywhere else the phrase counts only where there is next to no text.
    """
    if len(text) >= LONG:
        return None
    bare = SITE_NAME.split(CODE.sub("", title, count=1).strip(), maxsplit=1)[0]
    found = NOT_FOUND.match(bare)
    if found and NOTHING_ELSE.fullmatch(bare, found.end()):
        return found.group()
    if len(text) >= SHORT:
        return None
    found = NOT_FOUND.search(text)
    return found.group() if found else None


class Shown:
    """What a page shows that is no article, or hardly one: its titles and its text."""

    def __init__(self, body: bytes, content_type: str | None = None) -> None:
        """A page without any HTML shows nothing; it does not raise."""
        self.titles: list[str] = []
        self.text = self._own = self._all = ""
        try:
            tree, _ = parse(body, content_type)
        except UnreadablePage:
            return
        heads = (inner_text(e).split() for tag in ("title", "h1") for e in tree.iter(tag))
        self.titles = [" ".join(words) for words in heads if words][:4]
        own = _pieces(tree, links=False)
        # Menus and teasers are links and say nothing about the address.
        self.text = " ".join(own)
        self._own = _squeezed(" ".join([*self.titles, *own]))
        self._all = _squeezed(" ".join(_pieces(tree, links=True)))

    def barred(self) -> BlockPage | None:
        return self._first(barred)

    def not_found(self) -> str | None:
        return self._first(says_not_found)

    def _first(self, sign: Callable[[str, str], _T | None]) -> _T | None:
        found = (sign(title, self.text) for title in self.titles or [""])
        return next((one for one in found if one), None)

    def holds(self, known: Article) -> bool:
        """Whether a known article's title, or any longer paragraph of it, stands on the page.

        A title that is a link does not count: another article's page may list it.
        """
        if _squeezed(known.title) in self._own:
            return True
        texts = [known.lead or "", *(block.text for block in known.body)]
        lines = (_squeezed(text) for text in texts if len(text) >= FOUND_AGAIN)
        return any(line in self._all for line in lines)


def _squeezed(text: str) -> str:
    """Comparable wherever the markup breaks lines or the template sets capitals."""
    return "".join(comparison(text).lower().split())


def _pieces(tree: _Element, *, links: bool) -> list[str]:
    """The texts inside the body, without scripts, styles and, unless asked for, links."""
    hidden = "script or ancestor::style or ancestor::noscript or ancestor::template"
    without = f"ancestor::{hidden}" + ("" if links else " or ancestor::a")
    found = cast(list[str], tree.xpath(f"//body//text()[not({without})]"))
    return [text for piece in found if (text := " ".join(piece.split()))]
