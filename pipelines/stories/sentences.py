"""Split an article into sentences and hash each into shingles.

Reprints keep sentences while they cut, merge and frame paragraphs, so the sentence is the unit of
comparison. The index stores only a sentence's smallest shingle, which stays the same if a name
elsewhere in the sentence changes (min-wise hashing, Broder 1997).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pipelines.stories.shingles import (
    SHINGLE_SYLLABLES,
    TOKEN,
    count_tokens,
    pack_tokens,
    shingles,
)
from pipelines.text.normal_forms import comparison
from storage.models import Article

SHINGLE_RULES_VERSION = 3  # increase if sentences or hashes change: homes then rebuild the index
MIN_SENTENCE_SYLLABLES = 9  # shorter sentences are ignored
INDEX_BITS = 26  # of a shingle; few false candidates at a million articles
MAX_STOCK_SHARE = 0.5  # of a sentence's shingles; one with more from stock phrases is ignored
MAX_INDEXED_SENTENCES = 6  # per stored article; a lookup uses all sentences of the new article

_LOW = (1 << INDEX_BITS) - 1

_SENTENCE_END = re.compile(r'[.!?;](?P<after>["\')\]]*\s+)')
_DIGIT = re.compile(r"\d")


@dataclass  # not frozen: that takes three times as long to create, and a batch creates 100,000s
class Sentence:
    """One sentence.

    Attributes:
        min_shingle: the low INDEX_BITS of its smallest shingle, by which the index finds it
        paragraph: index of its paragraph; the lead counts as one
        syllables: number of tokens
        quoted: True if it is mostly inside quotation marks
    """

    min_shingle: int
    paragraph: int
    text: str
    syllables: int
    quoted: bool
    shingles: tuple[int, ...]

    @cached_property
    def masked(self) -> tuple[int, ...]:
        """The shingles with every number as 0; the same object as `shingles` if there is none."""
        if not _DIGIT.search(self.text):
            return self.shingles
        tokens = TOKEN.findall(self.text.lower())
        masked = ("0" if _DIGIT.search(token) else token for token in tokens)
        return shingles(pack_tokens(" ".join(masked)))

    def share_in(self, other: Set[int]) -> float:
        """Return the share of its shingles that are in `other`."""
        if other.isdisjoint(self.shingles):  # the usual case, and fast to check
            return 0.0
        return sum(map(other.__contains__, self.shingles)) / len(self.shingles)


@dataclass(frozen=True, slots=True)
class Sketch:
    """The shingle positions of an article: (min_shingle, paragraph) of each sentence."""

    positions: tuple[tuple[int, int], ...]

    @property
    def min_shingles(self) -> list[int]:
        """The distinct minimum shingles, sorted: the keys of an index lookup."""
        return sorted({min_shingle for min_shingle, _ in self.positions})

    def index_shingles(self, stock: Set[int]) -> list[int]:
        """Return the shingles to store in the index, from as many paragraphs as possible.

        A reprint copies paragraphs, so one sentence of each of six paragraphs finds it more often
        than two sentences of each of three.
        """
        by_paragraph: dict[int, list[int]] = defaultdict(list)
        for min_shingle, paragraph in sorted(self.positions):
            if min_shingle not in stock:
                by_paragraph[paragraph].append(min_shingle)
        ranked = sorted(
            (rank, min_shingle)
            for min_shingles in by_paragraph.values()
            for rank, min_shingle in enumerate(min_shingles)
        )
        return [min_shingle for _, min_shingle in ranked[:MAX_INDEXED_SENTENCES]]


@dataclass(frozen=True)
class ShingledText:
    """The sentences of an article in reading order."""

    sentences: tuple[Sentence, ...]

    @cached_property
    def syllables(self) -> int:
        return sum(s.syllables for s in self.sentences)

    @cached_property
    def shingles(self) -> frozenset[int]:
        return frozenset(s for sentence in self.sentences for s in sentence.shingles)

    @cached_property
    def masked(self) -> frozenset[int]:
        return frozenset(s for sentence in self.sentences for s in sentence.masked)

    @cached_property
    def sketch(self) -> Sketch:
        return Sketch(tuple((s.min_shingle, s.paragraph) for s in self.sentences))


def shingle_text(article: Article, stock: frozenset[int] = frozenset()) -> ShingledText:
    """Return the distinct sentences of lead and body, without those of stock phrases.

    Args:
        stock: shingles of stock phrases (stock_phrases.py)
    """
    parts = ([article.lead] if article.lead else []) + [block.text for block in article.body]
    sentences: list[Sentence] = []
    seen: set[tuple[int, ...]] = set()
    tokenised = [s for n, text in enumerate(parts) for s in _split_sentences(n, text)]
    for sentence in _hash_sentences(tokenised):
        if sentence.shingles in seen:  # such as a lead that the body repeats
            continue
        if sentence.share_in(stock) > MAX_STOCK_SHARE:
            continue
        seen.add(sentence.shingles)
        sentences.append(sentence)
    return ShingledText(tuple(sentences))


def phrase_shingles(text: str) -> tuple[int, ...]:
    return shingles(pack_tokens(comparison(text).lower()))


class _TokenisedSentence(NamedTuple):
    paragraph: int
    text: str
    packed: bytes  # its tokens (pack_tokens)
    quoted: bool


def _split_sentences(paragraph: int, text: str) -> Iterator[_TokenisedSentence]:
    """Yield the sentences of at least MIN_SENTENCE_SYLLABLES."""
    inside = False  # a quotation may continue over several sentences
    for sentence in _sentences(comparison(text)):
        packed = pack_tokens(sentence.lower())
        quotes = sentence.count('"')
        quoted = inside or (quotes >= 2 and _mostly_quoted(sentence))
        inside ^= quotes % 2 == 1
        if count_tokens(packed) >= MIN_SENTENCE_SYLLABLES:
            yield _TokenisedSentence(paragraph, sentence, packed, quoted)


def _sentences(text: str) -> Iterator[str]:
    """Yield the sentences. A pattern that begins with a look-behind takes five times as long."""
    start = 0
    for end in _SENTENCE_END.finditer(text):
        yield text[start : end.start("after")]
        start = end.end()
    yield text[start:]


def _hash_sentences(sentences: list[_TokenisedSentence]) -> Iterator[Sentence]:
    """Yield the sentences with their shingles.

    All are hashed in one call, and shingles that cross a sentence boundary are dropped: one large
    product takes a third of the time of one per sentence.
    """
    all_shingles = shingles(b"".join(sentence.packed for sentence in sentences))
    start = 0
    for paragraph, text, packed, quoted in sentences:
        syllables = count_tokens(packed)
        own = all_shingles[start : start + syllables - SHINGLE_SYLLABLES + 1]
        yield Sentence(min(own) & _LOW, paragraph, text, syllables, quoted, own)
        start += syllables


def _mostly_quoted(sentence: str) -> bool:
    inside = sum(len(part) for part in sentence.split('"')[1::2])
    return 2 * inside > len(sentence)
