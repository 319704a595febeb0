"""Codes of reasons, of their errors, and their English sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from storage.messages import describe
from storage.reasons import Reason, ReasonCode


def sentences(reasons: Iterable[Reason]) -> list[str]:
    return list(map(describe, reasons))


def has_code(code: ReasonCode) -> Callable[[Any], bool]:
    """Return the `check` of pytest.raises for an error whose reason has this code."""
    return lambda error: error.reason.code == code


def named_files(reasons: Iterable[Reason]) -> list[str]:
    """Return the file below the captures folder that each reason is about."""
    return [str(reason.params["file"]).removeprefix("captures/") for reason in reasons]


def codes(reasons: Iterable[Reason]) -> list[ReasonCode]:
    """Return the codes; of what is wrong with a file, if a reason is about one."""
    return [reason.params.get("problem", reason).code for reason in reasons]
