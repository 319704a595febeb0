"""Where else an article may be that is missing at its address.

An article that gets another category, or a site that gets another form of addresses, mostly keeps
the last part of the path, its name, and a category that is renamed keeps the names of all its
articles. So an article is looked for where a listing links to its key or name, and else in the
folder in which other articles of its folder are now. The page there decides whether it is the same
article (crawlers/crawl/rechecks.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

MAX_URLS_PER_KEY = 3
MIN_NAME_CHARS, MIN_NAME_DASHES = 12, 2  # of a name that hardly two articles have


class ArticleAddresses:
    """The URLs of a site's articles: those of earlier runs, and those of this run's listings.

    `stored`: returns the URLs that stored articles have or had; called when they are needed.
    """

    def __init__(self, stored: Callable[[], Iterable[str]]) -> None:
        self._stored = stored
        self._by_key: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        self._stored_by_name: dict[str, str] | None = None
        self._folders: dict[str, set[str]] = defaultdict(set)  # of each name
        self._shared: dict[str, Counter[str]] = defaultdict(Counter)  # names in two folders

    def add(self, key: str, url: str) -> None:
        """Add a link of a listing."""
        _append(self._by_key.setdefault(key, []), url)
        if (name := name_of(url)) is not None:
            _append(self._by_name.setdefault(name, []), url)
            self._add_folder(name, url)

    def lists(self, key: str, url: str) -> bool:
        """Whether a listing links to another URL than `url` with its key or its name."""
        return self._listed(key, url) is not None

    def elsewhere(self, key: str, url: str) -> str | None:
        """Return another URL than `url` at which the article may be, or None."""
        return self._listed(key, url) or self._in_other_folder(url)

    def stored_with_name_of(self, url: str) -> str | None:
        """Return the URL of a stored article that has the name of a new one, or None."""
        name = name_of(url)
        return self._load().get(name) if name is not None else None

    def _listed(self, key: str, url: str) -> str | None:
        listed = (*self._by_key.get(key, ()), *self._by_name.get(name_of(url) or "", ()))
        return next((other for other in listed if other != url), None)

    def _in_other_folder(self, url: str) -> str | None:
        if name_of(url) is None:
            return None
        self._load()
        folder = _folder_of(url)
        other = max(self._shared.get(folder, Counter()).items(), key=_most, default=None)
        return other[0] + url[len(folder) :] if other else None

    def _load(self) -> dict[str, str]:
        if self._stored_by_name is None:
            self._stored_by_name = {}
            for url in self._stored():
                if (name := name_of(url)) is not None:
                    self._stored_by_name[name] = url
                    self._add_folder(name, url)
        return self._stored_by_name

    def _add_folder(self, name: str, url: str) -> None:
        folder, folders = _folder_of(url), self._folders[name]
        if folder in folders:
            return
        for other in folders:
            self._shared[folder][other] += 1
            self._shared[other][folder] += 1
        folders.add(folder)


def name_of(url: str) -> str | None:
    """Return the last part of a URL's path, or None if it is too short for a name."""
    if "?" in url:
        return None
    name = url.rstrip("/").rpartition("/")[2]
    tells = len(name) >= MIN_NAME_CHARS and name.count("-") >= MIN_NAME_DASHES
    return name if tells else None


def _folder_of(url: str) -> str:
    return url.rstrip("/").rpartition("/")[0]


def _most(item: tuple[str, int]) -> tuple[int, str]:
    return item[1], item[0]


def _append(urls: list[str], url: str) -> None:
    if url not in urls and len(urls) < MAX_URLS_PER_KEY:
        urls.append(url)
