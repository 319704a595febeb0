"""Reasons of health: findings about sites, hosts and the home, and what to do about them."""

from __future__ import annotations

from storage.reasons import ReasonCode


class MonitoringReason(ReasonCode):
    """See storage.reasons.ReasonCode for the form of a member."""
