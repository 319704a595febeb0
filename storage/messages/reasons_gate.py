"""Reasons of the gate: why a run is held, an outage or failed."""

from __future__ import annotations

from storage.reasons import ReasonCode


class GateReason(ReasonCode):
    """See storage.reasons.ReasonCode for the form of a member."""
