"""The English sentences of reasons, to look for words in them, and their codes."""

from __future__ import annotations

from collections.abc import Iterable

from storage.messages import describe
from storage.reasons import Reason, ReasonCode


def sentences(reasons: Iterable[Reason]) -> list[str]:
    return list(map(describe, reasons))


def codes(reasons: Iterable[Reason]) -> list[ReasonCode]:
    """Return the codes; of what is wrong with a file, if a reason is about one."""
    return [reason.params.get("problem", reason).code for reason in reasons]
