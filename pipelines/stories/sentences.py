"""An article's text as passages (sentences), each as the shingles by which it is found elsewhere.

A shingle is a run of syllables, as a number. Reprints keep sentences while they cut, merge and
frame paragraphs, so the sentence is the unit; its smallest shingle stands for it in the index, and
a swapped name elsewhere in the sentence leaves that one as it was (Broder 1997, min-wise sketches).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pipelines.stories.shingles import SHINGLE_SYLLABLES, lanes, shingles
from pipelines.text.normal_forms import comparison
from storage.models import Article

SHINGLE_RULES_VERSION = 2  # raised when texts give other passages or numbers: the index is then made anew
MIN_SENTENCE_SYLLABLES = 9  # of a sentence that counts as a passage
INDEX_BITS = 26  # of a shingle in the index: few false finds at a million articles; texts decide
MAX_STOCK_SHARE = 0.5  # of a passage's shingles; one with more from a stock phrase is left out
MAX_INDEXED_SENTENCES = 6  # passages by which a stored article is found; a lookup asks for all of the new one's

_LOW = (1 << INDEX_BITS) - 1

_SENTENCE_END = re.compile(r'(?<=[.!?;])["\')\]]*\s+')
_TOKEN = re.compile(r"\w+(?:[.,/]\d+)*")
_DIGIT = re.compile(r"\d")


@dataclass  # a frozen one takes thrice as long to make, and a night makes hundreds of thousands
class Sentence:
    """One sentence."""

    min_shingle: int  # what stands for it in the index: INDEX_BITS of its smallest shingle
    paragraph: int
    text: str
    syllables: int
    quoted: bool
    shingles: tuple[int, ...]

    @cached_property
    def masked(self) -> tuple[int, ...]:
        """Its shingles with every number folded into one sign; the very same if it has none."""
        if not _DIGIT.search(self.text):
            return self.shingles
        tokens = _TOKEN.findall(self.text.lower())
        folded = ("0" if _DIGIT.search(token) else token for token in tokens)
        return shingles(lanes(self.text, folded))

    def share_in(self, held: Set[int]) -> float:
        """Of its shingles, the share that is held there."""
        if held.isdisjoint(self.shingles):  # nearly always, and quickly seen
            return 0.0
        return sum(map(held.__contains__, self.shingles)) / len(self.shingles)


@dataclass(frozen=True, slots=True)
class Sketch:
    """By what an article is found: of each passage in reading order its number and paragraph."""

    positions: tuple[tuple[int, int], ...]

    @property
    def min_shingles(self) -> list[int]:
        """The passages' numbers, smallest first, each once: what a lookup asks for."""
        return sorted({min_shingle for min_shingle, _ in self.positions})

    def index_shingles(self, stock: Set[int]) -> list[int]:
        """The KEPT numbers by which the index finds the article, from as many paragraphs as it can.

        A reprint takes paragraphs, so one sentence of each of six finds it more often than six
        sentences of three.
        """
        turns: dict[int, list[int]] = defaultdict(list)
        for min_shingle, paragraph in sorted(self.positions):
            if min_shingle not in stock:
                turns[paragraph].append(min_shingle)
        ordered = sorted((turn, n) for found in turns.values() for turn, n in enumerate(found))
        return [min_shingle for _, min_shingle in ordered[:MAX_INDEXED_SENTENCES]]


@dataclass(frozen=True)
class ShingledText:
    """An article's passages in reading order."""

    items: tuple[Sentence, ...]

    @cached_property
    def syllables(self) -> int:
        return sum(p.syllables for p in self.items)

    @cached_property
    def shingles(self) -> frozenset[int]:
        return frozenset(s for p in self.items for s in p.shingles)

    @cached_property
    def masked(self) -> frozenset[int]:
        return frozenset(s for p in self.items for s in p.masked)

    @cached_property
    def sketch(self) -> Sketch:
        return Sketch(tuple((p.min_shingle, p.paragraph) for p in self.items))


def shingle_text(article: Article, leave_out: frozenset[int] = frozenset()) -> ShingledText:
    """The passages of lead and body; `leave_out` holds shingles of stock phrases (see stock.py)."""
    parts = ([article.lead] if article.lead else []) + [block.text for block in article.body]
    found: list[Sentence] = []
    seen: set[tuple[int, ...]] = set()
    for passage in _hash_sentences([s for n, text in enumerate(parts) for s in _split_sentences(n, text)]):
        if passage.shingles in seen:  # a lead that the body repeats is one passage
            continue
        if passage.share_in(leave_out) > MAX_STOCK_SHARE:
            continue
        seen.add(passage.shingles)
        found.append(passage)
    return ShingledText(tuple(found))


def phrase_shingles(text: str) -> tuple[int, ...]:
    """The shingles of a phrase, to be left out of every comparison."""
    return shingles(lanes(text, _TOKEN.findall(comparison(text).lower())))


class _TokenisedSentence(NamedTuple):
    paragraph: int
    text: str
    tokens: list[str]
    quoted: bool


def _split_sentences(paragraph: int, text: str) -> Iterator[_TokenisedSentence]:
    """Those that are long enough for a passage."""
    inside = False  # an open quotation runs over several sentences
    for sentence in _SENTENCE_END.split(comparison(text)):
        tokens = _TOKEN.findall(sentence.lower())
        quotes = sentence.count('"')
        quoted = inside or (quotes >= 2 and _mostly_quoted(sentence))
        inside ^= quotes % 2 == 1
        if len(tokens) >= MIN_SENTENCE_SYLLABLES:
            yield _TokenisedSentence(paragraph, sentence, tokens, quoted)


def _hash_sentences(sentences: list[_TokenisedSentence]) -> Iterator[Sentence]:
    """The shingles of all at once, of which those that reach into the next sentence are left out:
    one large product takes a third of the time of one a sentence."""
    every = shingles(b"".join(lanes(s.text, s.tokens) for s in sentences))
    start = 0
    for paragraph, text, tokens, quoted in sentences:
        own = every[start : start + len(tokens) - SHINGLE_SYLLABLES + 1]
        yield Sentence(min(own) & _LOW, paragraph, text, len(tokens), quoted, own)
        start += len(tokens)


def _mostly_quoted(sentence: str) -> bool:
    inside = sum(len(part) for part in sentence.split('"')[1::2])
    return 2 * inside > len(sentence)
