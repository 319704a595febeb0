"""Boilerplate detector: short lines that a site repeats on many pages.

Counters, headings of related lists and banners repeat from page to page as whole lines that differ
only in their digits. A line is boilerplate if the share of the site's pages that print it reaches a
threshold. The thresholds lie far above the share of a slogan, subhead or closing formula that many
articles print, and text inside paragraphs is never counted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from pipelines.text.normal_forms import comparison

Zone = Literal["head", "middle", "tail"]

MIN_PARAGRAPH_CHARS = 150  # a line of this length is a paragraph: it bounds the zones
MAX_MIDDLE_LINE_CHARS = 100  # of a countable line between paragraphs
MIN_COUNTED_PAGES = 12  # before any line counts as boilerplate by the shares below
MIN_PAGES_OF_SMALL_SITE = 5  # before a line counts that nearly all pages print
MIN_SMALL_SITE_SHARE = 0.8
MIN_EDGE_SHARE = 0.3  # of pages, for a line before the first or after the last paragraph
MIN_MIDDLE_SHARE = 0.6  # of pages, for a line between paragraphs, which may be the article's own
MIN_SAME_ZONE_SHARE = 0.9  # of a line's occurrences, for MIN_EDGE_SHARE to apply
MAX_COUNTED_LINES = 2000  # per site; beyond it the rarer half is dropped
MAX_COUNTED_PAGES = 1000  # per site; beyond it all counts are halved, so old boilerplate expires

DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """A site's current boilerplate lines.

    Attributes:
        version: increases when the set of lines changes
        line_hashes: see line_hash
    """

    version: int = 0
    line_hashes: frozenset[int] = frozenset()

    def contains(self, text: str) -> bool:
        """Return True if the line is boilerplate."""
        return (
            bool(self.line_hashes)
            and len(text) < MIN_PARAGRAPH_CHARS
            and line_hash(text) in self.line_hashes
        )


@dataclass(slots=True)
class ZoneCounts:
    """The number of pages that print a line, by zone, and one spelling of the line.

    `varied`: see pipelines/boilerplate/rechecked.py; such a line is boilerplate.
    """

    head: int = 0
    middle: int = 0
    tail: int = 0
    sample: str = ""
    varied: int = 0

    @property
    def total(self) -> int:
        return self.head + self.middle + self.tail


@dataclass(slots=True)
class BoilerplateDetector:
    """Line counts of one site; `lines` maps a line hash to its counts."""

    pages: int = 0
    version: int = 0
    lines: dict[int, ZoneCounts] = field(default_factory=dict)

    def add_page(self, page: Iterable[tuple[Zone, str]]) -> None:
        """Count the lines of one article page. A repeated line counts once."""
        self.pages += 1
        seen: set[int] = set()
        for zone, text in page:
            hashed = line_hash(text)
            if hashed in seen:
                continue
            seen.add(hashed)
            counts = self.lines.setdefault(hashed, ZoneCounts(sample=text))
            setattr(counts, zone, getattr(counts, zone) + 1)
        if self.pages > MAX_COUNTED_PAGES:
            self._halve_counts()
        if len(self.lines) > MAX_COUNTED_LINES:
            self._drop_rare_lines()

    def add_varied(self, lines: dict[str, int]) -> None:
        """Add lines that changed on many articles at once: the line -> the number of articles."""
        for text, articles in lines.items():
            counts = self.lines.setdefault(line_hash(text), ZoneCounts(sample=text))
            counts.varied += articles

    def _halve_counts(self) -> None:
        self.pages //= 2
        for counts in self.lines.values():
            counts.head //= 2
            counts.middle //= 2
            counts.tail //= 2
        self.lines = {h: counts for h, counts in self.lines.items() if counts.total + counts.varied}

    def _drop_rare_lines(self) -> None:
        by_frequency = sorted(self.lines.items(), key=lambda i: -(i[1].total + i[1].varied))
        self.lines = dict(by_frequency[: MAX_COUNTED_LINES // 2])

    def boilerplate(self) -> Boilerplate:
        """Return the lines that enough pages print. The version is not changed."""
        hashes = (hashed for hashed, counts in self.lines.items() if self._is_boilerplate(counts))
        return Boilerplate(self.version, frozenset(hashes))

    def _is_boilerplate(self, counts: ZoneCounts) -> bool:
        if counts.varied:
            return True
        if self.pages < MIN_PAGES_OF_SMALL_SITE:
            return False
        share = counts.total / self.pages
        if self.pages < MIN_COUNTED_PAGES:
            return share >= MIN_SMALL_SITE_SHARE
        at_edge = max(counts.head, counts.tail) >= MIN_SAME_ZONE_SHARE * counts.total
        return share >= (MIN_EDGE_SHARE if at_edge else MIN_MIDDLE_SHARE)


def line_hash(text: str) -> int:
    """Return a signed 64-bit hash of the lower-case comparison form, with each number as 0."""
    folded = DIGITS.sub("0", comparison(text).lower())
    digest = hashlib.blake2b(folded.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def zone_lines(lines: list[str]) -> list[tuple[Zone, str]]:
    """Return the lines of a body that may be boilerplate, each with its zone.

    Between paragraphs only short lines without numbers qualify: a weekly bulletin prints "Trong
    tuần xảy ra 12 vụ" with other numbers each time. In a body without a paragraph (a list, a poem)
    every line is in the middle.
    """
    paragraphs = [index for index, text in enumerate(lines) if len(text) >= MIN_PARAGRAPH_CHARS]
    first, last = (paragraphs[0], paragraphs[-1]) if paragraphs else (-1, len(lines))
    zoned: list[tuple[Zone, str]] = []
    for index, text in enumerate(lines):
        if len(text) >= MIN_PARAGRAPH_CHARS:
            continue
        if index < first:
            zoned.append(("head", text))
        elif index > last:
            zoned.append(("tail", text))
        elif len(text) <= MAX_MIDDLE_LINE_CHARS and not DIGITS.search(text):
            zoned.append(("middle", text))
    return zoned
