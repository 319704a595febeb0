"""Baselines for near-duplicate detection: MinHash with LSH, and simhash."""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from importlib.util import find_spec
from itertools import combinations

from pipelines.text.normal_forms import syllables
from reprints.scores import Pair
from reprints.texts import Text

SHINGLE_SYLLABLES = 3  # usual in papers on news


def shingles(text: Text) -> set[str]:
    words = [w.lower() for p in text.paragraphs for w in syllables(p)]
    return {
        " ".join(words[n : n + SHINGLE_SYLLABLES])
        for n in range(len(words) - SHINGLE_SYLLABLES + 1)
    }


def minhash_pairs(texts: dict[int, Text], threshold: float = 0.5) -> set[Pair] | None:
    """Return pairs by datasketch's MinHash-LSH, or None if it is not installed (extra `bench`)."""
    if find_spec("datasketch") is None:
        return None
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=128)
    pairs: set[Pair] = set()
    for number, text in texts.items():
        sketch = MinHash(num_perm=128)
        sketch.update_batch([s.encode() for s in shingles(text)])
        pairs.update((min(number, o), max(number, o)) for o in index.query(sketch))
        index.insert(number, sketch)
    return pairs


def simhash_pairs(texts: dict[int, Text], distance: int = 3) -> set[Pair]:
    """Return pairs by 64-bit simhash in four bands of 16 bits (Manku, Jain and Das Sarma 2007)."""
    hashes = {number: _simhash(text) for number, text in texts.items()}
    bands: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, value in hashes.items():
        for band in range(4):
            bands[band, value >> 16 * band & 0xFFFF].append(number)
    return {
        (one, two)
        for members in bands.values()
        for one, two in combinations(sorted(members), 2)
        if (hashes[one] ^ hashes[two]).bit_count() <= distance
    }


def _simhash(text: Text) -> int:
    weights = [0] * 64
    for shingle in shingles(text):
        value = int.from_bytes(blake2b(shingle.encode(), digest_size=8).digest(), "big")
        for bit in range(64):
            weights[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit in range(64) if weights[bit] > 0)
