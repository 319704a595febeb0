"""Which paragraph of the new text grew out of which one of the old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.text.normal_forms import comparison

MIN_SIMILARITY = 0.5  # of the words of both; two paragraphs less alike have nothing to do together
# Pairs of paragraphs that are compared; of longer texts only those that stand near each other.
MAX_COMPARED_PAIRS = 400_000
WORD_BITS = 8192  # different words that are told apart; of a larger vocabulary some share a bit


@dataclass(frozen=True, slots=True)
class Pairs:
    """`same` and `changed` map places in the new text to places in the old one."""

    same: dict[int, int]
    changed: dict[int, int]


def pair(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Equal paragraphs belong together wherever they stand; of the rest those that are alike.

    Pairs in the order of the texts come first; what is left may be paired across, for a paragraph
    that was moved and changed as well. A single paragraph on both sides is always a pair.
    """
    same = _equal([comparison(t) for t in old], [comparison(t) for t in new])
    gone = sorted(set(range(len(old))) - set(same.values()))
    fresh = sorted(set(range(len(new))) - set(same))
    if len(old) == len(new) == 1 and gone:
        return Pairs({}, {0: 0})
    alike = _alike(old, gone, new, fresh)
    changed = _in_order(alike)
    taken = set(changed.values())
    for _, i, j in sorted((-ratio, i, j) for (i, j), ratio in alike.items()):
        if j not in changed and i not in taken:
            changed[j] = i
            taken.add(i)
    return Pairs(same, changed)


def _equal(old: list[str], new: list[str]) -> dict[int, int]:
    """The first of several equal ones with the first, the second with the second ..."""
    places: dict[str, list[int]] = {}
    for i in range(len(old) - 1, -1, -1):
        places.setdefault(old[i], []).append(i)
    return {j: places[form].pop() for j, form in enumerate(new) if places.get(form)}


def _alike(
    old: Sequence[str], gone: list[int], new: Sequence[str], fresh: list[int]
) -> dict[tuple[int, int], float]:
    """(place in old, place in new) -> share of words in common, of all that are alike enough."""
    if not gone or not fresh:
        return {}
    bits: dict[str, int] = {}
    left = [_word_set(old[i], bits) for i in gone]
    right = [_word_set(new[j], bits) for j in fresh]
    window = max(MAX_COMPARED_PAIRS // max(len(gone), len(fresh)), 1)
    found: dict[tuple[int, int], float] = {}
    for b, (words, size) in enumerate(right):
        middle = b * len(gone) // len(fresh)
        for a in range(max(0, middle - window), min(len(gone), middle + window + 1)):
            common = (left[a][0] & words).bit_count()
            ratio = 2 * common / (left[a][1] + size or 1)
            if ratio >= MIN_SIMILARITY:
                found[gone[a], fresh[b]] = ratio
    return found


def _word_set(text: str, bits: dict[str, int]) -> tuple[int, int]:
    """A paragraph's different words as the bits of a number, and how many bits are set."""
    number = 0
    for word in dict.fromkeys(comparison(text).split()):
        number |= 1 << bits.setdefault(word, len(bits) % WORD_BITS)
    return number, number.bit_count()


def _in_order(alike: dict[tuple[int, int], float]) -> dict[int, int]:
    """Pairs that do not cross, by the largest sum of likeness: places in new -> in old.

    Pairs are taken by place in the new text; a Fenwick tree over the places in the old one knows
    the best sum of all chains that end before it.
    """
    size = max((i for i, _ in alike), default=-1) + 1
    tree: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    chain: list[tuple[int, int, int]] = []  # place in old, place in new, link before it
    rows: dict[int, list[tuple[int, float]]] = {}
    for (i, j), ratio in alike.items():
        rows.setdefault(j, []).append((i, ratio))
    for j in sorted(rows):
        ended = []
        for i, ratio in rows[j]:
            total, link = _best_before(tree, i)
            ended.append((i, total + ratio, len(chain)))
            chain.append((i, j, link))
        for i, total, link in ended:
            _remember(tree, i, (total, link))
    pairs: dict[int, int] = {}
    link = _best_before(tree, size)[1]
    while link >= 0:
        i, j, link = chain[link]
        pairs[j] = i
    return pairs


def _best_before(tree: list[tuple[float, int]], place: int) -> tuple[float, int]:
    best = (0.0, -1)
    while place > 0:
        if tree[place][0] > best[0]:
            best = tree[place]
        place &= place - 1
    return best


def _remember(tree: list[tuple[float, int]], place: int, found: tuple[float, int]) -> None:
    place += 1
    while place < len(tree):
        if found[0] > tree[place][0]:
            tree[place] = found
        place += place & -place
