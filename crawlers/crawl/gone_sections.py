"""Sections whose page is gone: renamed or deleted?

If a category gets another name, all its addresses are gone, but no article is; if it is deleted,
its articles are. The menu tells them apart: the pages beside the gone one that it links to, and
that are no section of the site module, are read. One of them that lists an article of the gone
section is its new name. Whatever cannot be read leaves it open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MAX_BESIDE = 10  # pages beside a gone section that are read; with more, nothing is decided


@dataclass(slots=True)
class GoneSections:
    """The gone sections of one run.

    Attributes:
        listings: the addresses of the sections of the site module, kept without "/" at their ends
        gone: address of a section -> 404 or 410
        menu: addresses to which listings link and that are no articles
        beside: page beside a gone section -> the addresses it links to; None while it is unread
    """

    listings: frozenset[str]
    gone: dict[str, int] = field(default_factory=dict)
    menu: set[str] = field(default_factory=set)
    beside: dict[str, frozenset[str] | None] = field(default_factory=dict)
    postponed: set[int] = field(default_factory=set)  # ids of articles that are requested again

    def __post_init__(self) -> None:
        self.listings = frozenset(map(_bare, self.listings))

    def of(self, url: str) -> str | None:
        """Return the gone section below whose address an article has its own, or None."""
        return next((s for s in self.gone if url.startswith(f"{_bare(s)}/")), None)

    def add_menu(self, links: Iterable[str]) -> None:
        self.menu.update(map(_bare, links))

    def unread(self, section: str) -> Iterator[str]:
        """Yield the pages beside a section that are not requested yet, and note them."""
        for url in self._beside(section):
            if len(self.beside) < MAX_BESIDE and url not in self.beside:
                self.beside[url] = None
                yield url

    def postpones(self, section: str, article: int) -> bool:
        """Whether an article has to wait for pages beside its section. It waits once."""
        if article in self.postponed or self.beside.keys().isdisjoint(self._beside(section)):
            return False
        self.postponed.add(article)
        return True

    def note(self, url: str, links: Iterable[str]) -> None:
        self.beside[_bare(url)] = frozenset(map(_bare, links))

    def is_deleted(self, section: str, articles: Iterable[str]) -> bool:
        """Whether a section is gone with its articles, of which the addresses are given.

        The name of an article is the last part of its address: a new section keeps it.
        """
        pages = [self.beside.get(url) for url in self._beside(section)]
        if not self.menu or _bare(section) in self.menu or None in pages:
            return False
        listed = {_name(link) for links in pages for link in links or ()}
        own = f"{_bare(section)}/"
        return not any(_name(url) in listed for url in articles if url.startswith(own))

    def _beside(self, section: str) -> list[str]:
        """Return the pages of the menu in the same folder, or of the same name in another one."""
        parent, _, name = _bare(section).rpartition("/")
        other = self.menu - self.listings
        near = (u for u in other if u.rpartition("/")[0] == parent or _name(u) == name)
        return sorted(filter(_is_page, near))


def _bare(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _is_page(url: str) -> bool:
    """Whether an address may be that of a section: it has a path, no query and no file."""
    parts = urlsplit(url)
    return parts.path.strip("/") != "" and not parts.query and "." not in _name(parts.path)
