"""Precision and recall of pairs, and the adjusted Rand index of clusters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from itertools import combinations

Pair = tuple[int, int]


def pairs_of(groups: dict[int, Hashable]) -> set[Pair]:
    """Return all pairs of items of one group; `groups` maps an item to its group."""
    inside: dict[Hashable, list[int]] = defaultdict(list)
    for item, group in groups.items():
        inside[group].append(item)
    return {pair for items in inside.values() for pair in combinations(sorted(items), 2)}


def precision_recall(found: set[Pair], true: set[Pair]) -> tuple[float, float, float]:
    right = len(found & true)
    precision = right / len(found) if found else 1.0
    recall = right / len(true) if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return precision, recall, f1


def adjusted_rand(one: dict[int, Hashable], two: dict[int, Hashable]) -> float:
    """Return the adjusted Rand index (Hubert and Arabie 1985): 1 if equal, about 0 if unrelated."""
    both = Counter((one[item], two[item]) for item in one)
    index = _pairs(both.values())
    left, right = _pairs(Counter(one.values()).values()), _pairs(Counter(two.values()).values())
    expected = left * right / _pairs([len(one)])
    best = (left + right) / 2
    return 1.0 if best == expected else (index - expected) / (best - expected)


def _pairs(sizes: Iterable[int]) -> float:
    return sum(size * (size - 1) / 2 for size in sizes)


def clusters_of(items: Iterable[int], pairs: set[Pair]) -> dict[int, Hashable]:
    """Return item -> connected component, for methods that return pairs only."""
    parent = {item: item for item in items}

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for one, two in pairs:
        parent[root(one)] = root(two)
    return {item: root(item) for item in parent}
