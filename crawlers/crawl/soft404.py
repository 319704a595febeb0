"""Pages that are no article: "not found", login, firewall and error pages in an article's place.

They are recognised by URL, text and markup alone. Articles may quote such phrases, so a phrase
counts only if it is a whole title or sentence, on a page with little other text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import SplitResult, parse_qsl, urlsplit

from lxml.etree import _Element, iterwalk

from crawlers.crawl.soft404_patterns import (
    BLOCK_PATH,
    CHALLENGE_SCRIPT,
    ERROR_PATH,
    ERROR_QUERY,
    LEAD_IN,
    NOT_FOUND,
    NOT_FOUND_PATH,
    PAGE_PATTERNS,
    PASSWORD_FORM,
    PROGRAM_ERROR,
    SITE_NAME_SEPARATOR,
    STATUS_PREFIX,
    TAIL,
    TITLE_REMAINDER,
    UNPUBLISHED,
)
from crawlers.extraction.html import UnreadablePage, parse
from crawlers.extraction.lines import BLOCK_TAGS, inner_text
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison
from storage.messages.reasons_pages import BlockPage, ErrorPage, PageReason, shows_page
from storage.models import Article
from storage.reasons import Reason

MAX_PHRASE_CHARS = 250  # of a page's other text; a phrase in a line counts on shorter pages
MIN_ARTICLE_CHARS = 2000  # of page text; longer pages are articles, whatever their title says
MAX_SIGNED_CHARS = 2 * MIN_ARTICLE_CHARS  # of page text, messages included; longer: an article
MIN_DATED_CHARS = 150  # of a page with a date of publication that is an article nevertheless
MIN_PARAGRAPH_CHARS = 40  # of a paragraph that proves that an article is still on a page
MAX_CHALLENGE_CHARS = 400  # of the text of a page whose script sets a cookie and reloads it
MAX_TITLES = 4  # of a page that are compared
MAX_LINE_CHARS = 500  # of a title or line that is compared; the patterns take quadratic time
MAX_SENTENCES = 3  # of a line that are compared
OF_READING = re.compile(
    r"xem|đọc|nội dung|bài viết|thành viên|read|view|content|member|subscriber", re.IGNORECASE
)
OF_COMMENTS = re.compile(r"bình luận|ý kiến|phản hồi|comment|reply", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def is_error_url(url: str) -> bool:
    """Whether a URL is that of the site's error page, for whatever error."""
    return _in_path(url, ERROR_PATH) or any(
        name.lower() == ERROR_QUERY for name, _ in parse_qsl(_parts(url).query, True)
    )


def is_not_found_url(url: str) -> bool:
    """Whether a URL is that of the site's "not found" page."""
    return _in_path(url, NOT_FOUND_PATH)


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


@dataclass(frozen=True, slots=True)
class PageSign:
    """What a page states to be instead of an article.

    Attributes:
        kind: None for a "not found" page
        alone: the message counts only if the page has little other text
        certain: nothing else on the page counts: no article has the error message of a program
    """

    kind: BlockPage | ErrorPage | None
    quote: str
    alone: bool = True
    certain: bool = False

    @property
    def not_found(self) -> bool:
        return self.kind is None

    @property
    def blocked(self) -> bool:
        return isinstance(self.kind, BlockPage)

    def reason(self) -> Reason:
        if self.kind is None:
            return Reason(PageReason.NOT_FOUND_PHRASE, quote=self.quote)
        return shows_page(self.kind)


def find_sign(
    titles: Sequence[str], lines: Sequence[str], *, dated: bool = False, unread: bool = False
) -> PageSign | None:
    """Return what a page with these titles and lines of text is instead of an article, or None.

    A title that is nothing but a phrase counts up to MIN_ARTICLE_CHARS of other text. A line counts
    up to MAX_PHRASE_CHARS. Both count only up to MIN_DATED_CHARS if the page has a date of
    publication (`dated`). On a page on which no article could be read (`unread`), a line
    counts beside any text, unless its pattern says `alone`. A program's error message counts in
    any page.
    """
    if (error := _program_error(lines)) is not None:
        return error
    limit = MIN_DATED_CHARS if dated else MIN_ARTICLE_CHARS
    of_title = _title_sign(titles) if sum(map(len, lines)) < MAX_SIGNED_CHARS else None
    if of_title is None and sum(map(len, lines)) >= limit and not unread:
        return None
    signs = [_sign_of(line) for line in lines]
    rest = sum(len(line) for line, sign in zip(lines, signs, strict=True) if sign is None)
    if of_title is not None and rest < limit:
        return of_title
    is_short = rest < (MIN_DATED_CHARS if dated else MAX_PHRASE_CHARS)
    for sign in signs:
        if sign is not None and (is_short or (unread and not sign.alone)):
            return sign
    if not is_short:
        return None
    match = next(filter(None, (NOT_FOUND.search(line[:MAX_LINE_CHARS]) for line in lines)), None)
    return PageSign(None, match.group()) if match else None


def article_sign(body: bytes, page: RawArticle) -> PageSign | None:
    """Return what a page is instead of the article that was extracted from it, or None."""
    if (stated := _markup_sign(body)) is not None:
        return stated
    lines = [page.lead or "", *(block.text for block in page.blocks)]
    by_rules = not page.extractor_version.endswith(".generic")
    return find_sign([page.title or ""], lines, dated=by_rules and bool(page.published))


def _markup_sign(body: bytes) -> PageSign | None:
    """Return what the CMS states beside any text: that it is protected, or no longer published."""
    if b"post_password" in body and PASSWORD_FORM.search(body):  # the name is searched faster
        return PageSign(BlockPage.PAGE_PASSWORD, "")
    if notice := UNPUBLISHED.search(body):
        return PageSign(None, notice[1].decode("utf-8", "replace").strip(), certain=True)
    return None


def _title_sign(titles: Sequence[str]) -> PageSign | None:
    for title in titles:
        if (phrase := _not_found_title(title)) is not None:
            return PageSign(None, phrase)
    texts = dict.fromkeys(text for t in titles for text in (t, _without_site_name(t)))
    return next(filter(None, map(_sign_of, texts)), None)


def _program_error(lines: Iterable[str]) -> PageSign | None:
    """Return the error message of PHP, Java, .NET or a database that is a line of a page."""
    for line in lines:
        if match := PROGRAM_ERROR.match(line[:MAX_LINE_CHARS]):
            quote = match.group()[:MAX_PHRASE_CHARS]
            return PageSign(ErrorPage.PAGE_SERVER_ERROR, quote, certain=True)
    return None


def _sign_of(line: str) -> PageSign | None:
    """Return the message that a sentence of a line consists of, or None."""
    if not line or len(line) > MAX_LINE_CHARS:
        return None
    for sentence in SENTENCE_END.split(line)[:MAX_SENTENCES]:
        start = LEAD_IN.match(sentence)
        for position in {0, start.end() if start else 0}:
            for row in PAGE_PATTERNS:
                match = row.pattern.match(sentence, position)
                if match and TAIL.fullmatch(sentence, match.end()):
                    return PageSign(row.kind, match.group(), row.alone)
    return None


def _without_site_name(title: str) -> str:
    return SITE_NAME_SEPARATOR.split(title[:MAX_LINE_CHARS], maxsplit=1)[0]


def _not_found_title(title: str) -> str | None:
    """Return the phrase of a title that is nothing but a "not found" message, or None."""
    without_status = STATUS_PREFIX.sub("", title[:MAX_LINE_CHARS], count=1).strip()
    bare = _without_site_name(without_status)
    match = NOT_FOUND.match(bare)
    return match.group() if match and TITLE_REMAINDER.fullmatch(bare, match.end()) else None


def access_sign(lines: Iterable[str]) -> PageSign | None:
    """Return the line that asks visitors to log in before they may read on, or None.

    A login box, or a login to write comments, hides no text.
    """
    asking = (line for line in lines if len(line) <= MAX_LINE_CHARS and OF_READING.search(line))
    signs = (_sign_of(line) for line in asking if not OF_COMMENTS.search(line))
    return next((sign for sign in signs if sign is not None and sign.blocked), None)


class VisibleText:
    """The titles and the text of a page, without links, that a browser would show.

    Attributes:
        titles: texts of `title` and `h1`
        lines: the lines of the body without links, because menus and teasers are links
        text: the lines as one text
    """

    def __init__(self, body: bytes, content_type: str | None = None) -> None:
        """Parse the page. A body without HTML has no text; it does not raise."""
        self.titles: list[str] = []
        self.lines: list[str] = []
        self.text = self._without_links = self._with_links = ""
        self._body = body
        try:
            tree, _ = parse(body, content_type)
        except UnreadablePage:
            return
        heads = (inner_text(e).split() for tag in ("title", "h1") for e in tree.iter(tag))
        self.titles = [" ".join(words) for words in heads if words][:MAX_TITLES]
        self.lines = list(_lines(tree))
        self.text = " ".join(self.lines)
        self._without_links = _squeezed(" ".join([*self.titles, self.text]))
        self._with_links = _squeezed(" ".join(_text_nodes(tree)))

    def sign(self, template: Collection[str] = ()) -> PageSign | None:
        """Return what the page is instead of an article, or None if nothing shows it.

        `template`: lines that do not count because every page of the site has them.
        """
        if (stated := _markup_sign(self._body)) is not None:
            return stated
        if len(self.text) < MAX_CHALLENGE_CHARS and CHALLENGE_SCRIPT.search(self._body):
            return PageSign(BlockPage.PAGE_BROWSER_CHECK, "")
        lines = [line for line in self.lines if line not in template]
        return find_sign(self.titles, lines, unread=True)

    def contains(self, article: Article) -> bool:
        """Whether the article's title, or one of its longer paragraphs, is on the page.

        A title inside a link does not count: the page of another article may list it.
        """
        return _squeezed(article.title) in self._without_links or self.contains_text(article)

    def contains_text(self, article: Article) -> bool:
        """Whether one of the article's longer paragraphs is on the page."""
        texts = [article.lead or "", *(block.text for block in article.body)]
        lines = (_squeezed(text) for text in texts if len(text) >= MIN_PARAGRAPH_CHARS)
        return any(line in self._with_links for line in lines)

    def contains_most(self, article: Article) -> bool:
        """Whether paragraphs with at least half of the body's characters are on the page."""
        texts = [_squeezed(block.text) for block in article.body]
        found = sum(len(text) for text in texts if text in self._with_links)
        return 2 * found >= sum(map(len, texts)) > 0

    def contains_all(self, article: Article) -> bool:
        """Whether every paragraph of the article is on the page."""
        return all(_squeezed(block.text) in self._with_links for block in article.body)


def _squeezed(text: str) -> str:
    """Return text without white space and capitals, which markup and templates change."""
    return "".join(comparison(text).lower().split())


HIDDEN = frozenset(("script", "style", "noscript", "template", "head", "a"))
HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.I)


def _lines(tree: _Element) -> Iterator[str]:
    """Yield the lines of the body without hidden elements and links."""
    parts: list[str] = []
    walker = iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        if event == "start" and (element.tag in HIDDEN or _is_hidden(element)):
            walker.skip_subtree()
        elif event == "start":
            if element.tag in BLOCK_TAGS or element.tag == "br":
                yield from _line(parts)
            parts.append(element.text or "")
        else:
            if element.tag in BLOCK_TAGS:
                yield from _line(parts)
            parts.append(element.tail or "")
    yield from _line(parts)


def _is_hidden(element: _Element) -> bool:
    style = element.get("style") or ""
    return element.get("hidden") is not None or HIDDEN_STYLE.search(style) is not None


def _line(parts: list[str]) -> Iterator[str]:
    """Yield the text of `parts` unless it is empty, and clear them."""
    if line := " ".join("".join(parts).split()):
        yield line
    parts.clear()


def _text_nodes(tree: _Element) -> list[str]:
    """Return the text nodes of the body without scripts and styles."""
    hidden = "script or ancestor::style or ancestor::noscript or ancestor::template"
    nodes = cast(list[str], tree.xpath(f"//body//text()[not(ancestor::{hidden})]"))
    return [text for node in nodes if (text := " ".join(node.split()))]
