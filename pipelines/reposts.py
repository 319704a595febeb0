"""Reposts: what a night's articles became once it is known whose text they print (stories/)."""

from __future__ import annotations

from typing import Any

from pipelines.stories.clusterer import StoryClusterer, ordered_members
from pipelines.stories.first_publisher import MemberRecord
from storage.db.connection import Database
from storage.events.ledger import has_event, hold_event
from storage.events.pending import HeldEvent, held_articles, held_of_runs, restate
from storage.stories import repository as stories

PLACED = ("new", "edited", "moved", "restored")  # events after which an article is placed anew


def mark(db: Database, runs: list[int]) -> int:
    """Places what these runs found; `new` events of reprints become `reposted`. Returns how many.

    An article that turns out to be the original of others makes those `reposted`, once: what was
    published as new stays published, and the ledger says what is known now.
    """
    clusterer = StoryClusterer(db)
    fresh: dict[int, HeldEvent] = {}  # by new article
    for held in held_of_runs(db, runs, PLACED):
        assert held.article is not None
        if held.kind == "moved":
            clusterer.replace(held.article, held.detail["to_article"])
            continue
        clusterer.assign(held.article)
        if held.kind == "new":
            fresh[held.article] = held
        _tell_changes(db, clusterer, held)
    clusterer.close()
    return _mark_new(db, fresh)


def _tell_changes(db: Database, clusterer: StoryClusterer, held: HeldEvent) -> None:
    for change in clusterer.changes:
        if change.kind == "story_merged":
            said = f"story {change.other} is one text with story {change.story}"
        else:
            said = f"no longer the text of story {change.story}"
        detail = {"story": change.story, "merged_story": change.other}
        hold_event(db, held.run, held.site, change.kind, held.observed_at, said, change.article,
                   {k: v for k, v in detail.items() if v is not None})  # fmt: skip
    clusterer.changes.clear()


def _mark_new(db: Database, fresh: dict[int, HeldEvent]) -> int:
    found = 0
    told: set[int] = set()
    waiting = held_articles(db, "reposted")  # already marked in a run that waits
    placed = stories.stories_of(db, fresh)
    for article, held in fresh.items():
        story = placed.get(article)
        if story is None or story in told:
            continue
        told.add(story)
        first, *others = ordered_members(db, story)
        for other in others:
            if other.member.site == first.member.site:
                continue
            mine = fresh.get(other.member.article)
            if mine is not None:
                restate(db, mine.id, *_said(first, other, story), kind="reposted")
                found += 1
            elif other.member.article not in waiting and not has_event(
                db, other.member.article, "reposted"
            ):
                summary, detail = _said(first, other, story)
                hold_event(db, held.run, other.member.site, "reposted", held.observed_at, summary,
                           other.member.article, detail | {"told_late": True})  # fmt: skip
                found += 1
    return found


def _said(first: MemberRecord, other: MemberRecord, story: int) -> tuple[str, dict[str, Any]]:
    summary = f"{other.record.title} (from {first.member.site}: {first.member.url})"
    detail = {
        "original_article": first.member.article,
        "original_site": first.member.site,
        "original_url": first.member.url,
        "story": story,
    }
    return summary, detail
