"""Verdicts on runs: what the health gate found, and what a person decided afterwards."""

from __future__ import annotations

from enum import StrEnum


class VerdictStatus(StrEnum):
    """The verdict on a run. The gate gives the first four, a person the last two."""

    PASSED = "passed"
    HELD = "held"
    OUTAGE = "outage"
    FAILED = "failed"
    RELEASED = "released"  # was held
    DISCARDED = "discarded"  # was held; its pages and events were removed


ACCEPTED = (VerdictStatus.PASSED, VerdictStatus.RELEASED)
