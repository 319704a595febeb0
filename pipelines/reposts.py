"""Reposts: cluster the articles of a batch; `new` events of reprints become `reposted`.

Captures of the past may show another first publisher of a story. Then events that say otherwise are
corrected (pipelines/history/).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipelines.stories.clusterer import StoryClusterer, member_record, ordered_members
from pipelines.stories.first_publisher import MemberRecord
from storage.articles.repository import article_by_id
from storage.articles.revisions import articles_with_revisions_of
from storage.db.connection import Database
from storage.events.ledger import Event, add_pending_event, standing_events
from storage.events.pending import (
    PendingEvent,
    articles_with_pending,
    pending_events_of_article,
    pending_events_of_runs,
    update_pending_event,
)
from storage.models import ArticleStatus, EventKind
from storage.runs.repository import RunKind, get_run
from storage.stories import repository as stories

# Events after which an article is assigned to a story again.
CLUSTERED_KINDS = (
    EventKind.NEW, EventKind.EDITED, EventKind.MOVED, EventKind.RESTORED, EventKind.CORRECTED,
)  # fmt: skip
PUBLICATION_KINDS = (EventKind.NEW, EventKind.REPOSTED)  # events that say who published first


def mark_reposts(db: Database, runs: list[int]) -> int:
    """Assign the articles of these runs to stories; return the number of `reposted` events.

    The pending `new` event of a reprint becomes `reposted`. If an article turns out to be the
    original of articles that were already published as new, each of these gets one `reposted`
    event with `told_late`; their `new` events stay published. If a capture of the past shows
    another first publisher, or that the newest texts are not the same, the events that it
    contradicts are corrected instead: so captures may arrive in any order.
    """
    clusterer = StoryClusterer(db)
    events: dict[int, PendingEvent] = {}  # by article, a `new` one first
    left: dict[int, PendingEvent] = {}  # articles of the stories that captures of the past change
    assigned: set[int] = set()
    for event in (*pending_events_of_runs(db, runs, CLUSTERED_KINDS), *_new_texts(db, runs)):
        assert event.article is not None
        if event.kind == EventKind.MOVED and event.detail["to_article"] == event.article:
            continue
        if event.kind == EventKind.NEW or event.article not in events:
            events[event.article] = event
        if event.article in assigned:
            continue
        _assign(db, clusterer, event)
        assigned.add(event.article)
        if _past(event):
            left |= dict.fromkeys(sorted(clusterer.reclustered), event)
        clusterer.reclustered.clear()
        _add_story_events(db, clusterer, event)
    clusterer.close()
    return _Reprints(db, events, left).mark()


def _new_texts(db: Database, runs: list[int]) -> Iterator[PendingEvent]:
    """Yield an event of each article that got a text from captures of the past.

    Not all of these texts have an event of their own: an edit may be suppressed.
    """
    for run in (get_run(db, number) for number in runs):
        if run.kind == RunKind.IMPORT:
            past = {"historical": True, "recorded_at": run.started_at}
            for article, observed_at in articles_with_revisions_of(db, run.site, run.id):
                yield PendingEvent(
                    0, run.id, run.site, article, EventKind.EDITED, observed_at, "", past
                )


def _assign(db: Database, clusterer: StoryClusterer, event: PendingEvent) -> None:
    """Assign the article by what is known of it now, which later events of the batch may say."""
    assert event.article is not None
    if article_by_id(db, event.article).status != ArticleStatus.MOVED:
        clusterer.assign(event.article)
        return
    moves: list[Event | PendingEvent] = [*standing_events(db, event.article)]
    moves += pending_events_of_article(db, event.article)
    targets = [move.detail["to_article"] for move in moves if move.kind == EventKind.MOVED]
    clusterer.replace(event.article, targets[-1])


def _add_story_events(db: Database, clusterer: StoryClusterer, event: PendingEvent) -> None:
    for change in clusterer.changes:
        if change.kind == EventKind.STORY_MERGED:
            summary = f"story {change.other} is one text with story {change.story}"
        else:
            summary = f"no longer the text of story {change.story}"
        detail = {"story": change.story, "merged_story": change.other}
        add_pending_event(
            db,
            event.run,
            article_by_id(db, change.article).site,
            change.kind,
            event.observed_at,
            summary,
            change.article,
            {k: v for k, v in detail.items() if v is not None} | _past(event),
        )
    clusterer.changes.clear()


def _past(event: PendingEvent | Event) -> dict[str, Any]:
    """Return the keys by which an event is one of the past."""
    return {k: v for k, v in event.detail.items() if k in ("historical", "recorded_at")}


class _Reprints:
    """Says of each article in the stories of a batch whether it is a reprint.

    `events`: by article, an event of the batch; the pending `new` one if there is one. `left`: by
    article of a story that a capture of the past changed, the event of that capture.
    """

    def __init__(
        self, db: Database, events: dict[int, PendingEvent], left: dict[int, PendingEvent]
    ) -> None:
        self.db = db
        self.events = events
        self.asked = left | events
        # Of a run that is not published yet.
        self.marked = articles_with_pending(db, EventKind.REPOSTED)
        self.story_of: dict[int, int] = {}
        self.count = 0

    def mark(self) -> int:
        """Return the number of `reposted` events."""
        self.story_of = stories.stories_of(self.db, self.asked)
        done: set[int] = set()
        for article, event in self.asked.items():
            story = self.story_of.get(article)
            if story is None and _past(event):
                alone = member_record(self.db, stories.as_member(self.db, article))
                self._mark_member(alone, None, event)
            elif story is not None and story not in done:
                done.add(story)
                self._mark_story(story, event)
        return self.count

    def _mark_story(self, story: int, event: PendingEvent) -> None:
        first, *others = ordered_members(self.db, story)
        self._mark_member(first, None, event)
        for other in others:
            is_reprint = other.member.site != first.member.site
            repost = _repost(first, other, story) if is_reprint else None
            self._mark_member(other, repost, event)

    def _mark_member(
        self, member: MemberRecord, repost: _Repost | None, event: PendingEvent
    ) -> None:
        """Say that a member is a reprint, or that it is none. `event`: why it is asked."""
        article = member.member.article
        standing = self._standing(article)
        stated = [e for e in standing if e.kind == EventKind.REPOSTED]
        wrong = [e for e in stated if repost is None or not repost.is_stated(e, _past(event))]
        own = self.events.get(article)
        if own is not None and own.kind == EventKind.NEW:
            self._correct(stated, event)
            self._restate(own, repost)
        elif repost is None:
            if self.story_of.get(article) is None:  # it was a reprint when a crawl said so
                wrong = [e for e in wrong if _past(e)]
            self._correct(wrong, event)
            for e in wrong:
                if "told_late" not in e.detail:
                    self._add_past(e, event, EventKind.NEW, member.record.title, {})
        elif wrong or (standing and not stated and _past(event)):
            self._correct([e for e in standing if e in wrong or e.kind == EventKind.NEW], event)
            first = next((e for e in standing if "told_late" not in e.detail), standing[0])
            self._add_past(first, event, EventKind.REPOSTED, repost.summary, repost.detail)
            self.count += 1
        elif not stated and article not in self.marked:
            add_pending_event(
                self.db, event.run, member.member.site, EventKind.REPOSTED, event.observed_at,
                repost.summary, article, repost.detail | {"told_late": True} | _past(event),
            )  # fmt: skip
            self.count += 1

    def _standing(self, article: int) -> list[Event]:
        """Return the published events that say who published the article first, and still hold."""
        waiting = pending_events_of_article(self.db, article)
        corrected = {e.detail["corrects"] for e in waiting if e.kind == EventKind.CORRECTED}
        return [
            e for e in standing_events(self.db, article)
            if e.kind in PUBLICATION_KINDS and e.id not in corrected
        ]  # fmt: skip

    def _restate(self, own: PendingEvent, repost: _Repost | None) -> None:
        if repost is not None:
            detail = repost.detail | _past(own)
            update_pending_event(self.db, own.id, repost.summary, detail, EventKind.REPOSTED)
            self.count += 1

    def _correct(self, wrong: list[Event], event: PendingEvent) -> None:
        for e in wrong:
            detail = {"corrects": e.id, "corrected_kind": e.kind}
            self._add_past(e, event, EventKind.CORRECTED, e.summary, detail)

    def _add_past(
        self, of: Event, event: PendingEvent, kind: str, summary: str, detail: dict[str, Any]
    ) -> None:
        """Add an event about the time of a published one."""
        started = get_run(self.db, event.run).started_at
        detail = detail | {"historical": True, "recorded_at": started}
        add_pending_event(
            self.db, event.run, of.site, kind, of.observed_at, summary, of.article, detail
        )


@dataclass(frozen=True, slots=True)
class _Repost:
    """What a `reposted` event says. `site`: of the first publisher."""

    site: str
    summary: str
    detail: dict[str, Any]

    def is_stated(self, event: Event, past: dict[str, Any]) -> bool:
        """Whether an event names the first publisher, and, for captures of the past, its article"""
        same = ("original_site", "original_article") if past else ("original_site",)
        return all(event.detail[key] == self.detail[key] for key in same)


def _repost(first: MemberRecord, other: MemberRecord, story: int) -> _Repost:
    summary = f"{other.record.title} (from {first.member.site}: {first.member.url})"
    detail = {
        "original_article": first.member.article,
        "original_site": first.member.site,
        "original_url": first.member.url,
        "story": story,
    }
    return _Repost(first.member.site, summary, detail)
