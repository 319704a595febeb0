"""Matching of the paragraphs of two texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.text.normal_forms import comparison

MIN_SIMILARITY = 0.5  # share of common words (Dice) for two paragraphs to match
# Of longer texts only paragraphs at similar positions are compared.
MAX_COMPARED_PAIRS = 400_000
WORD_BITS = 8192  # size of the word bit sets; in a larger vocabulary words share bits


@dataclass(frozen=True, slots=True)
class ParagraphPairs:
    """Matched paragraphs: index in the new text -> index in the old text."""

    same: dict[int, int]
    changed: dict[int, int]


def match_paragraphs(old: Sequence[str], new: Sequence[str]) -> ParagraphPairs:
    """Match equal paragraphs wherever they stand, then similar ones.

    Similar paragraphs are matched in order first; the rest may cross, for a paragraph that was both
    moved and changed. If each text has one paragraph, they always match.
    """
    same = _equal([comparison(t) for t in old], [comparison(t) for t in new])
    removed = sorted(set(range(len(old))) - set(same.values()))
    added = sorted(set(range(len(new))) - set(same))
    if len(old) == len(new) == 1 and removed:
        return ParagraphPairs({}, {0: 0})
    similarities = _similarities(old, removed, new, added)
    changed = _in_order(similarities)
    matched = set(changed.values())
    for _, i, j in sorted((-ratio, i, j) for (i, j), ratio in similarities.items()):
        if j not in changed and i not in matched:
            changed[j] = i
            matched.add(i)
    return ParagraphPairs(same, changed)


def similarity(one: str, other: str) -> float:
    """Return the share of common words of two paragraphs (Dice), from 0 to 1."""
    bits: dict[str, int] = {}
    (left, left_size), (right, right_size) = _word_set(one, bits), _word_set(other, bits)
    return 2 * (left & right).bit_count() / (left_size + right_size or 1)


def _equal(old: list[str], new: list[str]) -> dict[int, int]:
    """Match equal paragraphs; the n-th of several equal ones matches the n-th."""
    positions: dict[str, list[int]] = {}
    for i in range(len(old) - 1, -1, -1):
        positions.setdefault(old[i], []).append(i)
    return {j: positions[form].pop() for j, form in enumerate(new) if positions.get(form)}


def _similarities(
    old: Sequence[str], removed: list[int], new: Sequence[str], added: list[int]
) -> dict[tuple[int, int], float]:
    """Return (index in old, index in new) -> Dice similarity, for pairs that are similar enough."""
    if not removed or not added:
        return {}
    bits: dict[str, int] = {}
    left = [_word_set(old[i], bits) for i in removed]
    right = [_word_set(new[j], bits) for j in added]
    window = max(MAX_COMPARED_PAIRS // max(len(removed), len(added)), 1)
    similarities: dict[tuple[int, int], float] = {}
    for b, (words, size) in enumerate(right):
        middle = b * len(removed) // len(added)
        for a in range(max(0, middle - window), min(len(removed), middle + window + 1)):
            common = (left[a][0] & words).bit_count()
            ratio = 2 * common / (left[a][1] + size or 1)
            if ratio >= MIN_SIMILARITY:
                similarities[removed[a], added[b]] = ratio
    return similarities


def _word_set(text: str, bits: dict[str, int]) -> tuple[int, int]:
    """Return the set of a paragraph's words as a bit set, and its size."""
    number = 0
    for word in dict.fromkeys(comparison(text).split()):
        number |= 1 << bits.setdefault(word, len(bits) % WORD_BITS)
    return number, number.bit_count()


def _in_order(similarities: dict[tuple[int, int], float]) -> dict[int, int]:
    """Return non-crossing pairs with the largest sum of similarities: index in new -> in old.

    Pairs are processed by index in the new text. A Fenwick tree over the indexes in the old text
    holds the best sum of all chains that end before an index.
    """
    size = max((i for i, _ in similarities), default=-1) + 1
    tree: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    chain: list[tuple[int, int, int]] = []  # index in old, index in new, previous link
    rows: dict[int, list[tuple[int, float]]] = {}
    for (i, j), ratio in similarities.items():
        rows.setdefault(j, []).append((i, ratio))
    for j in sorted(rows):
        ended = []
        for i, ratio in rows[j]:
            total, link = _best_before(tree, i)
            ended.append((i, total + ratio, len(chain)))
            chain.append((i, j, link))
        for i, total, link in ended:
            _update(tree, i, (total, link))
    pairs: dict[int, int] = {}
    link = _best_before(tree, size)[1]
    while link >= 0:
        i, j, link = chain[link]
        pairs[j] = i
    return pairs


def _best_before(tree: list[tuple[float, int]], index: int) -> tuple[float, int]:
    best = (0.0, -1)
    while index > 0:
        if tree[index][0] > best[0]:
            best = tree[index]
        index &= index - 1
    return best


def _update(tree: list[tuple[float, int]], index: int, candidate: tuple[float, int]) -> None:
    index += 1
    while index < len(tree):
        if candidate[0] > tree[index][0]:
            tree[index] = candidate
        index += index & -index
