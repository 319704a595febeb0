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

MAX_BESIDE = 30  # pages beside a gone section that are read; with more, nothing is decided


@dataclass(slots=True)
class GoneSections:
    """The gone sections of one run.

    Attributes:
        listings: the addresses of the sections of the site module, kept without "/" at their ends
        gone: address of a section -> 404 or 410
        menu: addresses to which listings link and that are no articles, by the same without "/"
        beside: page beside a gone section -> the addresses it links to; None while it is unread
    """

    listings: frozenset[str]
    gone: dict[str, int] = field(default_factory=dict)
    menu: dict[str, str] = field(default_factory=dict)
    beside: dict[str, frozenset[str] | None] = field(default_factory=dict)
    deleted: dict[str, bool] = field(default_factory=dict)  # by section, once asked
    postponed: set[int] = field(default_factory=set)  # ids of articles that are requested again

    def __post_init__(self) -> None:
        self.listings = frozenset(map(_bare, self.listings))

    def of(self, url: str) -> str | None:
        """Return the gone section below whose address an article has its own, or None."""
        return next((s for s in self.gone if url.startswith(f"{_folder(s)}/")), None)

    def add_menu(self, links: Iterable[str]) -> None:
        self.menu.update((_bare(link), link) for link in links)

    def unread(self, section: str) -> Iterator[str]:
        """Yield the pages beside a section that are not requested yet, and note them."""
        for url in self._beside(section):
            if len(self.beside) < MAX_BESIDE and url not in self.beside:
                self.beside[url] = None
                yield self.menu[url]

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

        The name of an article is the last part of its address: a new section keeps it. The first
        answer counts for all articles of the section.
        """
        if section not in self.deleted:
            self.deleted[section] = self._is_deleted(section, articles)
        return self.deleted[section]

    def _is_deleted(self, section: str, articles: Iterable[str]) -> bool:
        pages = [self.beside.get(url) for url in self._beside(section)]
        if not self.menu or _bare(section) in self.menu or None in pages:
            return False
        listed = {_name(link) for links in pages for link in links or ()}
        own = f"{_folder(section)}/"
        return not any(_name(url) in listed for url in articles if url.startswith(own))

    def _beside(self, section: str) -> list[str]:
        """Return the pages of the menu in the same folder, or of the same name in another one."""
        parent, _, name = _bare(section).rpartition("/")
        other = self.menu.keys() - self.listings
        near = (u for u in other if u.rpartition("/")[0] == parent or _name(u) == name)
        return sorted(url for url in near if _is_page(url, _extension(section)))


def _bare(url: str) -> str:
    return url.partition("#")[0].rstrip("/")


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _folder(section: str) -> str:
    """Return the address below which the articles of a section are: without ".aspx" or the like."""
    bare = _bare(section)
    return bare.removesuffix(_extension(bare))


def _extension(url: str) -> str:
    """Return the file extension of an address with its dot, or an empty string."""
    name = _name(urlsplit(_bare(url)).path)
    return name[name.rfind(".") :] if "." in name else ""


def _is_page(url: str, extension: str) -> bool:
    """Whether an address may be that of a section: it has a path, no query and the extension."""
    parts = urlsplit(url)
    return parts.path.strip("/") != "" and not parts.query and _extension(url) == extension
