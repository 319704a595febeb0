"""The English sentences of reasons, to look for words in them."""

from __future__ import annotations

from collections.abc import Iterable

from storage.messages import describe
from storage.reasons import Reason


def sentences(reasons: Iterable[Reason]) -> list[str]:
    return list(map(describe, reasons))
