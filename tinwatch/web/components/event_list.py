"""Events as the pages list them: with article title, site title and newest review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from storage.db.connection import Database
from storage.events.paging import TitledEvent, titled_events
from storage.events.reviews import Review, newest_reviews
from storage.runs.sites import site_titles

PAGE_EVENTS = 50


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event with its article's title, its site's title and its newest review."""

    titled: TitledEvent
    site_title: str
    review: Review | None

    @property
    def event(self) -> Any:
        return self.titled.event

    @property
    def heading(self) -> str:
        return self.titled.title or self.titled.event.summary


def event_lines(db: Database, ids: list[int]) -> list[ListedEvent]:
    """Return the events with these ids, in this order."""
    titles, reviews = site_titles(db), newest_reviews(db, ids)
    return [
        ListedEvent(t, titles.get(t.event.site, t.event.site), reviews.get(t.event.id))
        for t in titled_events(db, ids)
    ]
