"""The clock of Vietnam, by which the sites date what they print and the nights are planned."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")  # no summer time since 1975


def local_time(utc: str) -> str:
    """A stored UTC time on Vietnam's clock: 07/04/2025 18:30."""
    return datetime.fromisoformat(utc).astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")
