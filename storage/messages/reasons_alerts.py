"""Reasons of alerts: why a message was not delivered."""

from __future__ import annotations

from storage.reasons import ReasonCode


class AlertsReason(ReasonCode):
    """See storage.reasons.ReasonCode for the form of a member."""
