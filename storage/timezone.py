"""Vietnam's time zone, in which sites print dates and batches are scheduled."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")  # no summer time since 1975


def day_start(day: date) -> str:
    """Return when a day begins in Vietnam, as stored UTC time."""
    return f"{day - timedelta(days=1)}T17:00:00Z"


def day_end(day: date) -> str:
    """Return when the next day begins in Vietnam, as stored UTC time."""
    return f"{day}T17:00:00Z"


def local_day(utc: str) -> str:
    """Return the day of a stored UTC time in Vietnam: 2025-04-07."""
    return datetime.fromisoformat(utc).astimezone(VIETNAM).date().isoformat()


def local_time(utc: str) -> str:
    """Return a stored UTC time in Vietnam time: 07/04/2025 18:30."""
    return datetime.fromisoformat(utc).astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def day_first(iso: str | None) -> str:
    """Return an ISO day, month or time as it is written in Vietnam: 07/04/2025, 07/04/2025 08:15.

    The time zone is left out, and so are seconds of 0.
    """
    day, _, clock = (iso or "").replace("T", " ").partition(" ")
    clock = clock.removesuffix("Z").split("+")[0].removesuffix(":00") if len(clock) > 5 else clock
    return " ".join(filter(None, ["/".join(reversed(day.split("-"))), clock]))


def day_of_article(published: str | None, first_seen: str) -> tuple[str, str]:
    """Return the day of an article, and which of the two it is: published or first_seen.

    The printed day; if the page prints none, the day in Vietnam on which it was first seen.
    """
    if published:
        return published[:10], "published"
    return local_day(first_seen), "first_seen"
