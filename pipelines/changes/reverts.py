"""Texts that go and come back (A, B, A): what the ledger says of them, and what it does not.

The ledger's last word on an article is the revision that its newest published edit leads to, or
the first one. From there on the path of revisions is walked, and whatever leads back to a text
that the path has already is a loop: nobody was told of it, so nobody needs to be. What is left of
the path is told. A text that comes back after it was told to be gone is told once, as a return;
when the same two texts go on taking turns, the turns are counted and not told.
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

REVERT_WINDOW = timedelta(days=7)  # after a return is told, turns of its two texts are only counted


@dataclass(frozen=True, slots=True)
class EditReport:
    """How an edit is told: what it goes back to, and how many untold revisions lie before it."""

    reverts_to: int | None
    back_to: datetime | None
    folded: int

    def sentence(self, summary: str) -> str:
        if self.back_to is None:
            return summary
        day = self.back_to.astimezone(VIETNAM).strftime("%d/%m/%Y")
        return f"back to what it said on {day}; {summary}"

    def as_detail(self) -> dict[str, int]:
        detail = {}
        if self.reverts_to is not None:
            detail["reverts_to"] = self.reverts_to
        if self.folded:
            detail["folded"] = self.folded
        return detail


def report_of_newest_edit(db: Database, article: int, observed: datetime) -> EditReport | None:
    """How the edit that made the article's newest revision is told; None where it is folded."""
    steps = revision_steps(db, article)
    told = newest_published_edit(db, article)
    newest = steps[-1]
    path = _path(steps, told)
    if path[-1].number != newest.number:
        return None
    if told is not None and told.is_revert and observed - told.observed <= REVERT_WINDOW:
        pair = {s.fingerprint for s in steps if s.number in (told.from_revision, told.to_revision)}
        if pair == {steps[-2].fingerprint, newest.fingerprint}:
            return None
    return _telling(db, article, steps, told)


def overdue_edit(db: Database, article: int, observed: datetime) -> tuple[int, EditReport] | None:
    """The ledger's last word and how the newest text is told, where turns ended on another text.

    Only once FLAPPING is over, and where no rule of ours changed in between.
    """
    told = newest_published_edit(db, article)
    if told is None or not told.is_revert or observed - told.observed <= REVERT_WINDOW:
        return None
    steps = revision_steps(db, article)
    since = _since(steps, told)
    ends_alike = since[0].fingerprint == since[-1].fingerprint
    if (
        ends_alike
        or any(step.cause == RevisionCause.EXTRACTOR for step in since[1:])
        or pending_edit_targets(db, article)
    ):
        return None
    return told.to_revision, _telling(db, article, steps, told)


def delete_reverted_edits(db: Database, run: int) -> int:
    """Drops a run's held edits that were taken back before they could be published."""
    dropped = 0
    for held in pending_events_of_runs(db, [run], [EventKind.EDITED]):
        assert held.article is not None
        number = held.detail["to_revision"]
        published = newest_published_edit(db, held.article)
        kept = {step.number for step in _path(revision_steps(db, held.article), published)}
        if number in kept or (published is not None and number <= published.to_revision):
            continue
        delete_pending_event(db, held.id)
        dropped += 1
    return dropped


def _since(steps: list[RevisionStep], told: PublishedEdit | None) -> list[RevisionStep]:
    """The steps from the ledger's last word on."""
    return [step for step in steps if told is None or step.number >= told.to_revision]


def _path(steps: list[RevisionStep], told: PublishedEdit | None) -> list[RevisionStep]:
    """The steps since the ledger's last word, without those that led back to an earlier one.

    A new reading of the same page stands for the step that it reads.
    """
    first, *rest = _since(steps, told)
    path, texts = [first], [first.fingerprint]
    for step in rest:
        if step.cause == RevisionCause.EXTRACTOR:
            texts[-1] = step.fingerprint
        elif step.fingerprint in texts:
            known = texts.index(step.fingerprint) + 1
            del path[known:], texts[known:]
        else:
            path.append(step)
            texts.append(step.fingerprint)
    return path


def _telling(
    db: Database, article: int, steps: list[RevisionStep], told: PublishedEdit | None
) -> EditReport:
    newest = steps[-1]
    said = told.to_revision if told else 1
    earlier = [s for s in steps if s.number < said and s.fingerprint == newest.fingerprint]
    back = earlier[-1] if earlier else None
    held = pending_edit_targets(db, article)
    between = [s for s in steps[:-1] if s.number > said]
    untold = [s for s in between if s.cause != RevisionCause.EXTRACTOR and s.number not in held]
    return EditReport(back.number if back else None, back.observed if back else None, len(untold))
