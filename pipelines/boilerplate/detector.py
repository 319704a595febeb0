"""A site's template, learned from what was read: lines that stand on many of its pages.

A counter, the heading of a related list or a new banner is the same line (its digits folded) on
page after page. What an article says is not, even where it repeats: a slogan that many articles
quote stands inside running paragraphs, and only whole lines count here; a stock subhead or
closing formula stays far below the shares that are asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from pipelines.text.normal_forms import comparison

Zone = Literal["head", "middle", "tail"]

LONG_PARAGRAPH = 150  # characters; no template line is as long; these bound the zones
LONGEST_MIDDLE = 100  # characters of a line between paragraphs
LEAST_PAGES = 12  # pages read before anything is learned
EDGE_SHARE = 0.3  # of the pages, for a line before the first or behind the last paragraph
MIDDLE_SHARE = 0.6  # for a line between paragraphs, where the article itself speaks
SAME_ZONE = 0.9  # of a line's places, to count as one of the edges
MEMORY = 2000  # lines remembered for a site; the rarest are forgotten first
WINDOW = 1000  # pages; beyond it all counts are halved, so that old templates fade

DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True, slots=True)
class Template:
    """The lines that count as a site's template now. The version grows when they change."""

    version: int = 0
    forms: frozenset[int] = frozenset()

    def holds(self, text: str) -> bool:
        return bool(self.forms) and len(text) < LONG_PARAGRAPH and form_of(text) in self.forms


@dataclass(slots=True)
class Places:
    """On how many pages a line stood, by zone."""

    head: int = 0
    middle: int = 0
    tail: int = 0
    sample: str = ""

    @property
    def total(self) -> int:
        return self.head + self.middle + self.tail


@dataclass(slots=True)
class Memory:
    """What was counted for a site so far."""

    pages: int = 0
    version: int = 0
    lines: dict[int, Places] = field(default_factory=dict)

    def learn(self, page: Iterable[tuple[Zone, str]]) -> None:
        """Counts the lines of one article's page; each line once."""
        self.pages += 1
        seen: set[int] = set()
        for zone, text in page:
            form = form_of(text)
            if form in seen:
                continue
            seen.add(form)
            places = self.lines.setdefault(form, Places(sample=text))
            setattr(places, zone, getattr(places, zone) + 1)
        if self.pages > WINDOW:
            self._fade()
        if len(self.lines) > MEMORY:
            self._forget()

    def _fade(self) -> None:
        self.pages //= 2
        for places in self.lines.values():
            places.head //= 2
            places.middle //= 2
            places.tail //= 2
        self.lines = {form: p for form, p in self.lines.items() if p.total}

    def _forget(self) -> None:
        kept = sorted(self.lines.items(), key=lambda item: -item[1].total)[: MEMORY // 2]
        self.lines = dict(kept)

    def template(self) -> Template:
        """The lines that stand on enough pages, by where they stand."""
        if self.pages < LEAST_PAGES:
            return Template(self.version)
        forms = frozenset(f for f, places in self.lines.items() if self._is_template(places))
        return Template(self.version, forms)

    def _is_template(self, places: Places) -> bool:
        share = places.total / self.pages
        edge = max(places.head, places.tail) >= SAME_ZONE * places.total
        return share >= (EDGE_SHARE if edge else MIDDLE_SHARE)


def form_of(text: str) -> int:
    """A line's form: comparison text with its numbers folded, as a signed 64-bit hash."""
    folded = DIGITS.sub("0", comparison(text).lower())
    digest = hashlib.blake2b(folded.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def zoned(lines: list[str]) -> list[tuple[Zone, str]]:
    """The lines of a body that may be template, each with where it stands.

    Between paragraphs only short lines without numbers may: "Trong tuần xảy ra 12 vụ" is what a
    weekly bulletin says, with other numbers each time. A body without any long paragraph is a
    list or a poem, all of it middle.
    """
    long = [place for place, text in enumerate(lines) if len(text) >= LONG_PARAGRAPH]
    first, last = (long[0], long[-1]) if long else (-1, len(lines))
    found: list[tuple[Zone, str]] = []
    for place, text in enumerate(lines):
        if len(text) >= LONG_PARAGRAPH:
            continue
        if place < first:
            found.append(("head", text))
        elif place > last:
            found.append(("tail", text))
        elif len(text) <= LONGEST_MIDDLE and not DIGITS.search(text):
            found.append(("middle", text))
    return found
