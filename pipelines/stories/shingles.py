"""Shingles: each run of a few syllables as one number, the same wherever the run stands.

They are what two texts are compared by, and what the index is made of: where they change, raise
RULES (passages.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from struct import unpack_from

from pipelines.text.memo import MAX_CACHED_CHARS

SHINGLE_SYLLABLES = 6  # syllables; shorter runs are common phrases
MAX_CACHED_TOKENS = 1 << 16  # whose hashes are kept; more than Vietnamese has syllables
_TOKEN_BYTES = 7
_LANE = 16  # bytes: room for SHINGLE products of a token and an eight-byte factor
_SKIPPED = 5  # lowest bytes of such a sum, which hang on the lowest bits of the tokens only


def shingles(packed: bytes) -> tuple[int, ...]:
    """Of tokens packed by `lanes`, each run of SHINGLE as one number of 64 bits: the middle of the
    sum of its tokens, each times the odd factor of its place (multiply-shift: Dietzfelbinger et al.
    1997).

    The sums of all runs are one product: tokens and factors, each in a lane of its own, are two
    large numbers, and a lane of their product is the sum of one run. As the middle bits of it are
    mixed well, the smallest number of a sentence is a fair choice among its runs.
    """
    runs = len(packed) // _LANE - SHINGLE_SYLLABLES + 1
    if runs < 1:
        return ()
    product = int.from_bytes(packed, "little") * _FACTORS
    first = (SHINGLE_SYLLABLES - 1) * _LANE + _SKIPPED  # the lanes before hold sums of less than a run
    held = product.to_bytes(len(packed) + SHINGLE_SYLLABLES * _LANE, "little")[first:]
    return unpack_from(f"<{2 * runs}Q", held)[::2]


class _Lanes(dict[str, bytes]):
    """The lane of each token, kept: a dict is asked in half the time of functools.lru_cache."""

    def __missing__(self, token: str) -> bytes:
        if len(self) == MAX_CACHED_TOKENS:
            self.clear()
        lane = self[token] = _lane(token)
        return lane


_LANES = _Lanes()


def _lane(token: str) -> bytes:
    return blake2b(token.encode(), digest_size=_TOKEN_BYTES).digest().ljust(_LANE, b"\0")


def lanes(sentence: str, tokens: Iterable[str]) -> bytes:
    """A sentence's tokens, each hashed into a lane of its own."""
    return b"".join(map(_LANES.__getitem__ if len(sentence) <= MAX_CACHED_CHARS else _lane, tokens))


def _factors() -> int:
    drawn = blake2b(b"shingle", digest_size=8 * SHINGLE_SYLLABLES).digest()
    places = (drawn[n : n + 8].ljust(_LANE, b"\0") for n in range(0, len(drawn), 8))
    return int.from_bytes(b"".join(places), "little") | _ODD


_ODD = sum(1 << (8 * _LANE * place) for place in range(SHINGLE_SYLLABLES))
_FACTORS = _factors()
