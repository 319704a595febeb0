"""Events as the pages list them: with titles, the changed words and the newest review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.changes.diff import diff
from pipelines.changes.excerpt import EditExcerpt, edit_excerpt
from storage.articles.revisions import get_revision
from storage.db.connection import Database
from storage.events.ledger import Event
from storage.events.paging import TitledEvent, titled_events
from storage.events.reviews import Review, newest_reviews
from storage.models import EventKind
from storage.runs.sites import site_titles

PAGE_EVENTS = 30
CONTEXT_WORDS = 6
MAX_OPENING_WORDS = 40  # of an article that was taken down or is back
OPENED_KINDS = (EventKind.REMOVED, EventKind.RESTORED)


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event with its article's title, its site's title and its newest review.

    Attributes:
        excerpt: of an edit, if it was asked for
    """

    titled: TitledEvent
    site_title: str
    review: Review | None
    excerpt: EditExcerpt | None

    @property
    def event(self) -> Event:
        return self.titled.event

    @property
    def heading(self) -> str:
        return self.titled.title or self.titled.event.summary

    @property
    def opening(self) -> str:
        """The first words of the article."""
        if self.event.kind not in OPENED_KINDS:
            return ""
        words = (self.titled.opening or "").split()
        return " ".join(words[:MAX_OPENING_WORDS]) + (
            " …" if len(words) > MAX_OPENING_WORDS else ""
        )


def event_lines(db: Database, ids: Sequence[int], *, excerpts: bool = False) -> list[ListedEvent]:
    """Return the events with these ids, in this order. `excerpts`: with the changed words."""
    titles, reviews = site_titles(db), newest_reviews(db, ids)
    return [
        ListedEvent(
            titled,
            titles.get(titled.event.site, titled.event.site),
            reviews.get(titled.event.id),
            excerpt_of(db, titled.event) if excerpts else None,
        )
        for titled in titled_events(db, list(ids))
    ]


def excerpt_of(db: Database, event: Event) -> EditExcerpt | None:
    """Return what an edit changed, or None for another event."""
    older, newer = event.detail.get("from_revision"), event.detail.get("to_revision")
    if event.kind != EventKind.EDITED or event.article is None or older is None or newer is None:
        return None
    before, after = (get_revision(db, event.article, number) for number in (older, newer))
    return edit_excerpt(diff(before.record, after.record), CONTEXT_WORDS)
