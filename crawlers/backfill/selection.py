"""Which captures of an archive are worth fetching."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from crawlers.reprocess.past import ABSENT, HTTP_OK, REDIRECTS
from crawlers.site_config import SiteConfig
from storage.checks.sightings import stored_moments
from storage.db.connection import utc_text
from storage.home import Home

STATUSES = frozenset(map(str, (HTTP_OK, *ABSENT, *REDIRECTS))) | {"-"}
MAX_PATTERNS = 10
SEGMENT = re.compile(r"[^/?&=.]+")
CAMEL_CASE = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]*)+")
NUMBER = re.compile(r"\d+")
FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|pdf|docx?|xlsx?|mp[34]|zip|rar|xml|txt|axd|woff2?)$",
    re.IGNORECASE,
)
Moment = tuple[str, str]  # key of an article, time as UTC text


class ArchivedCapture(NamedTuple):
    """A capture that an index lists.

    Attributes:
        status: "-" of a capture that repeats an earlier one
        length: of the record in bytes; 0 if it is unknown
        location: file and offset of the record, if the index states them
    """

    url: str
    captured_at: datetime
    status: str
    digest: str
    length: int
    location: tuple[str, int] | None = None


@dataclass(slots=True)
class Selection:
    """The captures of a site's articles in an archive.

    Attributes:
        listed: number of captures in the index, of all pages
        captures: to be fetched, the oldest first
        stored: number of captures that the home has
        patterns: (pattern, number of URLs, one of them) of pages that are no articles by
            article_url, the most frequent first
    """

    listed: int = 0
    captures: list[ArchivedCapture] = field(default_factory=list)
    stored: int = 0
    patterns: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def bytes(self) -> int:
        """Of the captures to be fetched, as far as the index states it."""
        return sum(capture.length for capture in self.captures)


def select(
    listed: Iterable[ArchivedCapture],
    site: type[SiteConfig],
    stored: Container[Moment],
    limit: int | None = None,
) -> Selection:
    """Choose the first and the last capture of each series with equal bytes.

    Those between them show nothing more: they would only confirm the revision.
    """
    selection = Selection()
    series: defaultdict[tuple[str, str], set[ArchivedCapture]] = defaultdict(set)
    unknown: defaultdict[str, set[str]] = defaultdict(set)
    for capture in listed:
        selection.listed += 1
        key = site.key_of(capture.url)
        if key is not None and capture.status in STATUSES:
            # Each form of an address may redirect to the main one, and all bodies be empty.
            form = capture.url if capture.status.startswith("3") else ""
            series[key, form].add(capture)
        elif key is None and capture.status == str(HTTP_OK):
            path = urlsplit(capture.url).path
            if not FILES.search(path):
                unknown[pattern_of(capture.url)].add(capture.url)
    for (key, _), captures in series.items():
        for capture in _ends_of_series(sorted(captures, key=lambda c: (c.captured_at, c.url))):
            if (key, utc_text(capture.captured_at)) in stored:
                selection.stored += 1
            else:
                selection.captures.append(capture)
    selection.captures = sorted(selection.captures, key=lambda c: c.captured_at)[:limit]
    counts = Counter({pattern: len(urls) for pattern, urls in unknown.items()})
    selection.patterns = [
        (pattern, count, min(unknown[pattern]))
        for pattern, count in counts.most_common(MAX_PATTERNS)
    ]
    return selection


def _ends_of_series(captures: list[ArchivedCapture]) -> list[ArchivedCapture]:
    """Return the first and the last capture of each series with equal bytes."""
    before = [None, *captures[:-1]]
    after = [*captures[1:], None]
    return [
        capture
        for earlier, capture, later in zip(before, captures, after, strict=True)
        if not (_same(capture, earlier) and _same(capture, later))
    ]


def _same(capture: ArchivedCapture, other: ArchivedCapture | None) -> bool:
    return other is not None and bool(capture.digest) and capture.digest == other.digest


def pattern_of(url: str) -> str:
    """Return path and query of a URL with {words} and {n} for slugs and numbers."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return NUMBER.sub("{n}", SEGMENT.sub(_without_words, target))


def _without_words(segment: re.Match[str]) -> str:
    if any(mark in segment[0] for mark in "-_%"):
        return "{words}"
    return CAMEL_CASE.sub("{words}", segment[0])


def stored_captures(home: Home, site: type[SiteConfig]) -> set[Moment]:
    with closing(home.database()) as db:
        found = set()
        for key, url, moment in stored_moments(db, site.name):
            known = key if key is not None else site.key_of(url or "")
            if known is not None:
                found.add((known, moment))
        return found
