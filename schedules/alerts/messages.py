"""A message about some events, of a length that every service takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from schedules.alerts.formatting import FIRST, by_weight, line, told
from storage.db.connection import Database
from storage.events.atom import article_title
from storage.events.ledger import Event

BODY_LIMIT = 3500  # characters; what does not fit is counted


def alert(db: Database, events: list[Event], page: str) -> tuple[str, str]:
    """Title and body of what is told at once; `events` is not empty."""
    ordered = sorted(events, key=by_weight)
    if len(ordered) == 1:
        [event] = ordered
        said = article_title(db, event.article) or event.summary
        return f"{event.kind} · {event.site} · {line(said)}", told(db, event, page)
    return f"tinwatch: {totals(ordered)}", filled(db, ordered, page, BODY_LIMIT)


def totals(events: Iterable[Event]) -> str:
    """How many of each kind: "2 removed, 5 edited"."""
    number = Counter(event.kind for event in events)
    return ", ".join(f"{number[kind]} {kind}" for kind in FIRST if number[kind])


def filled(db: Database, events: list[Event], page: str, limit: int) -> str:
    """The events one below the other, as many as fit, at least one; the others are counted."""
    blocks: list[str] = []
    size = 0
    for place, event in enumerate(events):
        block = told(db, event, page)
        if blocks and size + len(block) > limit:
            left = events[place:]
            first = min(e.id for e in left) - 1
            blocks.append(f"and {totals(left)} more: tinwatch events --since {first}")
            break
        blocks.append(block)
        size += len(block) + 2
    return "\n\n".join(blocks)
