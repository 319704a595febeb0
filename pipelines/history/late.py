"""Takes captures into the history of an article by the time at which they were made.

Captures of the past arrive in any order. Each is put between the sightings that are
stored: it confirms a revision, begins one, or splits one in two. Then the statements of the history
without and with it are compared. A new statement becomes an event, "historical" if it is of the
past. A published statement that no longer holds is corrected by an event of its own: the ledger is
append-only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

from pipelines.changes.classify import edit_between
from pipelines.changes.diff import diff
from pipelines.changes.edit_events import edit_event
from pipelines.changes.fingerprint import fingerprint
from pipelines.changes.pending_edits import Reparse
from pipelines.changes.same_text import same_text
from pipelines.history.timeline import Item, Missed, Moved, Seen, Statement, Timeline
from pipelines.takedowns import is_mass_disappearance, removal_event
from storage.archive.captures import add_capture
from storage.archive.errors import CaptureError
from storage.archive.reader import payload_digest, record_at
from storage.archive.writer import Capture
from storage.articles import repository as articles
from storage.articles import revisions as article_revisions
from storage.articles.revisions import Revision, RevisionStep
from storage.checks.failed_checks import FailedCheck, give_checks, settled_checks
from storage.checks.sightings import (
    Sighting,
    add_sighting,
    reassign_sighting,
    replace_sighting,
    sightings,
)
from storage.config import Settings
from storage.db.connection import Database, from_utc_text, utc_text
from storage.events import ledger, pending
from storage.events.ledger import Event
from storage.events.pending import PendingEvent
from storage.messages.reasons_pages import PageReason
from storage.models import Article, EventKind, RevisionCause
from storage.runs.repository import RunKind, get_run

# An event that is older than this when its capture is taken in is of the past: no alert, and not
# among the last batch's. A person may import the pages of the last hours.
HISTORICAL_AGE = timedelta(days=1)
GENERIC = ".generic"  # the end of the version of what the generic extractor read


@dataclass(frozen=True, slots=True)
class ExtractedCapture:
    """An extracted capture. `capture`: None if it is not stored; `doubtful`: as of a Sighting."""

    article: Article
    fingerprint: str
    extractor_version: str
    observed_at: datetime
    capture: Capture | None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class RunContext:
    """What storing the captures of a run needs.

    `started`: the time of the run; `folder`: of the captures.
    """

    db: Database
    run: int
    site: str
    started: datetime
    folder: Path
    settings: Settings
    reparse: Reparse | None = None


class ArticleHistory:
    """The captures of one article in time. `before`: the statements when it was loaded."""

    def __init__(self, context: RunContext, article: int) -> None:
        self.context = context
        self.db = context.db
        self.article = article
        self._load()
        self.before = self._timeline().statements if self.sightings else []

    def _load(self) -> None:
        self.steps = self._steps()
        self.sightings = sorted(sightings(self.db, self.article), key=self._order)

    def _steps(self) -> dict[int, RevisionStep]:
        """Return number of a revision -> the step that states its text."""
        found: dict[int, RevisionStep] = {}
        site_step: RevisionStep | None = None
        for step in article_revisions.revision_steps(self.db, self.article):
            if site_step is not None and step.cause == RevisionCause.EXTRACTOR:
                site_step = replace(site_step, fingerprint=step.fingerprint, current=step.current)
                found |= dict.fromkeys(site_step.numbers, site_step)
            else:
                site_step = step
            found |= dict.fromkeys(step.numbers, site_step)
        return found

    def _step(self, sighting: Sighting) -> RevisionStep:
        return self.steps[sighting.revision]

    def _order(self, sighting: Sighting) -> tuple[str, str]:
        """Return what orders a sighting: its second, and within one second its text."""
        return sighting.observed_at, self._step(sighting).captured_text

    def insert(self, extracted: ExtractedCapture) -> bool:
        """Put a capture between the others; return whether the text before it is another one.

        A capture with the text of another one of the same second says nothing new. Different
        texts of one second are put in the order of their fingerprints: nobody knows which was
        first, and the order of arrival must not decide.
        """
        order = utc_text(extracted.observed_at), extracted.fingerprint
        for sighting in self.sightings:
            same_second = sighting.observed_at == order[0]
            if same_second and self._step(sighting).fingerprint == extracted.fingerprint:
                self._choose_capture(sighting, extracted)
                return False
        index = sum(self._order(sighting) < order for sighting in self.sightings)
        before = self.sightings[index - 1] if index else None
        after = self.sightings[index] if index < len(self.sightings) else None
        if before is not None and self._is_same(before, extracted):
            self._add_sighting(extracted, self._step(before).number)
            return False
        if after is not None and self._is_same(after, extracted):
            self._begin_earlier(extracted, self._step(after).number)
            return True
        divided = before and after and self._step(before).number == self._step(after).number
        self._add_sighting(extracted, self._add_revision(extracted))
        if divided:
            self._begin_again(index + 1)
        return True

    def _is_same(self, neighbour: Sighting, extracted: ExtractedCapture) -> bool:
        """Whether a capture has the text of a neighbour, both read by one extractor version."""
        step = self._step(neighbour)
        if step.fingerprint == extracted.fingerprint:
            return True
        stored = article_revisions.get_revision(self.db, self.article, step.current)
        if stored.extractor_version != extracted.extractor_version and self.context.reparse:
            reparsed = self.context.reparse(stored)
            if reparsed is None:
                return True  # our error: nobody knows who made the difference
            record = reparsed[1]
            if (digest := fingerprint(record)) != step.fingerprint:
                article_revisions.add_revision(
                    self.db, self.article, record, cause=RevisionCause.EXTRACTOR,
                    observed=from_utc_text(stored.observed_at), run=self.context.run,
                    capture=stored.capture, extractor_version=extracted.extractor_version,
                    fingerprint=digest,
                )  # fmt: skip
                self._load()
                return self._is_same(neighbour, extracted)
        return not diff(stored.record, extracted.article)

    def _choose_capture(self, sighting: Sighting, extracted: ExtractedCapture) -> None:
        """Let one of two captures of one text in one second stand for both, in any order.

        It is the one with the lower digest, of the same bytes our own, rather a response than a
        saved page, and else the one of the lower address.
        """
        capture = extracted.capture
        if capture is None:
            return
        if self._rank(sighting, capture) <= _rank(capture):
            return
        step = self._step(sighting)
        revision = article_revisions.get_revision(self.db, self.article, step.number)
        chosen = sighting_of(
            capture, extracted.observed_at, sighting.revision, self.context.run,
            doubtful=extracted.doubtful,
        )  # fmt: skip
        replace_sighting(self.db, self.article, chosen)
        if revision.observed_at == sighting.observed_at:
            self._begin_at(extracted, revision)
        self._load()

    def _rank(self, sighting: Sighting, other: Capture) -> tuple[str, ...]:
        """Return what orders the capture of a sighting; the lowest if it cannot be read."""
        location = sighting.warc, sighting.warc_offset
        if location == (other.warc, other.offset):  # a repeated one has no bytes of its own
            return _rank(replace(other, source_url=sighting.source_url))
        stored = self._capture_of(sighting)
        return _rank(stored) if stored else ()

    def _add_revision(self, extracted: ExtractedCapture) -> int:
        capture = add_capture(self.db, extracted.capture) if extracted.capture else None
        return article_revisions.add_revision(
            self.db, self.article, extracted.article, cause=RevisionCause.SITE,
            observed=extracted.observed_at, run=self.context.run, capture=capture,
            extractor_version=extracted.extractor_version, fingerprint=extracted.fingerprint,
        )  # fmt: skip

    def _add_sighting(self, extracted: ExtractedCapture, revision: int) -> None:
        add_sighting(
            self.db, self.article,
            sighting_of(
                extracted.capture, extracted.observed_at, revision, self.context.run,
                doubtful=extracted.doubtful,
            ),
        )  # fmt: skip
        self._load()

    def _begin_earlier(self, extracted: ExtractedCapture, number: int) -> None:
        """Let a revision begin at a capture before its first one."""
        self._begin_at(extracted, article_revisions.get_revision(self.db, self.article, number))
        self._add_sighting(extracted, number)

    def _begin_at(self, extracted: ExtractedCapture, stored: Revision) -> None:
        capture = add_capture(self.db, extracted.capture) if extracted.capture else None
        article_revisions.move_revision(
            self.db, stored.id, utc_text(extracted.observed_at), self.context.run, capture
        )
        if (stored.record, stored.extractor_version) != (
            extracted.article, extracted.extractor_version,
        ):  # fmt: skip
            article_revisions.replace_record(
                self.db,
                stored.id,
                extracted.extractor_version,
                extracted.article,
                extracted.fingerprint,
            )

    def _begin_again(self, index: int) -> None:
        """Give the captures from `index` on, which follow another text, a revision of their own."""
        step = self._step(self.sightings[index])
        rest = list(takewhile(lambda s: self._step(s) == step, self.sightings[index:]))
        stored = article_revisions.get_revision(self.db, self.article, step.current)
        capture = self._capture_of(rest[0])
        number = article_revisions.add_revision(
            self.db, self.article, stored.record, cause=RevisionCause.SITE,
            observed=from_utc_text(rest[0].observed_at), run=rest[0].run,
            capture=add_capture(self.db, capture) if capture else None,
            extractor_version=stored.extractor_version, fingerprint=stored.fingerprint,
        )  # fmt: skip
        for sighting in rest:
            reassign_sighting(self.db, self.article, sighting, number)
        if capture is not None:
            self._read_anew(number, capture, doubtful=rest[0].doubtful)
        self._load()

    def _read_anew(self, number: int, capture: Capture, *, doubtful: bool) -> None:
        """Give a revision the record of its own capture instead of that of an equal one.

        The address may be another one, relative dates and warnings name the time of the capture,
        and the generic extractor may have read one of the two.
        """
        stored = article_revisions.get_revision(self.db, self.article, number)
        rules = stored.extractor_version.removesuffix(GENERIC)
        url = None if (capture.url or "urn:").startswith("urn:") else capture.url
        request = replace(
            stored, extractor_version=rules + GENERIC * doubtful,
            record=replace(stored.record, url=url),
        )  # fmt: skip
        reparsed = self.context.reparse(request) if self.context.reparse else None
        if reparsed is not None and reparsed[0].removesuffix(GENERIC) == rules:
            article_revisions.replace_record(
                self.db, stored.id, *reparsed, fingerprint(reparsed[1])
            )

    def take_over(self, other: int, key: str) -> None:
        """Take in all captures of another article, which proves to be this one under its key."""
        history = ArticleHistory(self.context, other)
        for sighting in history.sightings:
            step = history._step(sighting)
            stored = article_revisions.get_revision(self.db, other, step.current)
            self.insert(
                ExtractedCapture(
                    replace(stored.record, key=key), stored.fingerprint, stored.extractor_version,
                    from_utc_text(sighting.observed_at), history._capture_of(sighting),
                    sighting.doubtful,
                )
            )  # fmt: skip
        give_checks(self.db, other, self.article)
        self.settle()

    def _capture_of(self, sighting: Sighting) -> Capture | None:
        """Return the capture of a sighting.

        None if there is none, or if its file is damaged or lost: `tinwatch verify` names it, and
        the captures that are imported now are not to be lost for it.
        """
        if sighting.warc is None or sighting.warc_offset is None:
            return None
        location = self.context.folder, sighting.warc, sighting.warc_offset
        try:
            sha256, length = payload_digest(*location)
            record = record_at(*location)
        except CaptureError:
            return None
        return Capture(
            self.context.site, record.url, from_utc_text(sighting.observed_at),
            None if record.kind == "resource" else record.status,
            next(iter(record.values("content-type")), None), sha256, length, sighting.warc,
            sighting.warc_offset, source_url=sighting.source_url,
        )  # fmt: skip

    def settle(self) -> Counter[EventKind]:
        """Store the state of the article, and the events by which its statements differ."""
        timeline = self._timeline()
        after = timeline.statements
        if timeline.status is not None:
            articles.set_history(
                self.db, self.article, timeline.status, self.sightings[0].observed_at,
                self.sightings[-1].observed_at,
            )  # fmt: skip
        removed = [statement for statement in self.before if statement not in after]
        added = [statement for statement in after if statement not in self.before]
        if not (removed or added):
            return Counter()
        events = _Events(self.context, self.article, self.steps)
        for statement in removed:
            events.withdraw(statement)
        for statement in added:
            events.add(statement)
        return Counter(statement.kind for statement in added)

    def _timeline(self) -> Timeline:
        return Timeline(self._items(), self.context.settings)

    def _items(self) -> list[Item]:
        items: list[Item] = []
        for sighting in self.sightings:
            observed = from_utc_text(sighting.observed_at)
            items.append(Seen(observed, self._step(sighting), sighting.doubtful))
        items += [self._miss(check) for check in settled_checks(self.db, self.article)]
        items += [
            Moved(from_utc_text(event.observed_at), event.detail["to_article"],
                  event.detail["to_url"])
            for event in ledger.events(self.db, article=self.article, kind=EventKind.MOVED)
            if event.detail.get("to_article", self.article) != self.article
            and not event.detail.get("historical")
        ]  # fmt: skip
        return sorted(items, key=lambda item: item.observed)  # stable: seen before missed

    def _miss(self, check: FailedCheck) -> Item:
        """Return a failed check; a redirect to an article with the same text is a move."""
        observed = from_utc_text(check.observed_at)
        if check.reason.code == PageReason.REDIRECT_TO_ARTICLE:
            url = str(check.reason.params["url"])
            target = articles.find_by_url(self.db, self.context.site, url)
            if (
                target is not None
                and target != self.article
                and same_text(
                    article_revisions.last_revision(self.db, self.article).record,
                    article_revisions.last_revision(self.db, target).record,
                )
            ):
                return Moved(observed, target, url)
        return Missed(observed, check.outcome, check.reason, _is_mass_run(self.db, check.run))


def sighting_of(
    capture: Capture | None, observed: datetime, revision: int, run: int, *, doubtful: bool
) -> Sighting:
    """Return the sighting of a capture with the text of a revision (its number)."""
    if capture is None:
        return Sighting(utc_text(observed), revision, run, None, None, None, doubtful)
    return Sighting(
        utc_text(observed), revision, run, capture.warc, capture.offset, capture.source_url,
        doubtful,
    )  # fmt: skip


def _rank(capture: Capture) -> tuple[str, ...]:
    is_saved_page = "" if capture.status else "saved"
    return capture.sha256, capture.source_url or "", is_saved_page, capture.url or ""


def _is_mass_run(db: Database, run: int) -> bool:
    stored = get_run(db, run)
    return stored.kind != RunKind.IMPORT and is_mass_disappearance(stored.stats)


class _Events:
    """The events of an article: pending ones of the run, and published ones that still stand."""

    def __init__(self, context: RunContext, article: int, steps: dict[int, RevisionStep]) -> None:
        self.context = context
        self.db = context.db
        self.article = article
        self.steps = steps
        self.pending = pending.pending_events_of_article(self.db, article)
        self.published = ledger.standing_events(self.db, article)

    def _states(self, event: PendingEvent | Event, of: Statement) -> bool:
        """Whether an event is that of a statement, which may describe more or less of it."""
        kind, observed_at, detail = event.kind, event.observed_at, event.detail
        kinds = {EventKind.NEW, EventKind.REPOSTED} if of.kind == EventKind.NEW else {of.kind}
        if kind not in kinds or observed_at != utc_text(of.observed) or detail.get("told_late"):
            return False
        if of.kind != EventKind.EDITED:
            return True
        step = self.steps.get(detail["to_revision"])
        return step is not None and step.fingerprint == of.texts[1]

    def withdraw(self, statement: Statement) -> None:
        """Take back what no longer holds: a pending event goes, a published one is corrected."""
        for waiting in self.pending:
            if self._states(waiting, statement):
                pending.delete_pending_event(self.db, waiting.id)
                self.pending.remove(waiting)
                return
        for event in self.published:
            if self._states(event, statement):
                detail = {"corrects": event.id, "corrected_kind": event.kind}
                self._add(EventKind.CORRECTED, statement.observed, event.summary, detail)
                self.published.remove(event)
                return

    def add(self, statement: Statement) -> None:
        """Add the event of a statement, unless it was published or waits already."""
        events: list[PendingEvent | Event] = [*self.pending, *self.published]
        if any(self._states(event, statement) for event in events):
            return
        made = self._event(statement)
        if made is not None:
            self._add(statement.kind, statement.observed, *made)

    def _add(
        self, kind: EventKind, observed: datetime, summary: str, detail: dict[str, Any]
    ) -> None:
        if kind == EventKind.CORRECTED or self.context.started - observed > HISTORICAL_AGE:
            detail = detail | {"historical": True, "recorded_at": utc_text(self.context.started)}
        ledger.add_pending_event(
            self.db,
            self.context.run,
            self.context.site,
            kind,
            observed,
            summary,
            self.article,
            detail,
        )

    def _event(self, statement: Statement) -> tuple[str, dict[str, Any]] | None:
        """Return summary and detail; None if an edit has no readable difference."""
        if statement.kind == EventKind.EDITED:
            assert statement.report is not None
            before, after = (
                article_revisions.get_revision(self.db, self.article, step.current)
                for step in statement.steps
            )
            edit = edit_between(before.record, after.record)
            if edit is None:
                return None
            return edit_event(edit, before.number, statement.steps[1].number, statement.report)
        [step] = statement.steps
        title = article_revisions.get_revision(self.db, self.article, step.current).record.title
        if statement.kind == EventKind.REMOVED:
            assert statement.last_seen is not None
            times = [miss.observed for miss in statement.misses]
            last = statement.misses[-1]
            return removal_event(title, last.outcome, last.reason, times, statement.last_seen)
        if statement.kind == EventKind.MOVED:
            assert statement.move is not None
            detail = {
                "to_article": statement.move.to_article, "to_url": statement.move.to_url,
                "via": "redirect",
            }  # fmt: skip
            return title, detail
        if statement.kind == EventKind.RESTORED:
            return f"back again: {title}", {}
        return title, {}
