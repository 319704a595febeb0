"""Shingles: a hash of each run of SHINGLE_SYLLABLES syllables, independent of its context.

Texts are compared by their shingles and the index stores them, so increase SHINGLE_RULES_VERSION
(sentences.py) if the hashes change.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from struct import unpack_from

SHINGLE_SYLLABLES = 6  # shorter runs are common phrases
MAX_CACHED_WORDS = 1 << 16  # more than the number of Vietnamese syllables
MAX_CACHED_WORD_CHARS = 32  # a longer one is an address, or of a hostile page
TOKEN = re.compile(r"\w++(?:[.,/]\d++)*")
_TOKEN_BYTES = 7
_LANE_BYTES = 16  # room for the sum of SHINGLE_SYLLABLES products of a token and an 8-byte factor
_SKIPPED_BYTES = 5  # low bytes of the sum; they depend on the low bits of the tokens only


def shingles(packed: bytes) -> tuple[int, ...]:
    """Return the 64-bit hash of each run of SHINGLE_SYLLABLES tokens packed by pack_tokens.

    The hash is the middle of a sum: each token times the odd factor of its position in the run
    (multiply-shift hashing, Dietzfelbinger et al. 1997). One multiplication of two large integers
    computes all sums: tokens and factors are packed into lanes, and each lane of the product is the
    sum of one run. The middle bits are mixed well, so the smallest hash of a sentence is a fair
    choice among its runs.
    """
    runs = count_tokens(packed) - SHINGLE_SYLLABLES + 1
    if runs < 1:
        return ()
    product = int.from_bytes(packed, "little") * _FACTORS
    first = (
        SHINGLE_SYLLABLES - 1
    ) * _LANE_BYTES + _SKIPPED_BYTES  # the lanes before are sums of shorter runs
    sums = product.to_bytes(len(packed) + SHINGLE_SYLLABLES * _LANE_BYTES, "little")[first:]
    return unpack_from(f"<{2 * runs}Q", sums)[::2]


class _Lanes(dict[str, bytes]):
    """Cache of the lanes of each word; a dict lookup takes half the time of functools.lru_cache."""

    def __missing__(self, word: str) -> bytes:
        lanes = b"".join(map(_lane, TOKEN.findall(word)))
        if len(word) <= MAX_CACHED_WORD_CHARS:
            if len(self) == MAX_CACHED_WORDS:
                self.clear()
            self[word] = lanes
        return lanes


_LANES = _Lanes()


def _lane(token: str) -> bytes:
    return blake2b(token.encode(), digest_size=_TOKEN_BYTES).digest().ljust(_LANE_BYTES, b"\0")


def pack_tokens(text: str) -> bytes:
    """Return the tokens of a text, each hashed into its own lane.

    No token holds white space, so each word can be looked up in a cache.
    """
    return b"".join(map(_LANES.__getitem__, text.split()))


def count_tokens(packed: bytes) -> int:
    return len(packed) // _LANE_BYTES


def _factors() -> int:
    drawn = blake2b(b"shingle", digest_size=8 * SHINGLE_SYLLABLES).digest()
    factors = (drawn[n : n + 8].ljust(_LANE_BYTES, b"\0") for n in range(0, len(drawn), 8))
    return int.from_bytes(b"".join(factors), "little") | _ODD


_ODD = sum(1 << (8 * _LANE_BYTES * position) for position in range(SHINGLE_SYLLABLES))
_FACTORS = _factors()
