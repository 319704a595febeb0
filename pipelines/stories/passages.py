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
from functools import cached_property
from hashlib import blake2b
from struct import unpack_from
from typing import NamedTuple

from pipelines.remembered import LONGEST
from pipelines.text import comparison
from storage.records import Article

RULES = 2  # raised when texts give other passages or numbers: the index is then made anew
SHINGLE = 6  # syllables; shorter runs are common phrases
LEAST_SYLLABLES = 9  # of a sentence that counts as a passage
INDEX_BITS = 26  # of a shingle in the index: few false finds at a million articles; texts decide
MOST_TOKENS = 1 << 16  # whose hashes are kept; more than Vietnamese has syllables
KEPT = 6  # passages by which a stored article is found; a lookup asks for all of the new one's

_LOW = (1 << INDEX_BITS) - 1

_SENTENCE_END = re.compile(r'(?<=[.!?;])["\')\]]*\s+')
_TOKEN = re.compile(r"\w+(?:[.,/]\d+)*")
_DIGIT = re.compile(r"\d")
_TOKEN_BYTES = 7
_LANE = 16  # bytes: room for SHINGLE products of a token and an eight-byte factor
_SKIPPED = 5  # lowest bytes of such a sum, which hang on the lowest bits of the tokens only


@dataclass  # a frozen one takes thrice as long to make, and a night makes hundreds of thousands
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
        folded = ("0" if _DIGIT.search(token) else token for token in tokens)
        return _shingles(_lanes(self.text, folded))


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
    for passage in _passages([s for n, text in enumerate(parts) for s in _sentences(n, text)]):
        if passage.shingles in seen:  # a lead that the body repeats is one passage
            continue
        if leave_out and _is_stock(passage, leave_out):
            continue
        seen.add(passage.shingles)
        found.append(passage)
    return Passages(tuple(found))


def shingles_of(text: str) -> tuple[int, ...]:
    """The shingles of a phrase, to be left out of every comparison."""
    return _shingles(_lanes(text, _TOKEN.findall(comparison(text).lower())))


def _is_stock(passage: Passage, leave_out: frozenset[int]) -> bool:
    if leave_out.isdisjoint(passage.shingles):
        return False
    stock = sum(s in leave_out for s in passage.shingles)
    return 2 * stock > len(passage.shingles)


class _Sentence(NamedTuple):
    paragraph: int
    text: str
    tokens: list[str]
    quoted: bool


def _sentences(paragraph: int, text: str) -> Iterator[_Sentence]:
    """Those that are long enough for a passage."""
    inside = False  # an open quotation runs over several sentences
    for sentence in _SENTENCE_END.split(comparison(text)):
        tokens = _TOKEN.findall(sentence.lower())
        quotes = sentence.count('"')
        quoted = inside or (quotes >= 2 and _mostly_quoted(sentence))
        inside ^= quotes % 2 == 1
        if len(tokens) >= LEAST_SYLLABLES:
            yield _Sentence(paragraph, sentence, tokens, quoted)


def _passages(sentences: list[_Sentence]) -> Iterator[Passage]:
    """The shingles of all at once, of which those that reach into the next sentence are left out:
    one large product takes a third of the time of one a sentence."""
    every = _shingles(b"".join(_lanes(s.text, s.tokens) for s in sentences))
    start = 0
    for paragraph, text, tokens, quoted in sentences:
        shingles = every[start : start + len(tokens) - SHINGLE + 1]
        yield Passage(min(shingles) & _LOW, paragraph, text, len(tokens), quoted, shingles)
        start += len(tokens)


def _mostly_quoted(sentence: str) -> bool:
    inside = sum(len(part) for part in sentence.split('"')[1::2])
    return 2 * inside > len(sentence)


def _shingles(lanes: bytes) -> tuple[int, ...]:
    """Each run of SHINGLE tokens as one number of 64 bits: the middle of the sum of its tokens,
    each times the odd factor of its place (multiply-shift: Dietzfelbinger et al. 1997).

    The sums of all runs are one product: tokens and factors, each in a lane of its own, are two
    large numbers, and a lane of their product is the sum of one run. As the middle bits of it are
    mixed well, the smallest number of a sentence is a fair choice among its runs.
    """
    runs = len(lanes) // _LANE - SHINGLE + 1
    if runs < 1:
        return ()
    product = int.from_bytes(lanes, "little") * _FACTORS
    first = (SHINGLE - 1) * _LANE + _SKIPPED  # the lanes before hold sums of less than a run
    held = product.to_bytes(len(lanes) + SHINGLE * _LANE, "little")[first:]
    return unpack_from(f"<{2 * runs}Q", held)[::2]


class _Lanes(dict[str, bytes]):
    """The lane of each token, kept: a dict is asked in half the time of functools.lru_cache."""

    def __missing__(self, token: str) -> bytes:
        if len(self) == MOST_TOKENS:
            self.clear()
        lane = self[token] = _lane(token)
        return lane


_LANES = _Lanes()


def _lane(token: str) -> bytes:
    return blake2b(token.encode(), digest_size=_TOKEN_BYTES).digest().ljust(_LANE, b"\0")


def _lanes(sentence: str, tokens: Iterable[str]) -> bytes:
    return b"".join(map(_LANES.__getitem__ if len(sentence) <= LONGEST else _lane, tokens))


def _factors() -> int:
    drawn = blake2b(b"shingle", digest_size=8 * SHINGLE).digest()
    lanes = (drawn[n : n + 8].ljust(_LANE, b"\0") for n in range(0, len(drawn), 8))
    return int.from_bytes(b"".join(lanes), "little") | _ODD


_ODD = sum(1 << (8 * _LANE * place) for place in range(SHINGLE))
_FACTORS = _factors()
