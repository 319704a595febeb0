"""What an article's captures state, in the order of their times: pure, whatever their source.

A live crawl states the same step by step (pipelines/recording/, pipelines/takedowns.py). A capture
that is taken in late changes some of the statements; pipelines/history/late.py finds which.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.changes.reverts import EditReport, EditState, overdue_edit, report_of_newest_edit
from pipelines.takedowns import distinct_checks, is_confirmed
from storage.articles.revisions import RevisionStep
from storage.checks.failed_checks import CheckOutcome
from storage.config import Settings
from storage.events.ledger import PublishedEdit
from storage.models import ArticleStatus, EventKind
from storage.reasons import Reason


@dataclass(frozen=True, slots=True)
class Seen:
    """The article was read. `step`: the revision with its text.

    `doubtful`: beside other captures, the text shows no edit
    """

    observed: datetime
    step: RevisionStep
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """The article was not at its URL. `mass`: in a run in which too many articles were missing."""

    observed: datetime
    outcome: CheckOutcome
    reason: Reason
    mass: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The article's URL leads to another article with the same text."""

    observed: datetime
    to_article: int
    to_url: str


Item = Seen | Missed | Moved


@dataclass(frozen=True, slots=True)
class Statement:
    """One event that the captures show. Two are equal if a reader would take them for the same.

    Attributes:
        texts: fingerprints before and after an edit; the target's URL for a move
        details: what else the event states: an edit's revisions without an event and the time of
            the text that it restores; the last capture before a takedown, the first check, their
            number
        steps: the two revisions of an edit; else the one in force
        report: how the edit is published
        misses: the checks that prove a takedown, oldest first
        last_seen: before a takedown
        move: the move, for a moved article
    """

    kind: EventKind
    observed: datetime
    texts: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    steps: tuple[RevisionStep, ...] = field(default=(), compare=False)
    report: EditReport | None = field(default=None, compare=False)
    misses: tuple[Missed, ...] = field(default=(), compare=False)
    last_seen: datetime | None = field(default=None, compare=False)
    move: Moved | None = field(default=None, compare=False)


class Timeline:
    """The statements of an article and its status, from items in the order of their times.

    A doubtful text is compared with other doubtful ones, up to the first capture that is not. So an
    article whose older layout only the generic extractor reads has the edits of that time, and what
    our own rules or a page that was cut short change is none (rule 5 of docs/architecture.md).
    """

    def __init__(self, items: Iterable[Item], settings: Settings) -> None:
        self.settings = settings
        self.statements: list[Statement] = []
        self.status: ArticleStatus | None = None  # None: not read yet
        self._steps: list[RevisionStep] = []
        self._is_doubtful = True  # all that was read so far
        self._published: PublishedEdit | None = None
        self._misses: list[Missed] = []
        self._last_seen: datetime | None = None
        for item in items:
            match item:
                case Seen():
                    self._seen(item)
                case Missed():
                    self._missed(item)
                case Moved():
                    self._moved(item)

    def _seen(self, item: Seen) -> None:
        if self.status is None:
            self.statements.append(Statement(EventKind.NEW, item.observed, steps=(item.step,)))
        elif self.status in (ArticleStatus.REMOVED, ArticleStatus.MOVED):
            self.statements.append(Statement(EventKind.RESTORED, item.observed, steps=(item.step,)))
        if self._is_doubtful and not item.doubtful:
            self._is_doubtful, self._steps, self._published = False, [], None
        if not self._steps:
            self._steps.append(item.step)
        elif item.doubtful == self._is_doubtful:
            self._read_again(item)
        self.status, self._misses, self._last_seen = ArticleStatus.LIVE, [], item.observed

    def _read_again(self, item: Seen) -> None:
        if item.step.fingerprint == self._steps[-1].fingerprint:
            overdue = overdue_edit(EditState(self._steps, self._published), item.observed)
            if overdue:
                number, report = overdue
                start = next(step for step in self._steps if step.number == number)
                self._edited(start, self._steps[-1], report, item.observed)
            return
        before = self._steps[-1]
        self._steps.append(item.step)
        state = EditState(self._steps, self._published)
        newest_report = report_of_newest_edit(state, item.observed)
        if newest_report is not None:
            self._edited(before, item.step, newest_report, item.observed)

    def _edited(
        self, before: RevisionStep, after: RevisionStep, report: EditReport, observed: datetime
    ) -> None:
        texts = (before.fingerprint, after.fingerprint)
        details = str(report.suppressed), str(report.reverted_text_seen_at)
        edited = Statement(EventKind.EDITED, observed, texts, details, (before, after), report)
        self.statements.append(edited)
        is_revert = report.reverts_to is not None
        self._published = PublishedEdit(before.number, after.number, is_revert, observed)

    def _missed(self, item: Missed) -> None:
        if self.status not in (ArticleStatus.LIVE, ArticleStatus.SUSPECT):
            return
        if not (item.mass and any(miss.mass for miss in self._misses)):
            self._misses.append(item)
        times = distinct_checks([miss.observed for miss in self._misses])
        if not is_confirmed(times, self.settings):
            self.status = ArticleStatus.SUSPECT
            return
        self.status = ArticleStatus.REMOVED
        misses = tuple(miss for miss in self._misses if miss.observed in times)
        details = str(self._last_seen), str(misses[0].observed), str(len(misses))
        self.statements.append(
            Statement(
                EventKind.REMOVED, item.observed, (), details, (self._steps[-1],), misses=misses,
                last_seen=self._last_seen,
            )
        )  # fmt: skip

    def _moved(self, item: Moved) -> None:
        if self.status in (None, ArticleStatus.MOVED):
            return
        self.status = ArticleStatus.MOVED
        step = self._steps[-1]
        self.statements.append(
            Statement(
                EventKind.MOVED, item.observed, (item.to_url,), (step.fingerprint,), (step,),
                move=item,
            )
        )  # fmt: skip
