"""A story for a person: each member beside the first publisher's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.changes.classify import Change, change
from pipelines.stories.clusterer import ordered_members
from pipelines.stories.first_publisher import FirstReason, MemberRecord, first_publisher_reason
from pipelines.stories.sentences import ShingledText, shingle_text
from pipelines.text.normal_forms import comparison
from storage.articles.repository import Revision, revisions
from storage.db.connection import Database
from storage.messages import label
from storage.stories.repository import living_story


@dataclass(frozen=True, slots=True)
class MemberComparison:
    """A member beside the first: sentences kept, added and cut, and edits it did not take over.

    `carries` is the number of the first's revision that it is closest to, `missed` what the first
    was edited since; None where that is nothing.
    """

    printed: MemberRecord
    headline_changed: bool
    kept: int
    added: tuple[str, ...]
    cut: tuple[str, ...]
    carries: int
    missed: Change | None

    @property
    def missed_edit(self) -> str | None:
        return self.missed.summary if self.missed else None

    def as_json(self) -> dict[str, Any]:
        return {
            **_member_json(self.printed),
            "headline_changed": self.headline_changed,
            "passages_kept": self.kept,
            "passages_added": list(self.added),
            "passages_cut": list(self.cut),
            "carries_revision": self.carries,
            "missed_edit": self.missed_edit,
        }


@dataclass(frozen=True, slots=True)
class StoryComparison:
    story: int
    first: MemberRecord
    why: FirstReason
    others: tuple[MemberComparison, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "story": self.story,
            "first": {
                **_member_json(self.first),
                "why": label("first_publisher", self.why, "en"),
                "why_code": self.why,
            },
            "others": [other.as_json() for other in self.others],
        }


def compare_members(db: Database, story: int) -> StoryComparison:
    """A story with its members in time order. Raises KeyError for an id that has no members."""
    ordered = ordered_members(db, story)
    if not ordered:
        raise KeyError(f"story {story} has no members any more: its articles were edited apart")
    first, *others = ordered
    kept = revisions(db, first.member.article)
    texts = [shingle_text(revision.record) for revision in kept]
    told = tuple(_compare(first, kept, texts, other) for other in others)
    return StoryComparison(living_story(db, story), first, first_publisher_reason(ordered), told)


def _compare(
    first: MemberRecord, kept: list[Revision], texts: list[ShingledText], other: MemberRecord
) -> MemberComparison:
    mine, newest = shingle_text(other.record), texts[-1]
    theirs, own = _forms(newest), _forms(mine)
    best = max(range(len(texts)), key=lambda n: (len(_forms(texts[n]).keys() & own.keys()), n))
    is_newest = best == len(texts) - 1
    return MemberComparison(
        printed=other,
        headline_changed=comparison(other.record.title) != comparison(first.record.title),
        kept=len(theirs.keys() & own.keys()),
        added=tuple(text for form, text in own.items() if form not in theirs),
        cut=tuple(text for form, text in theirs.items() if form not in own),
        carries=kept[best].number,
        missed=None if is_newest else change(kept[best].record, kept[-1].record),
    )


def _forms(text: ShingledText) -> dict[tuple[int, ...], str]:
    return {passage.shingles: passage.text for passage in text.items}


def _member_json(printed: MemberRecord) -> dict[str, Any]:
    member, record = printed.member, printed.record
    return {
        "article": member.article,
        "site": member.site,
        "url": member.url,
        "title": record.title,
        "published": record.published,
        "time_known": record.time_known,
        "first_seen": member.first_seen,
        "status": member.status,
        "source": record.source.name if record.source else None,
    }
