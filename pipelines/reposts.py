"""Reposts: cluster the articles of a batch; `new` events of reprints become `reposted`."""

from __future__ import annotations

from typing import Any

from pipelines.stories.clusterer import StoryClusterer, ordered_members
from pipelines.stories.first_publisher import MemberRecord
from storage.db.connection import Database
from storage.events.ledger import add_pending_event, has_event
from storage.events.pending import (
    PendingEvent,
    articles_with_pending,
    pending_events_of_runs,
    update_pending_event,
)
from storage.models import EventKind
from storage.stories import repository as stories

# Events after which an article is assigned to a story again.
CLUSTERED_KINDS = (EventKind.NEW, EventKind.EDITED, EventKind.MOVED, EventKind.RESTORED)


def mark_reposts(db: Database, runs: list[int]) -> int:
    """Assign the articles of these runs to stories; return the number of `reposted` events.

    The pending `new` event of a reprint becomes `reposted`. If an article turns out to be the
    original of articles that were already published as new, each of these gets one `reposted`
    event with `told_late`; their `new` events stay published.
    """
    clusterer = StoryClusterer(db)
    new_events: dict[int, PendingEvent] = {}  # by article
    for event in pending_events_of_runs(db, runs, CLUSTERED_KINDS):
        assert event.article is not None
        if event.kind == EventKind.MOVED:
            if event.detail["to_article"] != event.article:
                clusterer.replace(event.article, event.detail["to_article"])
            continue
        clusterer.assign(event.article)
        if event.kind == EventKind.NEW:
            new_events[event.article] = event
        _add_story_events(db, clusterer, event)
    clusterer.close()
    return _mark_reprints(db, new_events)


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
            event.site,
            change.kind,
            event.observed_at,
            summary,
            change.article,
            {k: v for k, v in detail.items() if v is not None},
        )
    clusterer.changes.clear()


def _mark_reprints(db: Database, new_events: dict[int, PendingEvent]) -> int:
    count = 0
    done: set[int] = set()
    marked = articles_with_pending(db, EventKind.REPOSTED)  # by a run that is not published yet
    story_of = stories.stories_of(db, new_events)
    for article, event in new_events.items():
        story = story_of.get(article)
        if story is None or story in done:
            continue
        done.add(story)
        first, *others = ordered_members(db, story)
        for other in others:
            if other.member.site == first.member.site:
                continue
            own_event = new_events.get(other.member.article)
            if own_event is not None:
                update_pending_event(
                    db,
                    own_event.id,
                    *_summary_and_detail(first, other, story),
                    kind=EventKind.REPOSTED,
                )
                count += 1
            elif other.member.article not in marked and not has_event(
                db, other.member.article, "reposted"
            ):
                summary, detail = _summary_and_detail(first, other, story)
                add_pending_event(
                    db,
                    event.run,
                    other.member.site,
                    "reposted",
                    event.observed_at,
                    summary,
                    other.member.article,
                    detail | {"told_late": True},
                )
                count += 1
    return count


def _summary_and_detail(
    first: MemberRecord, other: MemberRecord, story: int
) -> tuple[str, dict[str, Any]]:
    summary = f"{other.record.title} (from {first.member.site}: {first.member.url})"
    detail = {
        "original_article": first.member.article,
        "original_site": first.member.site,
        "original_url": first.member.url,
        "story": story,
    }
    return summary, detail
