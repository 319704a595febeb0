"""The URL pattern of a site's articles (`article_url`), from their URLs.

A URL has a shape: where its id is, what separates the id from the words, how the URL ends.
Articles of one site share a shape that its sections and its front page do not have.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from storage.messages.reasons_input import InputError, InputReason
from storage.reasons import Reason

MAX_URL_CHARS = 2000
MIN_HEADLINE_WORDS = 4  # of a title in a URL with an id; names of sections are shorter
MIN_SLUG_WORDS = 5  # of a title in a URL without an id
ID_NAMES = re.compile(
    r"(?!page|cat)(?:item|article|news|content|post|bai|tin|[a-z]{0,4})_?id|nid", re.I
)
# DotNetNuke: /tin-tuc/tabid/61/ArticleId/1423/ten-bai.aspx
ID_FOLDER = re.compile(r"(?:(?:item|article|news|content|post|bai|tin)_?|n)?id", re.I)
ID_VALUE = re.compile(r"(?P<key>\d+)(?::[\w-]+)?")  # Joomla: id=12:ten-bai
POST_NAME = "p"  # WordPress without permalinks: /?p=12; elsewhere p is the number of a page
# The path is a parameter: NukeViet ?language=vi&nv=news&op=muc/bai-12.html, Drupal /?q=muc/bai
PATH_NAMES = ("op", "q")
PAGE_FOLDERS = frozenset(("page", "trang", "paged"))
EXTENSION = re.compile(r"\.([a-z]{2,5})$", re.I)
ID_LAST = re.compile(r"^(?P<slug>.*?)(?P<mark>(?:^|[-_.])[a-z]{0,8})(?P<key>\d+)$", re.I)
ID_FIRST = re.compile(r"^(?P<key>\d+)(?P<mark>[-_])(?P<slug>.+)$")
FILE_EXTENSIONS = frozenset((
    "jpg", "jpeg", "png", "gif", "webp", "svg", "ico", "pdf", "doc", "docx", "xls", "xlsx", "mp3",
    "mp4", "zip", "rar", "rss", "xml", "css", "js",
))  # fmt: skip
OTHER_VIEW = re.compile(r"(?:^|&)(?:tmpl=component|print=|format=|amp=|share=|replytocom=)")
YEAR = re.compile(r"(?:19|20)\d\d")
MIN_ID_FOLDER_DIGITS = 4  # shorter numbers in the path are months and days
MIN_NUMBERED = 3  # URLs without words, /node/12, for each headline that is no article
MIN_DEPTH_SHARE = 0.2  # of the headlines; the few at another depth are pages such as "about us"
MIN_ID_SHARE = 0.4  # of the headlines must have an id; otherwise it is a year or the like
LONG_ID_DIGITS = 8  # ids that contain a date are never shorter


@dataclass(frozen=True, slots=True)
class Shape:
    """How the URL of an article is built.

    Attributes:
        where: position of the id: query, folder (below one with its name), head, tail, parent (a
            folder) or number (the whole last part); slug without an id
        long: the id contains a date; topics on the same site have short ids
        separator: what separates the id from the words; for query and folder the name, for parent
            the number of parts after the id
        prefix: a fixed part of the path before the article's own, "-/view_content"
        parameter: the parameter of the query that contains the path, if any
    """

    where: str
    long: bool = False
    separator: str = ""
    extension: str = ""
    prefix: str = ""
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class ParsedUrl:
    """One URL: its shape, its id and the number of words in its own part."""

    url: str
    shape: Shape
    key: str
    words: int
    depth: int  # folders before the last part of the path
    slash: bool

    @property
    def has_headline(self) -> bool:
        """Whether its words are a headline and not the name of a section.

        If the id has a name, the path may be that of a program, and its words do not count.
        """
        if self.shape.where in ("query", "folder"):
            return True
        if self.shape.where == "number":
            return False
        return self.words >= (MIN_SLUG_WORDS if self.shape.where == "slug" else MIN_HEADLINE_WORDS)


class NoPattern(InputError):
    """The URLs share no shape that other pages do not have as well."""


def target_of(url: str) -> str:
    """Return path and query, against which article_url is matched. Raise ValueError."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def parse_url(url: str) -> list[ParsedUrl]:
    """Return a URL in every shape that it may have, the most likely first; none for a front page.

    "/muc/ten-bai-nam-2025/" may end in an id or in a year: only other URLs of the site tell.
    """
    try:
        parts = urlsplit(url if len(url) <= MAX_URL_CHARS else "")
    except ValueError:
        return []
    path, parameter = _inner_path(url)
    folders = [part for part in path.split("/") if part]
    if not folders:
        post = dict(parse_qsl(parts.query)).get(POST_NAME, "")
        shape = Shape("query", separator=POST_NAME)
        return [ParsedUrl(url, shape, post, 0, 0, True)] if post.isdigit() else []
    last, slash = folders[-1], path.endswith("/")
    ending = EXTENSION.search(last)
    name = last[: ending.start()] if ending else last
    extension = ending[1].lower() if ending else ""
    if extension in FILE_EXTENSIONS or OTHER_VIEW.search(parts.query):
        return []
    return [
        ParsedUrl(
            url,
            replace(shape, extension=extension, parameter=parameter),
            key,
            _words(slug),
            len(folders) - 1,
            slash,
        )
        for shape, key, slug in _shapes(name, folders[:-1], parts.query)
    ]


def _inner_path(url: str) -> tuple[str, str]:
    """Return the path, and the name of the parameter if the query contains the path."""
    parts = urlsplit(url)
    parameters = dict(parse_qsl(parts.query))
    for name in PATH_NAMES:
        if "/" in parameters.get(name, ""):
            return parameters[name], name
    return parts.path, ""


def _words(slug: str) -> int:
    return len([word for word in re.split(r"[-_]+", slug) if word])


def _shapes(name: str, folders: list[str], query: str) -> Iterator[tuple[Shape, str, str]]:
    """Yield shape, id and the part of the URL that contains the words."""
    for parameter, value in parse_qsl(query):
        if ID_NAMES.fullmatch(parameter) and (number := ID_VALUE.fullmatch(value)):
            yield Shape("query", separator=parameter), number["key"], name
    for folder, below in pairwise([*folders, name]):
        if ID_FOLDER.fullmatch(folder) and below.isdigit():
            yield Shape("folder", separator=folder), below, name
    prefix = _fixed_prefix(folders)
    if head := ID_FIRST.match(name):
        yield Shape("head", _is_long(head), head["mark"], prefix=prefix), head["key"], head["slug"]
    numbers = [folder for folder in folders if folder.isdigit() and not YEAR.fullmatch(folder)]
    if numbers and len(numbers[-1]) >= MIN_ID_FOLDER_DIGITS:
        behind = len(folders) - folders.index(numbers[-1])
        yield Shape("parent", separator=str(behind)), numbers[-1], name
    above = folders[-1] if folders else ""
    if name.isdigit() and not above.isdigit() and above not in PAGE_FOLDERS and _is_id(name, above):
        if folders:
            yield Shape("number", prefix="/".join(folders)), name, ""
        yield Shape("number"), name, ""  # in the folders of several sections
    elif tail := ID_LAST.match(name):
        mark = tail["mark"] if tail["slug"] else ""
        yield Shape("tail", _is_long(tail), mark, prefix=prefix), tail["key"], tail["slug"]
    yield Shape("slug"), "/".join([*folders, name]), name


def _is_id(number: str, above: str) -> bool:
    """Whether the last part of a path is an id, and not the year of an archive "/2025/"."""
    return bool(above) or not YEAR.fullmatch(number)


def _is_long(match: re.Match[str]) -> bool:
    return len(match["key"]) >= LONG_ID_DIGITS


def _fixed_prefix(folders: list[str]) -> str:
    """Return the fixed part that Liferay and others put before the article's own part."""
    return "/".join(folders[folders.index("-") :]) if "-" in folders else ""


def grouped(urls: Iterable[str]) -> dict[Shape, list[ParsedUrl]]:
    """Group URLs by every shape that they may have, in their order."""
    groups: dict[Shape, list[ParsedUrl]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        for parsed_url in parse_url(url):
            groups[parsed_url.shape].append(parsed_url)
    return dict(groups)


def article_shape(urls: Iterable[str]) -> Shape | None:
    """Return the shape of the articles among a site's links: that of most headlines with an id.

    Return None if no link has a headline.
    """
    groups = grouped(urls)
    counts = {shape: _count_headlines(same) for shape, same in groups.items()}
    with_id = {shape: n for shape, n in counts.items() if shape.where != "slug" and n}
    numbered = {s: len(same) for s, same in groups.items() if s.where == "number"}
    paths = {shape: n for shape, n in counts.items() if shape.where == "slug" and n}
    best = max(with_id, key=lambda shape: (with_id[shape], shape.long), default=None)
    path = max(paths, key=lambda shape: paths[shape], default=None)
    if best is not None and (path is None or with_id[best] >= MIN_ID_SHARE * paths[path]):
        return best
    number = max(numbered, key=lambda shape: (numbered[shape], shape.prefix), default=None)
    headlines = paths[path] if path is not None else 0
    if number is not None and numbered[number] >= MIN_NUMBERED * max(1, headlines):
        return number
    return path


def articles_among(urls: Iterable[str], shape: Shape) -> list[str]:
    """Return the links that are articles: headlines, and URLs with an id of the same length."""
    same_shape = grouped(urls).get(shape, [])
    if shape.where == "number":
        return [a.url for a in same_shape]
    if shape.where == "slug":
        above = {folder for a in same_shape for folder in _parent_paths(a.key)}
        headlines = [a for a in same_shape if a.has_headline and a.key not in above]
        depths = Counter(a.depth for a in headlines)
        return [a.url for a in headlines if depths[a.depth] >= MIN_DEPTH_SHARE * len(headlines)]
    lengths = Counter(len(a.key) for a in same_shape if a.has_headline)
    usual = max(lengths, key=lambda n: lengths[n], default=LONG_ID_DIGITS)
    # Topics and events have headlines too, and ids that are much shorter.
    return [
        a.url
        for a in same_shape
        if len(a.key) >= usual - 1 and (a.has_headline or len(a.key) >= MIN_ID_FOLDER_DIGITS)
    ]


def _parent_paths(path: str) -> list[str]:
    """Return the parent paths: a path with pages below it is a section, however long its name."""
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts))]


def _count_headlines(parsed_urls: list[ParsedUrl]) -> int:
    return len({parsed_url.key for parsed_url in parsed_urls if parsed_url.has_headline})


def pattern_of(articles: Iterable[str], others: Iterable[str]) -> str:
    """Return an expression with a group `key` that matches every article and none of `others`.

    Raise NoPattern. The loosest such expression is chosen, because ids grow and sections are added.
    """
    targets = list(dict.fromkeys(target_of(url) for url in articles))
    rest = [target_of(url) for url in others]
    groups = {s: own for s, own in grouped(targets).items() if len(own) == len(targets)}
    theirs = grouped(rest)
    preferred = article_shape(targets)
    for shape in sorted(groups, key=lambda s: s != preferred):  # sorting keeps their order
        for candidate in _candidates(groups[shape], theirs.get(shape, [])):
            compiled = re.compile(candidate)
            if all(map(compiled.search, targets)) and not any(map(compiled.search, rest)):
                return candidate if ids_are_unique(candidate, targets) else _path_as_key(candidate)
    raise NoPattern(Reason(InputReason.NO_URL_PATTERN))


def ids_are_unique(pattern: str, targets: Iterable[str]) -> bool:
    """Whether no two articles with different words in their URLs have the same key.

    Each module of a CMS counts its articles itself: /tin/hop-bao-12.html and /van-ban/di-12.html.
    The groups "module" and "language" of a platform belong to the key.
    """
    words: dict[tuple[str | None, ...], set[str]] = defaultdict(set)
    for target in targets:
        match = re.search(pattern, target)
        if match and match.groupdict().get("key") is not None:
            words[match.groups()].add(_inner_path(target)[0].rstrip("/").rpartition("/")[2])
    return all(len(names) == 1 for names in words.values())


def _path_as_key(pattern: str) -> str:
    """Return the expression with the whole path as the key instead of the id."""
    plain = pattern.replace("(?P<key>", "(?:")
    before, separator, after = plain.partition(r"\?(?:.*&)?")
    if separator:
        return f"{before}\\?(?P<key>.*{after})"
    return re.sub(r"^\^(.*?)(\(\?:\$\|.*)$", r"^(?P<key>\1)\2", plain)


def _candidates(own: list[ParsedUrl], others: list[ParsedUrl]) -> list[str]:
    """Return expressions from loose to narrow. `others` have the same shape but are no articles."""
    if own[0].shape.where == "slug":
        counts = _word_counts(own)
        return [_slug(own, words, narrow) for narrow in (False, True) for words in counts]
    build = BUILDERS[own[0].shape.where]
    longest = max((len(o.key) for o in others), default=0)
    shortest = min(len(a.key) for a in own)
    lengths = ["+"]
    if longest < shortest:
        least = max(longest + 1, min(shortest, LONG_ID_DIGITS))
        lengths = [f"{{{least},}}"] if others or shortest >= LONG_ID_DIGITS else ["+"]
    loose = [build(own, digits, False) for digits in lengths]
    return [*loose, *(build(own, digits, True) for digits in lengths)]


def _folders(own: list[ParsedUrl], narrow: bool) -> str:
    """Return the expression for the folders before the article's own part of the path."""
    depths = {a.depth for a in own}
    prefix, parameter = own[0].shape.prefix, own[0].shape.parameter
    if parameter:
        slash = r"(?:/|%2F)"  # as in a link, and as in a canonical URL
        folders = f"[^/&%]+{slash}" * min(depths) + f"(?:[^/&%]+{slash})*" * (len(depths) > 1)
        return rf"^/[^?]*\?(?:.*&)?{parameter}={folders}"
    if prefix:
        fewer = {d - prefix.count("/") - 1 for d in depths}
        return "^/" + _any_folders(fewer) + re.escape(prefix).replace(r"\-", "-") + "/"
    return "^/" + (_any_folders(depths) if narrow or len(depths) == 1 else "(?:[^/?]+/)*")


def _any_folders(depths: set[int]) -> str:
    if len(depths) > 1:
        return f"(?:[^/?]+/){{{min(depths)},{max(depths)}}}"
    return "[^/?]+/" * depths.pop()


def _ending(own: list[ParsedUrl]) -> str:
    extension = own[0].shape.extension
    if extension:
        return rf"\.{extension}(?:$|[?&])" if own[0].shape.parameter else rf"\.{extension}(?:$|\?)"
    return r"/?(?:$|\?)" if any(a.slash for a in own) else r"(?:$|\?)"


def _tail(own: list[ParsedUrl], digits: str, narrow: bool) -> str:
    mark = re.escape(own[0].shape.separator).replace(r"\-", "-")
    slug = "[^/?]+" if narrow else "[^/?]*"
    return f"{_folders(own, narrow)}{slug}{mark}(?P<key>\\d{digits}){_ending(own)}"


def _head(own: list[ParsedUrl], digits: str, narrow: bool) -> str:
    return (
        f"{_folders(own, narrow)}(?P<key>\\d{digits}){own[0].shape.separator}[^/?]+{_ending(own)}"
    )


def _parent(own: list[ParsedUrl], digits: str, narrow: bool) -> str:
    """The id is a folder: "/1458/71968/716042/muc/ten-bai"."""
    folders = target_of(own[0].url).split("?")[0].strip("/").split("/")
    behind = len(folders) - 1 - folders.index(own[0].key)
    fronts = {target_of(a.url).split(f"/{a.key}/")[0].strip("/") for a in own}
    numeric = all(part.isdigit() for front in fronts for part in front.split("/") if part)
    before = r"(?:\d+/)*" if numeric else "(?:[^/?]+/)*"
    words = r"/(?!\d+/)[^/?]+" + "/[^/?]+" * (behind - 1)
    return f"^/{before}(?P<key>\\d{digits}){words}{_ending(own)}"


def _query(own: list[ParsedUrl], digits: str, narrow: bool) -> str:
    extension = own[0].shape.extension
    page = rf"\.{extension}" if extension and narrow else ""
    if own[0].shape.separator == POST_NAME:
        return rf"^/\?{POST_NAME}=(?P<key>\d{digits})"
    return rf"{page}\?(?:.*&)?{own[0].shape.separator}=(?P<key>\d{digits})"


def _folder(own: list[ParsedUrl], digits: str, narrow: bool) -> str:
    """The id is below a folder with its name. Titles may change in the rest of the path."""
    return f"^/(?:[^/?]+/)*{own[0].shape.separator}/(?P<key>\\d{digits})(?:/|\\.|$|\\?)"


def _number(own: list[ParsedUrl], digits: str, narrow: bool) -> str:
    prefix = own[0].shape.prefix
    folders = f"^/{re.escape(prefix)}/" if prefix else _folders(own, narrow)
    return f"{folders}(?P<key>\\d{digits}){_ending(own)}"


def _word_counts(own: list[ParsedUrl]) -> list[int]:
    """Return how many words before the last one a headline must have, the smallest first.

    The date in the folders of a URL tells articles from sections, so one word is enough after it.
    """
    fewest = min(a.words for a in own) - 1
    if _date_folders(own):
        return [0]
    return list(dict.fromkeys((min(2, fewest), min(MIN_SLUG_WORDS - 1, fewest), fewest)))


def _slug(own: list[ParsedUrl], words: int, narrow: bool) -> str:
    """No id: the path is the key. A headline has more words than the name of a section."""
    if own[0].shape.parameter:
        word, end = "[^/?&%-]+", "[?&]"
    else:
        word, end = "[^/?-]+", r"\?"
    headline = f"(?:{word}-){{{words},}}{word}" if words else "[^/?]+"
    folders = _date_folders(own) or _folders(own, narrow).removeprefix("^")
    return f"^(?P<key>{folders}{headline}{_path_end(own)})(?:$|{end})"


def _date_folders(own: list[ParsedUrl]) -> str:
    """Return the expression for folders /2025/03/12/ or /2025/03/; "" if they are no date."""
    folders = {re.sub(r"[^/]*/?$", "", urlsplit(a.url).path) for a in own}
    for form in (r"/\d{4}/\d{2}/\d{2}/", r"/\d{4}/\d{2}/"):
        if all(re.fullmatch(form, folder) for folder in folders):
            return form
    return ""


def _path_end(own: list[ParsedUrl]) -> str:
    extension = own[0].shape.extension
    return rf"\.{extension}" if extension else "/" if all(a.slash for a in own) else "/?"


BUILDERS = {
    "tail": _tail, "head": _head, "parent": _parent, "query": _query, "number": _number,
    "folder": _folder,
}  # fmt: skip
