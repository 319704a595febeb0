"""Word diff of two texts (in Vietnamese: by syllable), with the fewest additions and removals."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

from pipelines.text.normal_forms import clean, comparison, is_all_caps

Op = Literal["same", "added", "removed"]
# Words of one text times words of the other that are aligned at once; needs an eighth of it in
# bytes. Longer texts are first split at words that are unique in both (patience diff).
MAX_GRID_CELLS = 500_000_000
ISLAND_RATIO = 3  # an unchanged run between changes this many times longer is changed, too
MAX_JOINED_CHARS = 200  # of words that normalisation joins, as in "a - b"


@dataclass(frozen=True, slots=True)
class Span:
    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words i1 to i2 of the old text became words j1 to j2 of the new one; a range may be empty."""

    i1: int
    i2: int
    j1: int
    j2: int


def spans(old: str, new: str) -> tuple[Span, ...]:
    """Return the diff as spans.

    "same" and "removed" spans make the old text (normalised), "same" and "added" the new one. There
    are only "same" spans if and only if `comparison` makes the texts equal.
    """
    old_words, new_words, changes = word_changes(old, new)
    result: list[Span] = []
    position = 0
    for change in changes:
        if change.j1 > position:
            result.append(Span("same", " ".join(new_words[position : change.j1])))
        if change.i2 > change.i1:
            result.append(Span("removed", " ".join(old_words[change.i1 : change.i2])))
        if change.j2 > change.j1:
            result.append(Span("added", " ".join(new_words[change.j1 : change.j2])))
        position = change.j2
    if position < len(new_words):
        result.append(Span("same", " ".join(new_words[position:])))
    return tuple(result)


def word_changes(old: str, new: str) -> tuple[list[str], list[str], list[WordChange]]:
    """Return the printed words of both texts and the changes between them, in order."""
    if comparison(old) == comparison(new):
        words = clean(new).split()
        return words, words, []
    left, right = _words(old), _words(new)
    lower = is_all_caps(old) != is_all_caps(new)
    for fold in (True, False) if lower else (False,):
        changes = _merge_close_changes(_changes(_keys(left, lower=fold), _keys(right, lower=fold)))
        if changes:
            return left, right, changes
    # Only the texts as a whole differ, such as by a space within straight quotes.
    return left, right, [WordChange(0, len(left), 0, len(right))]


def _keys(words: list[str], *, lower: bool) -> list[str]:
    """Return the comparison keys of the words; each distinct word is normalised once."""
    forms = {word: comparison(word) for word in set(words)}
    return [forms[word].lower() if lower else forms[word] for word in words]


def _words(text: str) -> list[str]:
    """Return the printed words; those that `comparison` joins ("a , b", "a - b") are one."""
    printed = clean(text).split()
    forms = comparison(text).split()
    if len(printed) == len(forms):
        return printed
    words: list[str] = []
    left = iter(printed)
    for form in forms:
        word = next(left, "")
        while word and comparison(word).lower() != form.lower():
            more = next(left, None)
            if more is None or len(word) > MAX_JOINED_CHARS:
                return forms
            word += f" {more}"
        words.append(word)
    return words


def _changes(old: Sequence[str], new: Sequence[str]) -> list[WordChange]:
    """Return the changes of an alignment with the most common words."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    i2, j2 = len(old) - end, len(new) - end
    grid = (i2 - start) * (j2 - start)
    parts = _parts(old, new, start, i2, j2) if grid > MAX_GRID_CELLS else [(start, i2, start, j2)]
    return [change for part in parts for change in _part_changes(old, new, *part)]


def _part_changes(
    old: Sequence[str], new: Sequence[str], i1: int, i2: int, j1: int, j2: int
) -> Iterator[WordChange]:
    if (i2 - i1) * (j2 - j1) > MAX_GRID_CELLS:
        yield WordChange(i1, i2, j1, j2)
        return
    previous: WordChange | None = None
    for op in Indel.opcodes(old[i1:i2], new[j1:j2]):
        if op.tag == "equal":
            continue
        current = WordChange(
            i1 + op.src_start, i1 + op.src_end, j1 + op.dest_start, j1 + op.dest_end
        )
        if previous and (previous.i2, previous.j2) == (current.i1, current.j1):
            current = WordChange(previous.i1, current.i2, previous.j1, current.j2)
        elif previous:
            yield previous
        previous = current
    if previous:
        yield previous


def _parts(
    old: Sequence[str], new: Sequence[str], start: int, i2: int, j2: int
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the parts between words that are unique in both texts and in the same order."""
    unique_old, unique_new = _unique_words(old[start:i2]), _unique_words(new[start:j2])
    shared = [(i, unique_new[word]) for word, i in unique_old.items() if word in unique_new]
    i, j = start, start
    for index in longest_increasing_subsequence([j for _, j in shared]):
        anchor_i, anchor_j = shared[index][0] + start, shared[index][1] + start
        yield i, anchor_i, j, anchor_j
        i, j = anchor_i + 1, anchor_j + 1
    yield i, i2, j, j2


def _unique_words(words: Sequence[str]) -> dict[str, int]:
    """Return word -> index of the words that occur once."""
    counts = Counter(words)
    return {word: index for index, word in enumerate(words) if counts[word] == 1}


def longest_increasing_subsequence(numbers: Sequence[int]) -> list[int]:
    """Return the indexes of a longest increasing subsequence."""
    tails: list[int] = []
    indexes: list[int] = []
    previous: list[int | None] = []
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        previous.append(indexes[length - 1] if length else None)
        tails[length : length + 1] = [number]
        indexes[length : length + 1] = [index]
    run: list[int] = []
    current = indexes[-1] if indexes else None
    while current is not None:
        run.append(current)
        current = previous[current]
    return run[::-1]


def _merge_close_changes(changes: list[WordChange]) -> list[WordChange]:
    """Merge changes that are separated only by a short unchanged run."""
    joined: list[WordChange] = []
    for change in changes:
        while joined and _is_short_run(joined[-1], change):
            last = joined.pop()
            change = WordChange(last.i1, change.i2, last.j1, change.j2)
        joined.append(change)
    return joined


def _is_short_run(before: WordChange, after: WordChange) -> bool:
    unchanged = after.i1 - before.i2
    sizes = [max(c.i2 - c.i1, c.j2 - c.j1) for c in (before, after)]
    return unchanged * ISLAND_RATIO <= min(sizes)
