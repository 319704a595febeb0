"""Reposts: what a night's articles became once it is known whose text they print (stories/)."""

from __future__ import annotations

import json
from typing import Any

from pipelines.stories.first_publisher import Printed
from pipelines.stories.keeper import StoryKeeper, story_in_order
from storage import stories
from storage.database import Database
from storage.events import hold_event

PLACED = ("new", "edited", "moved", "restored")  # events after which an article is placed anew


def mark(db: Database, runs: list[int]) -> int:
    """Places what these runs found; `new` events of reprints become `reposted`. Returns how many.

    An article that turns out to be the original of others makes those `reposted`, once: what was
    published as new stays published, and the ledger says what is known now.
    """
    marks = ",".join("?" * len(runs))
    kinds = ",".join("?" * len(PLACED))
    rows = db.execute(
        "SELECT id, run, site, article, kind, observed_at, detail FROM held_events "
        f"WHERE run IN ({marks}) AND kind IN ({kinds}) ORDER BY observed_at, article, id",
        [*runs, *PLACED],
    ).fetchall()
    keeper = StoryKeeper(db)
    fresh: dict[int, tuple[int, int, str]] = {}  # new article -> held event, run, time
    for held, run, site, article, kind, observed, detail in rows:
        if kind == "moved":
            keeper.replace(article, json.loads(detail)["to_article"])
            continue
        keeper.place(article)
        if kind == "new":
            fresh[article] = (held, run, observed)
        _tell_changes(db, keeper, run, site, observed)
    keeper.close()
    return _mark_new(db, fresh)


def _tell_changes(db: Database, keeper: StoryKeeper, run: int, site: str, observed: str) -> None:
    for change in keeper.changes:
        if change.kind == "story_merged":
            said = f"story {change.other} is one text with story {change.story}"
        else:
            said = f"no longer the text of story {change.story}"
        detail = {"story": change.story, "merged_story": change.other}
        hold_event(db, run, site, change.kind, observed, said, change.article,
                   {k: v for k, v in detail.items() if v is not None})  # fmt: skip
    keeper.changes.clear()


def _mark_new(db: Database, fresh: dict[int, tuple[int, int, str]]) -> int:
    found = 0
    told: set[int] = set()
    waiting = _waiting(db)
    placed = stories.stories_of(db, fresh)
    for article, (_, run, observed) in fresh.items():
        story = placed.get(article)
        if story is None or story in told:
            continue
        told.add(story)
        first, *others = story_in_order(db, story)
        for other in others:
            if other.member.site == first.member.site:
                continue
            mine = fresh.get(other.member.article)
            if mine is not None:
                _is_repost(db, mine[0], first, other, story)
                found += 1
            elif other.member.article not in waiting and not _is_in_ledger(db, other):
                summary, detail = _said(first, other, story)
                hold_event(db, run, other.member.site, "reposted", observed, summary,
                           other.member.article, detail | {"told_late": True})  # fmt: skip
                found += 1
    return found


def _is_repost(db: Database, held: int, first: Printed, other: Printed, story: int) -> None:
    summary, detail = _said(first, other, story)
    db.execute(
        "UPDATE held_events SET kind = 'reposted', summary = ?, detail = ? WHERE id = ?",
        [summary, json.dumps(detail, ensure_ascii=False), held],
    )


def _said(first: Printed, other: Printed, story: int) -> tuple[str, dict[str, Any]]:
    summary = f"{other.record.title} (from {first.member.site}: {first.member.url})"
    detail = {
        "original_article": first.member.article,
        "original_site": first.member.site,
        "original_url": first.member.url,
        "story": story,
    }
    return summary, detail


def _waiting(db: Database) -> set[int]:
    """Articles of which a run that waits says already that they are reposts."""
    return {row[0] for row in db.execute("SELECT article FROM held_events WHERE kind = 'reposted'")}


def _is_in_ledger(db: Database, printed: Printed) -> bool:
    query = "SELECT 1 FROM events WHERE article = ? AND kind = 'reposted' LIMIT 1"
    return db.execute(query, [printed.member.article]).fetchone() is not None
