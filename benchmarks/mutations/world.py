"""World: a small site whose articles are edited, taken down, moved and restored.

The site itself has outages and a redesign. It answers requests as a server does.
"""

from __future__ import annotations

import html
import random
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from twisted.internet.error import TimeoutError as ConnectionTimeout

from crawlers.spider import SiteSpider
from mutations import wording
from mutations.edits import EDITS
from mutations.pages import Base
from mutations.pairs import KINDS, NOISE, REORDERED
from pipelines.boilerplate.detector import MIN_COUNTED_PAGES

TAKEDOWNS = ("404", "410", "soft 404", "error page", "to home", "to section")
OUTAGES = ("no answer", "503", "404 everywhere", "all to home", "all soft 404", "login page")
NOT_FOUND_TITLE = "Không tìm thấy trang"
CLASSES = re.compile(r"""(\b(?:class|id))=(["'])(.*?)\2""")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    content_type: str | None = "text/html; charset=utf-8"
    location: str | None = None


def _error_page(text: str, status: int = 200) -> Answer:
    page = f"<html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>"
    return Answer(status, page.encode())


ERROR_PAGE_SHARE = 0.02  # of the responses for articles that are there
ERROR_PAGES = (
    _error_page("Error establishing a database connection"),
    _error_page("Server Error in '/' Application."),
    _error_page("503 Service Unavailable", 503),
    _error_page("Your request is blocked", 403),
)


@dataclass(slots=True)
class LiveArticle:
    """One article: its current text and URL, and how it was taken down."""

    base: Base
    url: str
    key: str
    tokens: list[str]
    version: int = 0
    gone: str | None = None
    unseen: bool = False  # moved and not fetched since


@dataclass(slots=True)
class World:
    site: type[SiteSpider]
    rng: random.Random
    articles: dict[str, LiveArticle] = field(default_factory=dict)  # by key
    waiting: list[LiveArticle] = field(default_factory=list)  # not published yet
    moved: dict[str, str] = field(default_factory=dict)  # old address -> new one
    outage: str | None = None
    redesigned: bool = False
    noisy: bool = True
    counter: bool = False  # every page prints a view counter after the last paragraph
    served: dict[str, int] = field(default_factory=dict)  # key -> version, in this batch
    changes: list[tuple[str, str]] = field(default_factory=list)  # what was done: kind, key

    def answer(self, url: str) -> Answer:
        """Return the response to a request. Raise a timeout during an outage without response."""
        if self.outage == "no answer":
            raise ConnectionTimeout
        if self.outage == "503":
            return Answer(503, b"<html><body><h1>503 Service Unavailable</h1></body></html>")
        if self.outage == "404 everywhere":
            return Answer(404, _notice(NOT_FOUND_TITLE))
        if self.outage == "login page":
            return Answer(200, LOGIN.encode())
        key = self.site.key_of(url)
        if key is None:
            return self._listing(url)
        if self.outage == "all to home":
            return Answer(302, b"", location=self.home)
        if self.outage == "all soft 404":
            return Answer(200, _notice(NOT_FOUND_TITLE))
        if _target(url) in self.moved:
            return Answer(301, b"", location=self.moved[_target(url)])
        article = self.articles.get(key)
        if article is None:
            return Answer(404, _notice(NOT_FOUND_TITLE))
        return self._absent(article) if article.gone else self._page(article)

    @property
    def home(self) -> str:
        return f"{self.site.root()}/"

    def _page(self, article: LiveArticle) -> Answer:
        if self.noisy and self.rng.random() < ERROR_PAGE_SHARE:
            return self.rng.choice(ERROR_PAGES)
        self.served[article.key] = article.version
        article.unseen = False
        names = self.rng.sample(KINDS, 2) if self.noisy else []
        draft = article.base.draft(self.rng)
        draft.tokens = list(article.tokens)
        for name in names:
            if name != REORDERED:
                NOISE[name](draft)
        if self.counter and draft.shape.paragraphs:
            end = draft.shape.paragraphs[-1][1]
            draft.tokens[end] += f"<p>Lượt xem: {self.rng.randrange(10**5)}</p>"
        page = draft.text()
        if self.redesigned:
            page = CLASSES.sub(_renamed, page)
        body, kind = wording.encoded(page, draft.charset)
        return Answer(200, body, kind)

    def _absent(self, article: LiveArticle) -> Answer:
        match article.gone:
            case "404" | "410":
                return Answer(int(article.gone), _notice(NOT_FOUND_TITLE))
            case "to home":
                return Answer(302, b"", location=self.home)
            case "to section":
                return Answer(302, b"", location=f"{self.home}chuyen-muc/thoi-su")
            case "error page":
                path = urlsplit(article.url).path
                return Answer(302, b"", location=f"{self.home}Error.aspx?aspxerrorpath={path}")
            case _:
                return Answer(200, _notice(NOT_FOUND_TITLE))

    def _listing(self, url: str) -> Answer:
        if "aspxerrorpath" in url:
            return Answer(200, _notice("Bài viết không tồn tại"))
        live = [a for a in self.articles.values() if not a.gone]
        if any(url.endswith(feed) for feed in self.site.feeds):
            items = "".join(f"<item><link>{html.escape(a.url)}</link></item>" for a in live)
            feed = f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'
            return Answer(200, feed.encode(), "application/rss+xml")
        items = "".join(f'<li><a href="{html.escape(a.url)}">{_title(a)}</a></li>' for a in live)
        return Answer(200, f"<html><body><h1>Tin mới</h1><ul>{items}</ul></body></html>".encode())


def world(bases: list[Base], rng: random.Random) -> World:
    """Return a world with the articles of one site; two of them are published later."""
    sites = sorted({b.stored.site.name for b in bases if enough(bases, b)})
    name = rng.choice(sites)
    own: dict[str, Base] = {b.article.key: b for b in bases if b.stored.site.name == name}
    site = next(iter(own.values())).stored.site
    made = World(site, rng)
    chosen = rng.sample(sorted(own), min(len(own), 16))
    for number, key in enumerate(chosen):
        base = own[key]
        living = LiveArticle(base, base.stored.url, key, list(base.shapes[0].tokens))
        if number < 2:
            made.waiting.append(living)
        else:
            made.articles[key] = living
    made.counter = len(made.articles) >= MIN_COUNTED_PAGES and rng.random() < 0.5
    return made


MAX_EDITS_PER_BATCH = 4  # with so few articles, more edits look like a redesign and are held
MIN_SITE_ARTICLES = 8  # so that shares of them mean something


def enough(bases: list[Base], one: Base) -> bool:
    keys = {b.article.key for b in bases if b.stored.site is one.stored.site}
    return len(keys) >= MIN_SITE_ARTICLES


def change_articles(world: World) -> None:
    """Edit, publish, take down, restore and move articles between two batches."""
    rng = world.rng
    # An article that is moved and edited between two fetches cannot be recognised.
    editable = [a for a in world.articles.values() if not a.gone and not a.unseen]
    max_edits = 1 if world.outage else MAX_EDITS_PER_BATCH  # edits during an outage add up
    for article in [a for a in editable if rng.random() < 0.12][:max_edits]:
        _edit(world, article)
    if world.waiting and rng.random() < 0.2:
        article = world.waiting.pop()
        world.articles[article.key] = article
    live = [a for a in world.articles.values() if not a.gone]
    if len(live) > MIN_SITE_ARTICLES and rng.random() < 0.3:
        rng.choice(live).gone = rng.choice(TAKEDOWNS)
    missing = [a for a in world.articles.values() if a.gone]
    if missing and rng.random() < 0.1:
        rng.choice(missing).gone = None
    if rng.random() < 0.1:
        _move(world)


def _edit(world: World, article: LiveArticle) -> None:
    draft = article.base.draft(world.rng)
    draft.tokens = list(article.tokens)
    kind = world.rng.choice(REPEATABLE_EDITS)
    if EDITS[kind](draft) is not None and draft.tokens != article.tokens:
        article.tokens = draft.tokens
        article.version += 1


# These edits keep the positions of tokens, so that one does not undo another.
REPEATABLE_EDITS = (
    "one tone mark",
    "syllable replaced",
    "syllable inserted",
    "title word",
    "byline name",
)


def _move(world: World) -> None:
    """Give an article a new key; its old URL redirects to the new one."""
    served = world.served
    live = [
        a
        for a in world.articles.values()
        if not a.gone and a.key.isdigit() and served.get(a.key) == a.version
    ]
    if not live:
        return
    old = world.rng.choice(live)
    key = str(int(old.key) + 7_000_000)
    url = old.url.replace(old.key, key)
    if world.site.key_of(url) != key:
        return
    tokens = [t.replace(old.url, url) for t in old.tokens]
    new = LiveArticle(old.base, url, key, tokens, old.version, unseen=True)
    del world.articles[old.key]
    world.articles[key] = new
    world.moved[_target(old.url)] = url
    world.changes.append(("moved", old.key))


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _renamed(match: re.Match[str]) -> str:
    names = " ".join(f"v2-{name}" for name in match[3].split())
    return f"{match[1]}={match[2]}{names}{match[2]}"


def _title(article: LiveArticle) -> str:
    return html.escape(article.base.article.title)


def _notice(text: str) -> bytes:
    page = f"<title>{text}</title></head><body><h1>{text}</h1><p>Mời bạn về trang chủ.</p>"
    return f'<html lang="vi"><head><meta charset="utf-8">{page}</body></html>'.encode()


LOGIN = (
    '<html lang="vi"><head><title>Đăng nhập</title></head><body><h1>Đăng nhập</h1>'
    '<form action="/login" method="post"><input name="user"><input type="password" name="pass">'
    "<button>Đăng nhập</button></form></body></html>"
)
