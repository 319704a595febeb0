"""Compare the members of a story with the first publisher's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.changes.classify import Edit, edit_between
from pipelines.stories.clusterer import ordered_members
from pipelines.stories.first_publisher import FirstReason, MemberRecord, first_publisher_reason
from pipelines.stories.sentences import ShingledText, shingle_text
from pipelines.text.normal_forms import comparison
from storage.articles.revisions import Revision, revisions
from storage.db.connection import Database
from storage.messages import label
from storage.messages.reasons_input import InputReason
from storage.messages.reasons_lookups import NotFound
from storage.reasons import Reason
from storage.stories.repository import current_story


@dataclass(frozen=True, slots=True)
class MemberComparison:
    """A member compared with the newest revision of the first publisher.

    Attributes:
        kept_sentences: number of sentences that both have
        added_sentences: sentences of the member only
        removed_sentences: sentences of the first publisher only
        closest_revision: number of the first publisher's revision that is most similar
        missed_edit: the first publisher's edit since that revision, or None
    """

    member_record: MemberRecord
    headline_changed: bool
    kept_sentences: int
    added_sentences: tuple[str, ...]
    removed_sentences: tuple[str, ...]
    closest_revision: int
    missed_edit: Edit | None

    @property
    def missed_edit_summary(self) -> str | None:
        return self.missed_edit.summary if self.missed_edit else None

    def to_dict(self) -> dict[str, Any]:
        return {
            **_member_json(self.member_record),
            "headline_changed": self.headline_changed,
            "passages_kept": self.kept_sentences,
            "passages_added": list(self.added_sentences),
            "passages_cut": list(self.removed_sentences),
            "carries_revision": self.closest_revision,
            "missed_edit": self.missed_edit_summary,
        }


@dataclass(frozen=True, slots=True)
class StoryComparison:
    """A story: its first publisher, and the other members compared with it."""

    story: int
    first: MemberRecord
    why: FirstReason
    others: tuple[MemberComparison, ...]

    def to_dict(self) -> dict[str, Any]:
        return {
            "story": self.story,
            "first": {
                **_member_json(self.first),
                "why": label("first_publisher", self.why, "en"),
                "why_code": self.why,
            },
            "others": [other.to_dict() for other in self.others],
        }


def compare_members(db: Database, story: int) -> StoryComparison:
    """Compare the members of a story, in time order. Raise KeyError if it has no members."""
    ordered = ordered_members(db, story)
    if not ordered:
        raise NotFound(Reason(InputReason.STORY_WITHOUT_MEMBERS, story=story))
    first, *others = ordered
    first_revisions = revisions(db, first.member.article)
    texts = [shingle_text(revision.record) for revision in first_revisions]
    compared = tuple(_compare(first, first_revisions, texts, other) for other in others)
    return StoryComparison(
        current_story(db, story), first, first_publisher_reason(ordered), compared
    )


def _compare(
    first: MemberRecord,
    first_revisions: list[Revision],
    texts: list[ShingledText],
    other: MemberRecord,
) -> MemberComparison:
    theirs = _by_shingles(texts[-1])
    own = _by_shingles(shingle_text(other.record))
    shared = [len(_by_shingles(text).keys() & own.keys()) for text in texts]
    closest = max(range(len(texts)), key=lambda index: (shared[index], index))
    missed_edit = None
    if closest < len(texts) - 1:
        missed_edit = edit_between(first_revisions[closest].record, first_revisions[-1].record)
    return MemberComparison(
        member_record=other,
        headline_changed=comparison(other.record.title) != comparison(first.record.title),
        kept_sentences=len(theirs.keys() & own.keys()),
        added_sentences=tuple(text for hashes, text in own.items() if hashes not in theirs),
        removed_sentences=tuple(text for hashes, text in theirs.items() if hashes not in own),
        closest_revision=first_revisions[closest].number,
        missed_edit=missed_edit,
    )


def _by_shingles(text: ShingledText) -> dict[tuple[int, ...], str]:
    return {sentence.shingles: sentence.text for sentence in text.sentences}


def _member_json(member_record: MemberRecord) -> dict[str, Any]:
    member, record = member_record.member, member_record.record
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
