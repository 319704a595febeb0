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
from storage.events.ledger import PublishedEdit, newest_published_edit
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


def report_of_newest_edit(db: Database, article: int, observed: datetime) -> EditReport | None:
    """Return how the edit to the newest revision is published, or None if it is suppressed."""
    steps = revision_steps(db, article)
    published = newest_published_edit(db, article)
    newest = steps[-1]
    path = _path(steps, published)
    if path[-1].number != newest.number:
        return None
    if (
        published is not None
        and published.is_revert
        and observed - published.observed <= REVERT_WINDOW
    ):
        alternating = {
            s.fingerprint
            for s in steps
            if s.number in (published.from_revision, published.to_revision)
        }
        if alternating == {steps[-2].fingerprint, newest.fingerprint}:
            return None
    return _report(db, article, steps, published)


def overdue_edit(db: Database, article: int, observed: datetime) -> tuple[int, EditReport] | None:
    """Return the published revision and the report, if alternation ended on the unpublished text.

    Only after REVERT_WINDOW, and only if no extractor change lies in between.
    """
    published = newest_published_edit(db, article)
    if (
        published is None
        or not published.is_revert
        or observed - published.observed <= REVERT_WINDOW
    ):
        return None
    steps = revision_steps(db, article)
    since = _since(steps, published)
    is_same_text = since[0].fingerprint == since[-1].fingerprint
    if (
        is_same_text
        or any(step.cause == RevisionCause.EXTRACTOR for step in since[1:])
        or pending_edit_targets(db, article)
    ):
        return None
    return published.to_revision, _report(db, article, steps, published)


def delete_reverted_edits(db: Database, run: int) -> int:
    """Delete a run's pending edits that were reverted before publication. Return their number."""
    deleted = 0
    for event in pending_events_of_runs(db, [run], [EventKind.EDITED]):
        assert event.article is not None
        number = event.detail["to_revision"]
        published = newest_published_edit(db, event.article)
        path_numbers = {step.number for step in _path(revision_steps(db, event.article), published)}
        if number in path_numbers or (published is not None and number <= published.to_revision):
            continue
        delete_pending_event(db, event.id)
        deleted += 1
    return deleted


def _since(steps: list[RevisionStep], published: PublishedEdit | None) -> list[RevisionStep]:
    """Return the steps since the published revision, inclusive."""
    return [step for step in steps if published is None or step.number >= published.to_revision]


def _path(steps: list[RevisionStep], published: PublishedEdit | None) -> list[RevisionStep]:
    """Return the steps since the published revision, without loops.

    A revision made by a new extractor version replaces the text of the step before it.
    """
    first, *rest = _since(steps, published)
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


def _report(
    db: Database, article: int, steps: list[RevisionStep], published: PublishedEdit | None
) -> EditReport:
    newest = steps[-1]
    published_number = published.to_revision if published else 1
    earlier = [
        s for s in steps if s.number < published_number and s.fingerprint == newest.fingerprint
    ]
    reverted = earlier[-1] if earlier else None
    pending_targets = pending_edit_targets(db, article)
    between = [s for s in steps[:-1] if s.number > published_number]
    suppressed = [
        s for s in between if s.cause != RevisionCause.EXTRACTOR and s.number not in pending_targets
    ]
    return EditReport(
        reverted.number if reverted else None,
        reverted.observed if reverted else None,
        len(suppressed),
    )
