"""Is one article's text the other's? The texts decide; an index only proposes whom to compare.

What makes two articles one text is whole sentences in common, as a share of the shorter one. What
does not: one quotation, and a form that is filled in anew (a weekly bulletin has last week's
sentences with other numbers in them).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from pipelines.stories.sentences import Sentence, ShingledText

MIN_KEPT_SHARE = 0.6  # of its shingles; a swapped name or a mended slip breaks some
MIN_REWORDED_SHARE = 0.08  # of its shingles; between this and KEPT_SENTENCE a sentence was written anew
MIN_SAME_FORM_SHARE = 0.7  # of its shingles with the numbers folded
MIN_WHOLE_SHARE = 0.8  # shared share of the shorter text that makes them one text by itself
MIN_MAIN_SHARE = 0.6  # share of a text that makes it a cut or framed form of the other
MIN_PARTIAL_SHARE = 0.15  # the same where several paragraphs are shared: paragraphs differ in length
MIN_PARTIAL_SYLLABLES = 40  # that a partial reprint shares outside quotations, at least
MIN_PARTIAL_PARAGRAPHS = 2
MIN_EXCERPT_SYLLABLES = 60  # the same where all of it stands in one paragraph
MIN_ONE_FORM_SHARE = 0.4  # of the kept syllables; less is what an editor touches in a reprint
MIN_SAME_SITE_SHARE = 0.8  # a site's own articles resemble one another: the unchanged share of both texts


@dataclass(frozen=True, slots=True)
class TextReuse:
    """`kept` counts syllables of sentences in common; the shares are of either text."""

    kept: int
    share_of_first: float
    share_of_second: float
    paragraphs: int  # of the shorter text that hold a shared sentence
    plain: int  # kept syllables that are no quotation
    refilled: int  # sentences of one form with other numbers
    sentences: int  # in common
    unchanged: float  # share of the longer text in sentences that are the same to the syllable
    reworded: int  # sentences of the shorter text that the other one has in other words
    reworded_syllables: int
    min_shingles: frozenset[int]  # of the passages of the first text that the second one has

    @property
    def partial(self) -> bool:
        """Neither text is made of the other for the most part."""
        return max(self.share_of_first, self.share_of_second) < MIN_MAIN_SHARE

    @property
    def series(self) -> bool:
        """One form, filled in twice: as many sentences have other numbers as are the same."""
        return self.refilled > self.sentences / 2

    @property
    def one_form(self) -> bool:
        """Two reports after one pattern: a reprint keeps a sentence or leaves it out."""
        return (
            self.reworded > self.sentences / 2 and self.reworded_syllables >= MIN_ONE_FORM_SHARE * self.kept
        )

    def same_text(self, *, one_site: bool) -> bool:
        if self.series:
            return False
        if one_site:
            return self.unchanged >= MIN_SAME_SITE_SHARE and not self.refilled
        share = max(self.share_of_first, self.share_of_second)
        if share >= MIN_WHOLE_SHARE and self.plain:
            return True
        if self.one_form:
            return False
        if self.paragraphs < MIN_PARTIAL_PARAGRAPHS:  # a quotation as often as not, or a long excerpt
            return share >= MIN_PARTIAL_SHARE and self.sentences >= 2 and self.plain >= MIN_EXCERPT_SYLLABLES
        return share >= MIN_PARTIAL_SHARE and self.plain >= MIN_PARTIAL_SYLLABLES


def measure_reuse(first: ShingledText, second: ShingledText, common: Set[int] = frozenset()) -> TextReuse:
    """`common` are numbers of passages that many stories hold, and that therefore count nowhere."""
    first_size, second_size = _size(first, common), _size(second, common)
    swapped = second_size < first_size
    short, long = (second, first) if swapped else (first, second)
    own = [p for p in short.items if p.min_shingle not in common]
    refilled = [p for p in own if _refilled(p, long)]
    shared = [p for p in own if _kept(p, long) and p not in refilled]
    reworded = [p for p in own if MIN_REWORDED_SHARE <= p.share_in(long.shingles) < MIN_KEPT_SHARE]
    unchanged = sum(p.syllables for p in shared if long.shingles.issuperset(p.shingles))
    kept = sum(p.syllables for p in shared)
    of_short = kept / (min(first_size, second_size) or 1)
    of_long = min(1.0, kept / (max(first_size, second_size) or 1))
    return TextReuse(
        kept=kept,
        share_of_first=of_long if swapped else of_short,
        share_of_second=of_short if swapped else of_long,
        paragraphs=len({p.paragraph for p in shared}),
        plain=sum(p.syllables for p in shared if not p.quoted),
        refilled=len(refilled),
        sentences=len(shared),
        unchanged=unchanged / (max(first_size, second_size) or 1),
        reworded=len(reworded),
        reworded_syllables=sum(p.syllables for p in reworded),
        min_shingles=frozenset(p.min_shingle for p in first.items if _kept(p, second)) - common,
    )


def _size(text: ShingledText, common: Set[int]) -> int:
    if not common:
        return text.syllables
    return sum(p.syllables for p in text.items if p.min_shingle not in common)


def _kept(passage: Sentence, other: ShingledText) -> bool:
    return passage.share_in(other.shingles) >= MIN_KEPT_SHARE


def _refilled(passage: Sentence, other: ShingledText) -> bool:
    """The other text has this sentence, with another number in at least one place."""
    if passage.masked is passage.shingles:
        return False  # no number in it
    same_form = sum(map(other.masked.__contains__, passage.masked))
    if same_form < MIN_SAME_FORM_SHARE * len(passage.masked):
        return False
    return any(
        m in other.masked and s not in other.shingles
        for s, m in zip(passage.shingles, passage.masked, strict=True)
        if s != m
    )
