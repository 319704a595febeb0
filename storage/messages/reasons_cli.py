"""Reasons of the command line and the dashboard."""

from __future__ import annotations

from storage.reasons import ReasonCode


class CommandReason(ReasonCode):
    """See storage.reasons.ReasonCode for the form of a member."""
