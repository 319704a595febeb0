"""Re-evaluation of pending edits after extraction rules were fixed.

After a redesign, outdated rules make pages look edited. When the rules are fixed, both revisions
of each pending edit are parsed again. If they still differ, the site changed: the edit stays,
between two revisions of the current extractor. Otherwise it is deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipelines.changes.classify import Edit, edit_between
from pipelines.changes.fingerprint import fingerprint
from pipelines.changes.reverts import EditState
from storage.articles import revisions as article_revisions
from storage.articles.revisions import Revision
from storage.db.connection import Database, from_utc_text
from storage.events.ledger import add_pending_event
from storage.events.pending import (
    PendingEvent,
    delete_pending_event,
    pending_events_of_site,
    update_pending_event,
)
from storage.models import Article, EventKind, RevisionCause

Reparsed = tuple[str, Article]  # extractor version and article
Reparse = Callable[[Revision], Reparsed | None]  # None if the capture is unreadable
PRESERVED_KEYS = ("reverts_to", "folded")


@dataclass(slots=True)
class RefreshResult:
    """How many pending edits were deleted, and how many changed."""

    deleted: int = 0
    updated: int = 0


def refresh_pending_edits(db: Database, site: str, reparse: Reparse) -> RefreshResult:
    """Parse the revisions of a site's pending edits again, in the caller's transaction."""
    edits_by_article: dict[int, list[PendingEvent]] = {}
    for event in pending_events_of_site(db, site):
        if event.kind == EventKind.EDITED and event.article is not None:
            edits_by_article.setdefault(event.article, []).append(event)
    result = RefreshResult()
    for article, edits in edits_by_article.items():
        _ArticleEdits(db, site, article, edits, reparse, result).refresh()
    return result


def refresh_pending_titles(db: Database, site: str) -> None:
    """Update the titles in pending `new` events to those of the current revisions."""
    for event in pending_events_of_site(db, site):
        if event.kind == EventKind.NEW and event.article is not None:
            title = article_revisions.last_revision(db, event.article).record.title
            if title != event.summary:
                update_pending_event(db, event.id, title, event.detail)


@dataclass(slots=True)
class _ArticleEdits:
    """The pending edits of one article."""

    db: Database
    site: str
    article: int
    pending: list[PendingEvent]
    reparse: Reparse
    result: RefreshResult

    def refresh(self) -> None:
        revisions = article_revisions.revisions(self.db, self.article)
        indexes = {r.number: index for index, r in enumerate(revisions)}
        start = min(indexes[int(event.detail["from_revision"])] for event in self.pending)
        first, *rest = revisions[start:]
        chain = [first, *(r for r in rest if r.cause == RevisionCause.SITE)]
        reparsed = {r.number: new for r in chain if (new := self.reparse(r)) is not None}
        if len(reparsed) < len(chain):
            return  # a record of the current extractor and an older one cannot be compared
        if all(fingerprint(reparsed[r.number][1]) == r.fingerprint for r in chain):
            return  # the current extractor returns the same text
        if EditState.load(self.db, self.article).published_index <= start:
            self._rewrite_history(chain, reparsed)
        else:
            self._update_in_place(revisions, reparsed)

    def _rewrite_history(self, chain: list[Revision], reparsed: dict[int, Reparsed]) -> None:
        """Append the history since the first pending edit again: none of it was published."""
        event_by_target = {int(event.detail["to_revision"]): event for event in self.pending}
        base, last_number = (chain[0], reparsed[chain[0].number]), 0
        for revision in chain[1:]:
            article_revisions.set_cause(self.db, revision.id, RevisionCause.EXTRACTOR)
            edit = edit_between(base[1][1], reparsed[revision.number][1])
            event = event_by_target.get(revision.number)
            if edit is None:
                self._ensure_current(revision, reparsed[revision.number])
                self._delete_event(event)
                continue
            start = last_number or self._ensure_current(*base)
            base = (revision, reparsed[revision.number])
            last_number = self._add_revision(*base, RevisionCause.SITE, revision.run)
            self._replace_event(revision, event, edit, start, last_number)
        if not last_number:
            self._ensure_current(*base)

    def _ensure_current(self, revision: Revision, reparsed: Reparsed) -> int:
        """Return the number of a capture's newest extraction, after adding one if it differs."""
        digest = fingerprint(reparsed[1])
        heads = article_revisions.revision_heads(self.db, self.article)
        current = [head for head in heads if head.observed_at == revision.observed_at][-1]
        if current.fingerprint == digest:
            return current.number
        return self._add_revision(revision, reparsed, RevisionCause.EXTRACTOR, None)

    def _add_revision(
        self, revision: Revision, reparsed: Reparsed, cause: RevisionCause, run: int | None
    ) -> int:
        extractor_version, record = reparsed
        return article_revisions.add_revision(
            self.db,
            self.article,
            record,
            cause=cause,
            observed=from_utc_text(revision.observed_at),
            run=run,
            capture=revision.capture,
            extractor_version=extractor_version,
            fingerprint=fingerprint(record),
        )

    def _update_in_place(self, revisions: list[Revision], reparsed: dict[int, Reparsed]) -> None:
        """Update the pending edits and their revisions: later edits were published already.

        If a later run stored the reparsed text as a revision, the edit leads to that one.
        """
        by_number = {r.number: r for r in revisions}
        for event in self.pending:
            start, end = int(event.detail["from_revision"]), int(event.detail["to_revision"])
            before = reparsed.get(start) or self.reparse(by_number[start])
            if before is None:
                continue
            after, stored = reparsed[end], by_number[end]
            edit = edit_between(before[1], after[1])
            if edit is None:
                article_revisions.set_cause(self.db, stored.id, RevisionCause.EXTRACTOR)
                self._delete_event(event)
                continue
            later = [
                r.number for r in revisions
                if r.number > end and r.capture == stored.capture is not None
            ]  # fmt: skip
            if not later:
                article_revisions.replace_record(self.db, stored.id, *after, fingerprint(after[1]))
            self._update_event(event, edit, start, later[0] if later else end)

    def _delete_event(self, event: PendingEvent | None) -> None:
        if event is not None:
            delete_pending_event(self.db, event.id)
            self.result.deleted += 1

    def _replace_event(
        self, revision: Revision, event: PendingEvent | None, edit: Edit, start: int, end: int
    ) -> None:
        """Replace the pending event of a step of the history, to keep events in order.

        `event` is None if the broken rules saw a revert to an earlier text. Then the new event
        joins the next run with pending edits: with a later run it would be published after its own
        revert.
        """
        if event is not None:
            delete_pending_event(self.db, event.id)
            run = event.run
        else:
            runs = {each.run for each in self.pending}
            run = min((r for r in runs if r >= (revision.run or 0)), default=max(runs))
        detail = _detail(event, edit, start, end)
        add_pending_event(
            self.db, run, self.site, EventKind.EDITED, revision.observed_at, edit.summary,
            self.article, detail,
        )  # fmt: skip
        self.result.updated += 1

    def _update_event(self, event: PendingEvent, edit: Edit, start: int, end: int) -> None:
        update_pending_event(self.db, event.id, edit.summary, _detail(event, edit, start, end))
        self.result.updated += 1


def _detail(event: PendingEvent | None, edit: Edit, start: int, end: int) -> dict[str, Any]:
    """Return the detail of an edit event, with PRESERVED_KEYS of the event that it replaces."""
    preserved = event.detail if event is not None else {}
    return {
        **edit.as_detail(),
        "from_revision": start,
        "to_revision": end,
        **{key: preserved[key] for key in PRESERVED_KEYS if key in preserved},
    }
