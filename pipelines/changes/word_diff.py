"""Two texts word by word (in Vietnamese: syllable by syllable): the least that came and went."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Indel

from pipelines.text.normal_forms import clean, comparison, is_all_caps

Op = Literal["same", "added", "removed"]
# Words of the one side times words of the other that are compared at once; the memory needed is
# an eighth of it in bytes. Longer texts are first parted at the words that stand in each once.
MAX_GRID_CELLS = 500_000_000
ISLAND_RATIO = (
    3  # a run that stayed counts as changed between changes that are so many times longer
)
MAX_JOINED_CHARS = 200  # characters; nothing longer is one word for its folded spaces


@dataclass(frozen=True, slots=True)
class Span:
    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words i1 to i2 of the old text became words j1 to j2 of the new one; either may be none."""

    i1: int
    i2: int
    j1: int
    j2: int


def spans(old: str, new: str) -> tuple[Span, ...]:
    """The new text with what came and went; same and removed make the old text, up to what
    comparison folds, same and added the new one. Nothing but "same" if and only if comparison
    makes them equal."""
    old_words, new_words, changes = word_changes(old, new)
    found: list[Span] = []
    place = 0
    for change in changes:
        if change.j1 > place:
            found.append(Span("same", " ".join(new_words[place : change.j1])))
        if change.i2 > change.i1:
            found.append(Span("removed", " ".join(old_words[change.i1 : change.i2])))
        if change.j2 > change.j1:
            found.append(Span("added", " ".join(new_words[change.j1 : change.j2])))
        place = change.j2
    if place < len(new_words):
        found.append(Span("same", " ".join(new_words[place:])))
    return tuple(found)


def word_changes(old: str, new: str) -> tuple[list[str], list[str], list[WordChange]]:
    """The words of both texts as they are printed, and what changed between them, in order."""
    if comparison(old) == comparison(new):
        words = clean(new).split()
        return words, words, []
    left, right = _words(old), _words(new)
    lower = is_all_caps(old) != is_all_caps(new)
    for fold in (True, False) if lower else (False,):
        changes = _readable(_changes(_keys(left, lower=fold), _keys(right, lower=fold)))
        if changes:
            return left, right, changes
    # Only the text as a whole reads otherwise, such as by a space within straight quotes.
    return left, right, [WordChange(0, len(left), 0, len(right))]


def _keys(words: list[str], *, lower: bool) -> list[str]:
    """What the words are compared by; each is folded once, however often it stands there."""
    forms = {word: comparison(word) for word in set(words)}
    return [forms[word].lower() if lower else forms[word] for word in words]


def _words(text: str) -> list[str]:
    """The printed words; those that comparison joins ("a , b", "a - b") are one."""
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
    """What an alignment with the most words in common leaves over."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    i2, j2 = len(old) - end, len(new) - end
    grid = (i2 - start) * (j2 - start)
    parted = _parts(old, new, start, i2, j2) if grid > MAX_GRID_CELLS else [(start, i2, start, j2)]
    return [change for part in parted for change in _part_changes(old, new, *part)]


def _part_changes(
    old: Sequence[str], new: Sequence[str], i1: int, i2: int, j1: int, j2: int
) -> Iterator[WordChange]:
    if (i2 - i1) * (j2 - j1) > MAX_GRID_CELLS:
        yield WordChange(i1, i2, j1, j2)
        return
    before: WordChange | None = None
    for op in Indel.opcodes(old[i1:i2], new[j1:j2]):
        if op.tag == "equal":
            continue
        now = WordChange(i1 + op.src_start, i1 + op.src_end, j1 + op.dest_start, j1 + op.dest_end)
        if before and (before.i2, before.j2) == (now.i1, now.j1):
            now = WordChange(before.i1, now.i2, before.j1, now.j2)
        elif before:
            yield before
        before = now
    if before:
        yield before


def _parts(
    old: Sequence[str], new: Sequence[str], start: int, i2: int, j2: int
) -> Iterator[tuple[int, int, int, int]]:
    """The stretches between the words that both sides hold exactly once, in the same order."""
    once_old, once_new = _once(old[start:i2]), _once(new[start:j2])
    shared = [(i, once_new[word]) for word, i in once_old.items() if word in once_new]
    i, j = start, start
    for kept in longest_rising_run([j for _, j in shared]):
        anchor_i, anchor_j = shared[kept][0] + start, shared[kept][1] + start
        yield i, anchor_i, j, anchor_j
        i, j = anchor_i + 1, anchor_j + 1
    yield i, i2, j, j2


def _once(words: Sequence[str]) -> dict[str, int]:
    """The words that stand here exactly once, and where."""
    counts = Counter(words)
    return {word: place for place, word in enumerate(words) if counts[word] == 1}


def longest_rising_run(numbers: Sequence[int]) -> list[int]:
    """The places of a longest rising run of these numbers, in order."""
    tails: list[int] = []
    places: list[int] = []
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(places[length - 1] if length else None)
        tails[length : length + 1] = [number]
        places[length : length + 1] = [place]
    run: list[int] = []
    place_now = places[-1] if places else None
    while place_now is not None:
        run.append(place_now)
        place_now = before[place_now]
    return run[::-1]


def _readable(changes: list[WordChange]) -> list[WordChange]:
    """Joins changes that only a word or two part which both texts happen to have in common."""
    joined: list[WordChange] = []
    for change in changes:
        while joined and _island(joined[-1], change):
            last = joined.pop()
            change = WordChange(last.i1, change.i2, last.j1, change.j2)
        joined.append(change)
    return joined


def _island(before: WordChange, after: WordChange) -> bool:
    stayed = after.i1 - before.i2
    sizes = [max(c.i2 - c.i1, c.j2 - c.j1) for c in (before, after)]
    return stayed * ISLAND_RATIO <= min(sizes)
