"""Edits that wait, read again with mended rules: what only the broken rules made is dropped.

A redesigned page, read by rules that no longer fit, looks edited. Once the rules are mended, both
ends of each waiting edit are read again. What still differs is the site's doing: it stays, from a
reading to a reading of today's rules, so that its diff shows that and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipelines.changes.classify import Edit, edit_between
from pipelines.changes.fingerprint import fingerprint
from storage.articles import revisions as article_revisions
from storage.articles.revisions import Revision
from storage.db.connection import Database, from_utc_text
from storage.events.ledger import add_pending_event, newest_published_edit
from storage.events.pending import (
    PendingEvent,
    delete_pending_event,
    pending_events_of_site,
    update_pending_event,
)
from storage.models import Article, EventKind, RevisionCause

Reparsed = tuple[str, Article]  # version of the reader, what it reads
Reparse = Callable[[Revision], Reparsed | None]  # None where the capture cannot be read any more
KEPT_KEYS = ("reverts_to", "folded")


@dataclass(slots=True)
class RefreshResult:
    """Waiting edits that were dropped, and those that say something else now."""

    dropped: int = 0
    restated: int = 0


def refresh_pending_edits(db: Database, site: str, read: Reparse) -> RefreshResult:
    """Reads the ends of a site's waiting edits again. In the caller's transaction."""
    waiting: dict[int, list[PendingEvent]] = {}
    for held in pending_events_of_site(db, site):
        if held.kind == EventKind.EDITED and held.article is not None:
            waiting.setdefault(held.article, []).append(held)
    done = RefreshResult()
    for article, edits in waiting.items():
        _Article(db, site, article, edits, read, done).refresh_pending_edits()
    return done


def refresh_pending_titles(db: Database, site: str) -> None:
    """A waiting `new` bears the title that the article has by today's reading."""
    for held in pending_events_of_site(db, site):
        if held.kind == EventKind.NEW and held.article is not None:
            title = article_revisions.last_revision(db, held.article).record.title
            if title != held.summary:
                update_pending_event(db, held.id, title, held.detail)


@dataclass(slots=True)
class _Article:
    db: Database
    site: str
    article: int
    edits: list[PendingEvent]
    read: Reparse
    done: RefreshResult

    def refresh_pending_edits(self) -> None:
        revisions = article_revisions.revisions(self.db, self.article)
        start = min(int(edit.detail["from_revision"]) for edit in self.edits)
        chain = [
            r for r in revisions[start - 1 :] if r.cause == RevisionCause.SITE or r.number == start
        ]
        today = {r.number: self._today(r) for r in chain}
        if all(fingerprint(today[r.number][1]) == r.fingerprint for r in chain):
            return  # today's rules read it as it was read
        told = newest_published_edit(self.db, self.article)
        if told is None or told.to_revision <= start:
            self._append(chain, today)
        else:
            self._mend(revisions, today)

    def _today(self, revision: Revision) -> Reparsed:
        return self.read(revision) or (revision.extractor_version, revision.record)

    def _append(self, chain: list[Revision], today: dict[int, Reparsed]) -> None:
        """Nothing after the first waiting edit was told: its history is written anew behind it."""
        by_end = {int(edit.detail["to_revision"]): edit for edit in self.edits}
        base, last = (chain[0], today[chain[0].number]), 0
        for revision in chain[1:]:
            article_revisions.set_cause(self.db, revision.id, RevisionCause.EXTRACTOR)
            found = edit_between(base[1][1], today[revision.number][1])
            edit = by_end.get(revision.number)
            if found is None:
                self._drop(edit)
                continue
            before = last or self._stand_in(*base)
            base = (revision, today[revision.number])
            last = self._add(*base, RevisionCause.SITE, revision.run)
            self._hold(revision, edit, found, before, last)
        if not last:
            self._stand_in(chain[-1], today[chain[-1].number])

    def _stand_in(self, revision: Revision, reading: Reparsed) -> int:
        """The number of a newest revision that says this; one is added where it does not."""
        newest = article_revisions.last_revision(self.db, self.article)
        if newest.fingerprint == fingerprint(reading[1]):
            return newest.number
        return self._add(revision, reading, RevisionCause.EXTRACTOR, None)

    def _add(
        self, revision: Revision, reading: Reparsed, cause: RevisionCause, run: int | None
    ) -> int:
        return article_revisions.add_revision(
            self.db,
            self.article,
            reading[1],
            cause=cause,
            observed=from_utc_text(revision.observed_at),
            run=run,
            capture=revision.capture,
            extractor_version=reading[0],
            fingerprint=fingerprint(reading[1]),
        )

    def _mend(self, revisions: list[Revision], today: dict[int, Reparsed]) -> None:
        """Later edits were told already: what waits is read again in its place.

        Where the run after it has kept the mended reading as a revision, the edit leads to that.
        """
        for edit in self.edits:
            start, end = int(edit.detail["from_revision"]), int(edit.detail["to_revision"])
            before = today.get(start) or self._today(revisions[start - 1])
            after, old = today[end], revisions[end - 1]
            found = edit_between(before[1], after[1])
            if found is None:
                article_revisions.set_cause(self.db, old.id, RevisionCause.EXTRACTOR)
                self._drop(edit)
                continue
            stands = [r.number for r in revisions[end:] if r.capture == old.capture is not None]
            if not stands:
                article_revisions.replace_extraction(self.db, old.id, *after, fingerprint(after[1]))
            self._restate(edit, found, start, stands[0] if stands else end)

    def _drop(self, edit: PendingEvent | None) -> None:
        if edit is not None:
            delete_pending_event(self.db, edit.id)
            self.done.dropped += 1

    def _hold(
        self, revision: Revision, edit: PendingEvent | None, found: Edit, start: int, end: int
    ) -> None:
        """Holds a step of the history that is written anew, in its order.

        `edit` is what waited of it. There is none where the broken rules took the change for a
        return to an earlier text; it goes out with the next run that waits, since with a later
        one it would come behind its own return.
        """
        if edit is not None:
            delete_pending_event(self.db, edit.id)
            run = edit.run
        else:
            waiting = {edit.run for edit in self.edits}
            run = min((w for w in waiting if w >= (revision.run or 0)), default=max(waiting))
        detail = {**found.as_detail(), "from_revision": start, "to_revision": end}
        detail |= {key: edit.detail[key] for key in KEPT_KEYS if edit and key in edit.detail}
        add_pending_event(
            self.db, run, self.site, "edited", revision.observed_at, found.summary,
            self.article, detail,
        )  # fmt: skip
        self.done.restated += 1

    def _restate(self, edit: PendingEvent, found: Edit, start: int, end: int) -> None:
        kept = {key: edit.detail[key] for key in KEPT_KEYS if key in edit.detail}
        detail: dict[str, Any] = {**found.as_detail(), "from_revision": start, "to_revision": end}
        update_pending_event(self.db, edit.id, found.summary, {**detail, **kept})
        self.done.restated += 1
