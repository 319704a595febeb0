"""Events as the pages list them: with title, site and what people said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from storage.db.connection import Database
from storage.events.paging import Titled, titled_events
from storage.events.reviews import Review, newest_reviews
from storage.runs.sites import site_titles

PAGE = 50  # lines of a page


@dataclass(frozen=True, slots=True)
class Line:
    """An event and its newest review; `site_title` is what the site calls itself."""

    titled: Titled
    site_title: str
    review: Review | None

    @property
    def event(self) -> Any:
        return self.titled.event

    @property
    def heading(self) -> str:
        return self.titled.title or self.titled.event.summary


def lines(db: Database, ids: list[int]) -> list[Line]:
    """The events of these ids in this order."""
    titles, said = site_titles(db), newest_reviews(db, ids)
    return [
        Line(t, titles.get(t.event.site, t.event.site), said.get(t.event.id))
        for t in titled_events(db, ids)
    ]
