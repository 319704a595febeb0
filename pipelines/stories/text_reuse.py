"""Text reuse: decide whether two articles print one text.

They do if whole sentences in common make up a large enough share of the shorter text. A common
quotation is not enough, and neither is a form that is filled in again: a weekly bulletin repeats
last week's sentences with other numbers.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from pipelines.stories.sentences import Sentence, ShingledText

MIN_KEPT_SHARE = 0.6  # of a sentence's shingles; a changed name or corrected typo breaks some
MIN_REWORDED_SHARE = 0.08  # of a sentence's shingles; up to MIN_KEPT_SHARE it is reworded
MIN_SAME_FORM_SHARE = 0.7  # of a sentence's shingles with numbers masked
MIN_WHOLE_SHARE = 0.8  # of the shorter text; sufficient by itself
MIN_MAIN_SHARE = 0.6  # of a text; below it for both texts the reuse is partial
MIN_PARTIAL_SHARE = 0.15  # of a text, if the other conditions of a partial reprint hold
MIN_PARTIAL_SYLLABLES = 40  # shared outside quotations by a partial reprint
MIN_PARTIAL_PARAGRAPHS = 2
MIN_EXCERPT_SYLLABLES = 60  # the same if only one paragraph is shared
MIN_ONE_FORM_SHARE = 0.4  # of the kept syllables; an editor of a reprint rewords less
MIN_SAME_SITE_SHARE = 0.8  # unchanged share of both texts; one site's articles resemble each other


@dataclass(frozen=True, slots=True)
class TextReuse:
    """What two texts share. "Kept" sentences are in both, apart from small edits.

    Attributes:
        kept_syllables: syllables of kept sentences
        share_of_first: kept syllables as a share of the first text; share_of_second likewise
        paragraphs: paragraphs of the shorter text with a kept sentence
        plain: kept syllables outside quotations
        refilled: sentences that differ only in numbers
        kept_sentences: number of kept sentences
        unchanged: share of the longer text in sentences that are equal to the syllable
        reworded: sentences of the shorter text that the other has in other words
        reworded_syllables: syllables of these
        min_shingles: of the first text's sentences that the second text keeps
    """

    kept_syllables: int
    share_of_first: float
    share_of_second: float
    paragraphs: int
    plain: int
    refilled: int
    kept_sentences: int
    unchanged: float
    reworded: int
    reworded_syllables: int
    min_shingles: frozenset[int]

    @property
    def partial(self) -> bool:
        """True if the kept sentences are the main part of neither text."""
        return max(self.share_of_first, self.share_of_second) < MIN_MAIN_SHARE

    @property
    def series(self) -> bool:
        """True for one form filled in twice: more than half as many sentences differ in numbers."""
        return self.refilled > self.kept_sentences / 2

    @property
    def one_form(self) -> bool:
        """True for two reports on one pattern: many reworded sentences. A reprint has few."""
        return (
            self.reworded > self.kept_sentences / 2
            and self.reworded_syllables >= MIN_ONE_FORM_SHARE * self.kept_syllables
        )

    def same_text(self, *, one_site: bool) -> bool:
        """Return True if the texts are one. `one_site`: both articles are of the same site."""
        if self.series:
            return False
        if one_site:
            return self.unchanged >= MIN_SAME_SITE_SHARE and not self.refilled
        share = max(self.share_of_first, self.share_of_second)
        if share >= MIN_WHOLE_SHARE and self.plain:
            return True
        if self.one_form:
            return False
        if self.paragraphs < MIN_PARTIAL_PARAGRAPHS:  # either a quotation or a long excerpt
            return (
                share >= MIN_PARTIAL_SHARE
                and self.kept_sentences >= 2
                and self.plain >= MIN_EXCERPT_SYLLABLES
            )
        return share >= MIN_PARTIAL_SHARE and self.plain >= MIN_PARTIAL_SYLLABLES


def measure_reuse(
    first: ShingledText, second: ShingledText, stock: Set[int] = frozenset()
) -> TextReuse:
    """Compare two texts. Sentences whose min_shingle is in `stock` (stock phrases) do not count."""
    first_size, second_size = _size(first, stock), _size(second, stock)
    swapped = second_size < first_size
    short, long = (second, first) if swapped else (first, second)
    own = [s for s in short.sentences if s.min_shingle not in stock]
    refilled = [s for s in own if _is_refilled(s, long)]
    kept = [s for s in own if _is_kept(s, long) and s not in refilled]
    reworded = [s for s in own if MIN_REWORDED_SHARE <= s.share_in(long.shingles) < MIN_KEPT_SHARE]
    unchanged = sum(s.syllables for s in kept if long.shingles.issuperset(s.shingles))
    kept_syllables = sum(s.syllables for s in kept)
    of_short = kept_syllables / (min(first_size, second_size) or 1)
    of_long = min(1.0, kept_syllables / (max(first_size, second_size) or 1))
    return TextReuse(
        kept_syllables=kept_syllables,
        share_of_first=of_long if swapped else of_short,
        share_of_second=of_short if swapped else of_long,
        paragraphs=len({s.paragraph for s in kept}),
        plain=sum(s.syllables for s in kept if not s.quoted),
        refilled=len(refilled),
        kept_sentences=len(kept),
        unchanged=unchanged / (max(first_size, second_size) or 1),
        reworded=len(reworded),
        reworded_syllables=sum(s.syllables for s in reworded),
        min_shingles=frozenset(s.min_shingle for s in first.sentences if _is_kept(s, second))
        - stock,
    )


def _size(text: ShingledText, stock: Set[int]) -> int:
    if not stock:
        return text.syllables
    return sum(s.syllables for s in text.sentences if s.min_shingle not in stock)


def _is_kept(sentence: Sentence, other: ShingledText) -> bool:
    return sentence.share_in(other.shingles) >= MIN_KEPT_SHARE


def _is_refilled(sentence: Sentence, other: ShingledText) -> bool:
    """Return True if the other text has this sentence with at least one other number."""
    if sentence.masked is sentence.shingles:
        return False  # it contains no number
    same_form = sum(map(other.masked.__contains__, sentence.masked))
    if same_form < MIN_SAME_FORM_SHARE * len(sentence.masked):
        return False
    return any(
        masked in other.masked and shingle not in other.shingles
        for shingle, masked in zip(sentence.shingles, sentence.masked, strict=True)
        if shingle != masked
    )
