"""A message about events, short enough for every service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from schedules.alerts.formatting import (
    KIND_ORDER,
    format_event,
    kind_name,
    one_line,
    publisher,
    sort_key,
    summary_of,
)
from storage.articles.repository import article_title
from storage.db.connection import Database
from storage.events.ledger import Event
from storage.messages import gettext

MAX_BODY_CHARS = 3500  # events that do not fit are counted


def alert(db: Database, events: list[Event], page: str, locale: str) -> tuple[str, str]:
    """Title and body of an immediate alert; `events` is not empty."""
    ordered = sorted(events, key=sort_key)
    if len(ordered) == 1:
        [event] = ordered
        subject = one_line(article_title(db, event.article) or summary_of(event, locale))
        title = f"{kind_name(event.kind, locale)} · {publisher(db, event.site)} · {subject}"
        return title, format_event(db, event, page, locale)
    return f"tinwatch: {totals(ordered, locale)}", join_events(
        db, ordered, page, MAX_BODY_CHARS, locale
    )


def totals(events: Iterable[Event], locale: str) -> str:
    """The number of events of each kind: "2 removed, 5 edited"."""
    number = Counter(event.kind for event in events)
    return ", ".join(
        f"{number[kind]} {kind_name(kind, locale)}" for kind in KIND_ORDER if number[kind]
    )


def join_events(db: Database, events: list[Event], page: str, limit: int, locale: str) -> str:
    """Format events up to `limit` characters, at least one; a last line counts the others."""
    blocks: list[str] = []
    size = 0
    for index, event in enumerate(events):
        block = format_event(db, event, page, locale)
        if blocks and size + len(block) > limit:
            left = events[index:]
            first = min(e.id for e in left) - 1
            more = gettext("and {totals} more: {command}", locale)
            command = f"tinwatch events --since {first}"
            blocks.append(more.format(totals=totals(left, locale), command=command))
            break
        blocks.append(block)
        size += len(block) + 2
    return "\n\n".join(blocks)
