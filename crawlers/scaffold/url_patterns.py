"""From the addresses of articles to the expression that fits them: `article_url`.

An address has a shape: where its id stands, what letters stand before it, how the address ends.
Articles of one site share a shape that its sections and its home page do not have.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

LONGEST = 2000  # characters of an address
FEWEST_WORDS = 4  # of a title in an address; a section's name is shorter
HEADLINE = 5  # words, in an address without an id
ID_NAMES = re.compile(r"(?:item|article|news|content|post|bai|tin|[a-z]{0,4})_?id|nid|p", re.I)
EXTENSION = re.compile(r"\.([a-z]{2,5})$", re.I)
TAIL = re.compile(r"^(?P<slug>.*?)(?P<mark>(?:^|[-_.])[a-z]{0,8})(?P<key>\d+)$", re.I)
HEAD = re.compile(r"^(?P<key>\d+)(?P<mark>[-_])(?P<slug>.+)$")
FILES = frozenset((
    "jpg", "jpeg", "png", "gif", "webp", "svg", "ico", "pdf", "doc", "docx", "xls", "xlsx", "mp3",
    "mp4", "zip", "rar", "rss", "xml", "css", "js",
))  # fmt: skip
YEAR = re.compile(r"(?:19|20)\d\d")
SHORTEST_FOLDER = 4  # digits of a folder that is an id; shorter ones are months and days
ENOUGH = 0.4  # of the headlines have an id, or it is a year and the like
LONG_ID = 8  # digits; ids with a date in them are never shorter


@dataclass(frozen=True, slots=True)
class Shape:
    """How an article's address is built. `where` is query, head, tail, parent or slug."""

    where: str
    long: bool = False  # an id with a date in it, beside which topics have short ones
    mark: str = ""  # what parts the id from the words, the query's parameter, or parts behind it
    extension: str = ""
    under: str = ""  # a fixed part of the path before the article's own, "-/view_content"


@dataclass(frozen=True, slots=True)
class Address:
    """One address: its shape, its id and the words of its own part."""

    url: str
    shape: Shape
    key: str
    words: int
    depth: int  # folders before the last part of the path
    slash: bool

    @property
    def speaks(self) -> bool:
        """Whether its words are a headline and not the name of a section.

        With the id in the query the rest of the address is the name of a program.
        """
        if self.shape.where == "query":
            return True
        return self.words >= (HEADLINE if self.shape.where == "slug" else FEWEST_WORDS)


class NoPattern(ValueError):
    """The addresses share no shape that other pages do not have as well."""


def target_of(url: str) -> str:
    """What article_url is matched against: path and query. Raises ValueError as urlsplit does."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def addresses_of(url: str) -> list[Address]:
    """An address under every shape that it may have, the likelier first; none for the home page.

    "/muc/ten-bai-nam-2025/" may end in an id or in a year: only others of its site tell.
    """
    try:
        parts = urlsplit(url if len(url) <= LONGEST else "")
    except ValueError:
        return []
    folders = [part for part in parts.path.split("/") if part]
    if not folders:
        return []
    last, slash = folders[-1], parts.path.endswith("/")
    ending = EXTENSION.search(last)
    name = last[: ending.start()] if ending else last
    extension = ending[1].lower() if ending else ""
    if extension in FILES:
        return []
    return [
        Address(
            url, replace(shape, extension=extension), key, _words(slug), len(folders) - 1, slash
        )
        for shape, key, slug in _shapes(name, folders[:-1], parts.query)
    ]


def _words(slug: str) -> int:
    return len([word for word in re.split(r"[-_]+", slug) if word])


def _shapes(name: str, folders: list[str], query: str) -> Iterator[tuple[Shape, str, str]]:
    """Shape, id and the part of the address that holds words."""
    for parameter, value in parse_qsl(query):
        if ID_NAMES.fullmatch(parameter) and value.isdigit():
            yield Shape("query", mark=parameter), value, name
    under = _fixed(folders)
    if head := HEAD.match(name):
        yield Shape("head", _is_long(head), head["mark"], under=under), head["key"], head["slug"]
    numbers = [folder for folder in folders if folder.isdigit() and not YEAR.fullmatch(folder)]
    if numbers and len(numbers[-1]) >= SHORTEST_FOLDER:
        behind = len(folders) - folders.index(numbers[-1])
        yield Shape("parent", mark=str(behind)), numbers[-1], name
    if tail := TAIL.match(name):
        mark = tail["mark"] if tail["slug"] else ""
        yield Shape("tail", _is_long(tail), mark, under=under), tail["key"], tail["slug"]
    yield Shape("slug"), "/".join([*folders, name]), name


def _is_long(match: re.Match[str]) -> bool:
    return len(match["key"]) >= LONG_ID


def _fixed(folders: list[str]) -> str:
    """Liferay and others put a part without a name of its own before the article's."""
    return "/".join(folders[folders.index("-") :]) if "-" in folders else ""


def grouped(urls: Iterable[str]) -> dict[Shape, list[Address]]:
    """Addresses by shape, each once under every shape that it may have, in their order."""
    found: dict[Shape, list[Address]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        for address in addresses_of(url):
            found[address.shape].append(address)
    return dict(found)


def article_shape(urls: Iterable[str]) -> Shape | None:
    """The shape of the articles among a site's links: that of most headlines with an id each.

    None where no link has a headline in it.
    """
    counts = {shape: _headlines(found) for shape, found in grouped(urls).items()}
    with_id = {shape: n for shape, n in counts.items() if shape.where != "slug" and n}
    paths = {shape: n for shape, n in counts.items() if shape.where == "slug" and n}
    best = max(with_id, key=lambda shape: (with_id[shape], shape.long), default=None)
    path = max(paths, key=lambda shape: paths[shape], default=None)
    if best is not None and (path is None or with_id[best] >= ENOUGH * paths[path]):
        return best
    return path


def articles_among(urls: Iterable[str], shape: Shape) -> list[str]:
    """The links that are articles: headlines, and what has an id as long as theirs."""
    found = grouped(urls).get(shape, [])
    if shape.where == "slug":
        above = {folder for a in found for folder in _above(a.key)}
        return [a.url for a in found if a.speaks and a.key not in above]
    lengths = Counter(len(a.key) for a in found if a.speaks)
    usual = max(lengths, key=lambda n: lengths[n], default=LONG_ID)
    # Topics and events have headlines too, and ids that are much shorter.
    return [
        a.url
        for a in found
        if len(a.key) >= usual - 1 and (a.speaks or len(a.key) >= SHORTEST_FOLDER)
    ]


def _above(path: str) -> list[str]:
    """The folders that a path lies in: what has pages under it is a section, however long."""
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts))]


def _headlines(found: list[Address]) -> int:
    return len({address.key for address in found if address.speaks})


def pattern_of(articles: Iterable[str], others: Iterable[str]) -> str:
    """An expression with a group `key` that fits every article and none of `others`.

    Raises NoPattern. The loosest one that parts the two is taken: ids grow, sections come.
    """
    targets = list(dict.fromkeys(target_of(url) for url in articles))
    rest = [target_of(url) for url in others]
    groups = {s: found for s, found in grouped(targets).items() if len(found) == len(targets)}
    theirs = grouped(rest)
    preferred = article_shape(targets)
    for shape in sorted(groups, key=lambda s: s != preferred):  # sorting keeps their order
        for candidate in _candidates(groups[shape], theirs.get(shape, [])):
            compiled = re.compile(candidate)
            if all(map(compiled.search, targets)) and not any(map(compiled.search, rest)):
                return candidate
    raise NoPattern("no expression tells the addresses of articles from those of sections")


def _candidates(own: list[Address], alike: list[Address]) -> list[str]:
    """Expressions from the loosest to the narrowest. `alike` are no articles, of their shape."""
    build = BUILDERS[own[0].shape.where]
    longest = max((len(o.key) for o in alike), default=0)
    shortest = min(len(a.key) for a in own)
    lengths = ["+"]
    if longest < shortest:
        least = max(longest + 1, min(shortest, LONG_ID))
        lengths = [f"{{{least},}}"] if alike or shortest >= LONG_ID else ["+"]
    found = [build(own, digits, False) for digits in lengths]
    return [*found, *(build(own, digits, True) for digits in lengths)]


def _folders(own: list[Address], narrow: bool) -> str:
    """The folders before the article's own part of the path."""
    depths = {a.depth for a in own}
    under = own[0].shape.under
    if under:
        fewer = {d - under.count("/") - 1 for d in depths}
        return "^/" + _any_folders(fewer) + re.escape(under).replace(r"\-", "-") + "/"
    return "^/" + (_any_folders(depths) if narrow or len(depths) == 1 else "(?:[^/?]+/)*")


def _any_folders(depths: set[int]) -> str:
    if len(depths) > 1:
        return f"(?:[^/?]+/){{{min(depths)},{max(depths)}}}"
    return "[^/?]+/" * depths.pop()


def _ending(own: list[Address]) -> str:
    extension = own[0].shape.extension
    if extension:
        return rf"\.{extension}(?:$|\?)"
    return r"/?(?:$|\?)" if any(a.slash for a in own) else r"(?:$|\?)"


def _tail(own: list[Address], digits: str, narrow: bool) -> str:
    mark = re.escape(own[0].shape.mark).replace(r"\-", "-")
    slug = "[^/?]+" if narrow else "[^/?]*"
    return f"{_folders(own, narrow)}{slug}{mark}(?P<key>\\d{digits}){_ending(own)}"


def _head(own: list[Address], digits: str, narrow: bool) -> str:
    return f"{_folders(own, narrow)}(?P<key>\\d{digits}){own[0].shape.mark}[^/?]+{_ending(own)}"


def _parent(own: list[Address], digits: str, narrow: bool) -> str:
    """The id is a folder: "/1458/71968/716042/muc/ten-bai"."""
    folders = target_of(own[0].url).split("?")[0].strip("/").split("/")
    behind = len(folders) - 1 - folders.index(own[0].key)
    fronts = {target_of(a.url).split(f"/{a.key}/")[0].strip("/") for a in own}
    numeric = all(part.isdigit() for front in fronts for part in front.split("/") if part)
    before = r"(?:\d+/)*" if numeric else "(?:[^/?]+/)*"
    words = r"/(?!\d+/)[^/?]+" + "/[^/?]+" * (behind - 1)
    return f"^/{before}(?P<key>\\d{digits}){words}{_ending(own)}"


def _query(own: list[Address], digits: str, narrow: bool) -> str:
    extension = own[0].shape.extension
    page = rf"\.{extension}" if extension and narrow else ""
    return rf"{page}\?(?:.*&)?{own[0].shape.mark}=(?P<key>\d{digits})"


def _slug(own: list[Address], digits: str, narrow: bool) -> str:
    """No id: the path is the key. A headline has more words than the name of a section."""
    words = min(a.words for a in own) - 1
    words = max(2, min(words, HEADLINE - 1) if not narrow else words)
    headline = f"(?:[^/?-]+-){{{words},}}[^/?-]+"
    folders = _folders(own, narrow).removeprefix("^")
    return f"^(?P<key>{folders}{headline}{_path_end(own)})(?:$|\\?)"


def _path_end(own: list[Address]) -> str:
    extension = own[0].shape.extension
    return rf"\.{extension}" if extension else "/" if all(a.slash for a in own) else "/?"


BUILDERS = {"tail": _tail, "head": _head, "parent": _parent, "query": _query, "slug": _slug}
