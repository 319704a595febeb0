"""Reverts (A, B, A): which edits are published, and which are suppressed.

The published state of an article is the revision that its newest published edit leads to, or the
first one. The revisions since then form a path; a revision that restores a text already on the
path closes a loop, and the loop is never published. The rest of the path is. The return of a text
whose removal was published is published once, as a revert. If the same two texts keep alternating,
further edits are suppressed and only counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.articles.revisions import RevisionStep, revision_steps
from storage.db.connection import Database
from storage.events.ledger import PublishedEdit, published_edits
from storage.events.pending import (
    delete_pending_event,
    pending_edit_targets,
    pending_events_of_runs,
)
from storage.models import EventKind, RevisionCause
from storage.timezone import VIETNAM

REVERT_WINDOW = timedelta(
    days=7
)  # after a published revert, alternations of its two texts are only counted


@dataclass(frozen=True, slots=True)
class EditReport:
    """How an edit is published.

    Attributes:
        reverts_to: number of the earlier revision with the same text, if any
        reverted_text_seen_at: when that revision was observed
        suppressed: number of unpublished revisions before it
    """

    reverts_to: int | None
    reverted_text_seen_at: datetime | None
    suppressed: int

    def sentence(self, summary: str) -> str:
        """Return the summary, prefixed with the date of the restored text."""
        if self.reverted_text_seen_at is None:
            return summary
        day = self.reverted_text_seen_at.astimezone(VIETNAM).strftime("%d/%m/%Y")
        return f"back to what it said on {day}; {summary}"

    def as_detail(self) -> dict[str, int]:
        detail = {}
        if self.reverts_to is not None:
            detail["reverts_to"] = self.reverts_to
        if self.suppressed:
            detail["folded"] = self.suppressed
        return detail


@dataclass(frozen=True, slots=True)
class EditState:
    """What decides how an edit of an article is published.

    Attributes:
        steps: the revisions in time
        published: the newest published edit, if any
        pending: numbers of the revisions to which pending edits lead
    """

    steps: list[RevisionStep]
    published: PublishedEdit | None = None
    pending: frozenset[int] = frozenset()

    @classmethod
    def load(cls, db: Database, article: int) -> EditState:
        steps = revision_steps(db, article)
        indexes = {number: index for index, step in enumerate(steps) for number in step.numbers}
        edits = [edit for edit in published_edits(db, article) if edit.to_revision in indexes]
        newest = max(reversed(edits), key=lambda edit: indexes[edit.to_revision], default=None)
        return cls(steps, newest, frozenset(pending_edit_targets(db, article)))

    @property
    def published_index(self) -> int:
        """The index in `steps` of the revision that readers of the ledger know."""
        if self.published is None:
            return 0
        return self.index_of(self.published.to_revision)

    def index_of(self, number: int) -> int:
        return next(i for i, step in enumerate(self.steps) if number in step.numbers)


def report_of_newest_edit(state: EditState, observed: datetime) -> EditReport | None:
    """Return how the edit to the newest revision is published, or None if it is suppressed."""
    steps, published = state.steps, state.published
    newest = steps[-1]
    if _path(state)[-1] != newest:
        return None
    if (
        published is not None
        and published.is_revert
        and observed - published.observed <= REVERT_WINDOW
    ):
        alternating = {
            steps[state.index_of(number)].fingerprint
            for number in (published.from_revision, published.to_revision)
        }
        if alternating == {steps[-2].fingerprint, newest.fingerprint}:
            return None
    return _report(state)


def overdue_edit(state: EditState, observed: datetime) -> tuple[int, EditReport] | None:
    """Return the published revision and the report, if alternation ended on the unpublished text.

    Only after REVERT_WINDOW, and only if no extractor change lies in between.
    """
    published = state.published
    if (
        published is None
        or not published.is_revert
        or observed - published.observed <= REVERT_WINDOW
    ):
        return None
    since = state.steps[state.published_index :]
    is_same_text = since[0].fingerprint == since[-1].fingerprint
    if (
        is_same_text
        or any(step.cause == RevisionCause.EXTRACTOR for step in since[1:])
        or state.pending
    ):
        return None
    return published.to_revision, _report(state)


def delete_reverted_edits(db: Database, run: int) -> int:
    """Delete a run's pending edits that were reverted before publication. Return their number.

    Historical edits stay: they are derived from the whole history (pipelines/history/).
    """
    deleted = 0
    for event in pending_events_of_runs(db, [run], [EventKind.EDITED]):
        assert event.article is not None
        if event.detail.get("historical"):
            continue
        number = event.detail["to_revision"]
        state = EditState.load(db, event.article)
        path = _path(state)
        path_numbers = {number for step in path for number in step.numbers}
        is_before = state.published is not None and state.index_of(number) <= state.published_index
        if number in path_numbers or is_before or _ends_suppressed_path(state, path, number):
            continue
        delete_pending_event(db, event.id)
        deleted += 1
    return deleted


def _ends_suppressed_path(state: EditState, path: list[RevisionStep], number: int) -> bool:
    """Whether only the newest revision publishes the text of the path's end, a suppressed edit."""
    newest, edited = state.steps[-1], path[1:]
    is_end = number in newest.numbers and bool(edited)
    return (
        is_end
        and newest.fingerprint == edited[-1].fingerprint
        and state.pending.isdisjoint(edited[-1].numbers)
    )


def _path(state: EditState) -> list[RevisionStep]:
    """Return the steps since the published revision, without loops.

    A revision made by a new extractor version replaces the text of the step before it.
    """
    first, *rest = state.steps[state.published_index :]
    path, texts = [first], [first.fingerprint]
    for step in rest:
        if step.cause == RevisionCause.EXTRACTOR:
            texts[-1] = step.fingerprint
        elif step.fingerprint in texts:
            loop_start = texts.index(step.fingerprint) + 1
            del path[loop_start:], texts[loop_start:]
        else:
            path.append(step)
            texts.append(step.fingerprint)
    return path


def _report(state: EditState) -> EditReport:
    steps, index = state.steps, state.published_index
    newest = steps[-1]
    earlier = [s for s in steps[:index] if s.fingerprint == newest.fingerprint]
    reverted = earlier[-1] if earlier else None
    suppressed = [
        s
        for s in steps[index + 1 : -1]
        if s.cause != RevisionCause.EXTRACTOR and state.pending.isdisjoint(s.numbers)
    ]
    return EditReport(
        reverted.number if reverted else None,
        reverted.observed if reverted else None,
        len(suppressed),
    )
