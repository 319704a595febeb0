"""An article's text as passages (sentences), each as the shingles by which it is found elsewhere.

A shingle is a run of syllables, as a number. Reprints keep sentences while they cut, merge and
frame paragraphs, so the sentence is the unit; its smallest shingle stands for it in the index, and
a swapped name elsewhere in the sentence leaves that one as it was (Broder 1997, min-wise sketches).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

from pipelines.remembered import LONGEST
from pipelines.text import comparison
from storage.records import Article

SHINGLE = 6  # syllables; shorter runs are common phrases
LEAST_SYLLABLES = 9  # of a sentence that counts as a passage
INDEX_BITS = 26  # of a shingle in the index: few false finds at a million articles; texts decide
KEPT = 6  # passages by which a stored article is found; a lookup asks for all of the new one's

_LOW = (1 << INDEX_BITS) - 1

_SENTENCE_END = re.compile(r'(?<=[.!?;])["\')\]]*\s+')
_TOKEN = re.compile(r"\w+(?:[.,/]\d+)*")
_DIGIT = re.compile(r"\d")
_WORD = (1 << 61) - 1  # a prime: token hashes are combined by a polynomial below it
_FACTOR = 1_000_003
_TOP = pow(_FACTOR, SHINGLE, _WORD)
_64_BITS = (1 << 64) - 1


@dataclass(frozen=True)
class Passage:
    """One sentence."""

    number: int  # what stands for it in the index: INDEX_BITS of its smallest shingle
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
        hashed = zip(tokens, _hashed(self.text, tokens), strict=True)
        return _shingles([_NUMBER if _DIGIT.search(t) else number for t, number in hashed])


@dataclass(frozen=True, slots=True)
class Sketch:
    """By what an article is found: of each passage in reading order its number and paragraph."""

    places: tuple[tuple[int, int], ...]

    @property
    def numbers(self) -> list[int]:
        """The passages' numbers, smallest first, each once: what a lookup asks for."""
        return sorted({number for number, _ in self.places})

    def kept(self, stock: Set[int]) -> list[int]:
        """The KEPT numbers by which the index finds the article, from as many paragraphs as it can.

        A reprint takes paragraphs, so one sentence of each of six finds it more often than six
        sentences of three.
        """
        turns: dict[int, list[int]] = defaultdict(list)
        for number, paragraph in sorted(self.places):
            if number not in stock:
                turns[paragraph].append(number)
        ordered = sorted((turn, n) for found in turns.values() for turn, n in enumerate(found))
        return [number for _, number in ordered[:KEPT]]


@dataclass(frozen=True)
class Passages:
    """An article's passages in reading order."""

    items: tuple[Passage, ...]

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
        return Sketch(tuple((p.number, p.paragraph) for p in self.items))


def passages_of(article: Article, leave_out: frozenset[int] = frozenset()) -> Passages:
    """The passages of lead and body; `leave_out` holds shingles of stock phrases (see stock.py)."""
    parts = ([article.lead] if article.lead else []) + [block.text for block in article.body]
    found: list[Passage] = []
    seen: set[tuple[int, ...]] = set()
    for paragraph, text in enumerate(parts):
        for passage in _sentences(paragraph, text):
            if passage.shingles in seen:  # a lead that the body repeats is one passage
                continue
            if leave_out and _is_stock(passage, leave_out):
                continue
            seen.add(passage.shingles)
            found.append(passage)
    return Passages(tuple(found))


def shingles_of(text: str) -> tuple[int, ...]:
    """The shingles of a phrase, to be left out of every comparison."""
    return _shingles(_hashed(text, _TOKEN.findall(comparison(text).lower())))


def _is_stock(passage: Passage, leave_out: frozenset[int]) -> bool:
    if leave_out.isdisjoint(passage.shingles):
        return False
    stock = sum(s in leave_out for s in passage.shingles)
    return 2 * stock > len(passage.shingles)


def _sentences(paragraph: int, text: str) -> Iterator[Passage]:
    inside = False  # an open quotation runs over several sentences
    for sentence in _SENTENCE_END.split(comparison(text)):
        tokens = _TOKEN.findall(sentence.lower())
        quotes = sentence.count('"')
        quoted = inside or (quotes >= 2 and _mostly_quoted(sentence))
        inside ^= quotes % 2 == 1
        if len(tokens) < LEAST_SYLLABLES:
            continue
        shingles = _shingles(_hashed(sentence, tokens))
        number = _least_spread((_least_spread(shingles),)) & _LOW
        yield Passage(number, paragraph, sentence, len(tokens), quoted, shingles)


def _mostly_quoted(sentence: str) -> bool:
    inside = sum(len(part) for part in sentence.split('"')[1::2])
    return 2 * inside > len(sentence)


def _shingles(tokens: list[int]) -> tuple[int, ...]:
    """Each run of SHINGLE tokens as one number, with a rolling polynomial."""
    if len(tokens) < SHINGLE:
        return ()
    value = 0
    for token in tokens[:SHINGLE]:
        value = (value * _FACTOR + token) % _WORD
    found = [value]
    for gone, token in zip(tokens, tokens[SHINGLE:], strict=False):
        value = (value * _FACTOR + token - gone * _TOP) % _WORD
        found.append(value)
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def _token(token: str) -> int:
    return int.from_bytes(blake2b(token.encode(), digest_size=7).digest(), "big")


_NUMBER = _token("0")


def _hashed(sentence: str, tokens: list[str]) -> list[int]:
    return list(map(_token if len(sentence) <= LONGEST else _token.__wrapped__, tokens))


def _least_spread(values: Iterable[int]) -> int:
    """The smallest of the values once their bits are mixed, so that "smallest" is a fair choice
    (splitmix64's finaliser). One loop: a call for each value takes twice as long."""
    least = _64_BITS
    for value in values:
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 & _64_BITS
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _64_BITS
        value ^= value >> 31
        if value < least:
            least = value
    return least
