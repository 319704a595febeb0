"""Observations into the database: compared with what is known, in one transaction a batch.

The recorder owns a run from its start to its end. Killed at any moment it leaves a database in
which every observation is either whole or not there; the next run takes up the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pipelines.boilerplate.detector import Zone
from pipelines.boilerplate.store import update_boilerplate
from pipelines.changes import edit_events
from pipelines.changes.classify import change
from pipelines.changes.fingerprint import fingerprint
from pipelines.items import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    FetchFailed,
    MovedVia,
    Observation,
    Outcome,
    PageFetched,
    PageUnreadable,
)
from pipelines.recording import missing_pages
from pipelines.recording.prepared import Prepared, prepare
from pipelines.recording.run_journal import Again, unseen, write_run
from pipelines.stories import precompute as ahead
from storage.archive.writer import CaptureWriter, add_capture, remember_payload
from storage.articles import canaries
from storage.articles import repository as articles
from storage.checks import problems as troubles
from storage.checks.listing_positions import save_listing_positions
from storage.db.connection import Database, from_utc_text, transaction, utc_text
from storage.events import ledger as events
from storage.messages import describe
from storage.messages.reasons_pages import PageReason
from storage.models import Article
from storage.reasons import Reason
from storage.run_stats import Problem, RunStats
from storage.runs.repository import finish_run, start_run

BATCH = 50
BATCH_SECONDS = 5.0
LISTED_PROBLEMS = 200
NO_LISTINGS: Mapping[str, Sequence[str]] = {}

# Reads a revision's capture again with today's rules; None where its capture cannot be read.
Rereader = Callable[[articles.Revision], Article | None]


class Recorder:
    def __init__(
        self,
        db: Database,
        site: str,
        kind: str,
        captures: CaptureWriter,
        *,
        clock: datetime | None = None,
        night: str = "",
        reread: Rereader | None = None,
        again: Again | None = None,
    ) -> None:
        self.db = db
        self.site = site
        self.captures = captures
        self.reread = reread
        self.again = again  # a run that is rebuilt, which the journal holds already
        number = again.run if again else None
        self.run = start_run(db, site, kind, datetime.now(UTC), clock, night, number)
        self.unseen: list[dict[str, Any]] = []  # what no capture shows
        self.stats = RunStats()
        self.pages: list[list[tuple[Zone, str]]] = []  # of new articles, for the template memory
        self._batch: list[tuple[Observation, Prepared | None]] = []
        self._batch_began = 0.0

    def record(self, observation: Observation) -> None:
        """Takes one observation; writes when the batch is full or old."""
        prepared = None
        if isinstance(observation, ArticleRead | ArticleMoved):
            prepared = prepare(self.db, observation.page)
        if not self._batch:
            self._batch_began = time.monotonic()
        self._batch.append((observation, prepared))
        age = time.monotonic() - self._batch_began
        if len(self._batch) >= BATCH or age > BATCH_SECONDS:
            self.flush()

    def flush(self) -> None:
        if not self._batch:
            return
        self.captures.sync()
        stats = self.stats.copy()
        try:
            with transaction(self.db):
                for observation, prepared in self._batch:
                    self._apply(observation, prepared)
        except BaseException:
            self.stats = stats
            raise
        self._batch.clear()

    def finish(
        self,
        fetched: RunStats,
        *,
        swept: bool,
        listings: Mapping[str, Sequence[str]] = NO_LISTINGS,
    ) -> None:
        """Ends the run. `fetched` holds the fetcher's own counts, which are stored with ours.

        listings: listing URL -> article keys as the run saw them, for the next run to compare.
        """
        self.flush()
        kept = fetched.merged(self.stats)
        with transaction(self.db):
            kept.template = update_boilerplate(self.db, self.site, self.pages).version
            kept.canaries = canaries.verdicts(self.db, self.site, self.run)
            save_listing_positions(self.db, self.site, listings)
            finish_run(self.db, self.run, datetime.now(UTC), kept, swept=swept)
            if self.again is None:  # in the transaction: no run ends without its line
                write_run(self.db, self.run, self.captures, self.unseen)

    def _apply(self, observation: Observation, prepared: Prepared | None) -> None:
        self.unseen += unseen(self.db, observation)
        match observation:
            case ArticleRead():
                assert prepared is not None
                self._article(observation, prepared)
            case ArticleMoved():
                assert prepared is not None
                self._moved(observation, prepared)
            case ArticleMissing():
                self._missing(observation)
            case PageUnreadable():
                self._unreadable(observation)
            case FetchFailed():
                self._failed(observation)
            case PageFetched():
                remember_payload(self.db, observation.capture)

    def _article(self, read: ArticleRead, prepared: Prepared) -> int:
        article = prepared.article
        self.stats.read += 1
        self.stats.generic += read.page.extractor_version.endswith(".generic")
        self.stats.broken_fields.update(f for f, s in article.fields.items() if s.state == "broken")
        self.stats.coverage.add(article.fields)
        troubles.no_longer_wanted(self.db, self.site, article.key)
        known = articles.find_article(self.db, self.site, article.key)
        if known is None:
            identity = self._new(read, prepared)
        else:
            identity = known.id
            self._known(read, prepared, known)
        for url in read.found_at:
            if url != article.url:
                articles.add_alias(self.db, self.site, url, identity)
        if read.capture is not None:
            remember_payload(self.db, read.capture)
        return identity

    def _new(self, read: ArticleRead, prepared: Prepared) -> int:
        article = prepared.article
        self.stats.new += 1
        seen = read.capture.captured_at if read.capture is not None else read.observed_at
        number = self.again.numbers.get(article.key) if self.again else None
        identity = articles.add_article(
            self.db, article, self.run, seen, checked=read.observed_at, number=number
        )
        revision = self._revise(identity, read, article, prepared.fingerprint)
        if prepared.places is not None:
            ahead.hold_shingle_positions(self.db, identity, revision, prepared.places)
        self.pages.append(read.page.zones)
        self._hold("new", read.observed_at, article.title, identity)
        return identity

    def _known(self, read: ArticleRead, prepared: Prepared, known: articles.Known) -> None:
        before = articles.last_revision(self.db, known.id)
        if read.observed_at < from_utc_text(before.observed_at):
            self.stats.older += 1  # an old capture says nothing about what is there now
            return
        self.stats.rechecked_live += known.status == "live"
        if known.status in ("removed", "moved"):
            self.stats.restored += 1
            again = f"back again: {prepared.article.title}"
            self._hold("restored", read.observed_at, again, known.id)
        if before.fingerprint == prepared.fingerprint:
            self.stats.unchanged += 1
            late = edit_events.overdue(self.db, known, before, read.observed_at)
            if late:
                self._hold("edited", read.observed_at, late[0], known.id, late[1])
        else:
            self._changed(read, prepared, known, before)
        articles.touch_article(self.db, known.id, read.observed_at)

    def _changed(
        self, read: ArticleRead, prepared: Prepared, known: articles.Known,
        before: articles.Revision,
    ) -> None:  # fmt: skip
        """A difference that our own new rules make is kept as such and never published."""
        if before.reader != read.page.extractor_version and self.reread is not None:
            record = self.reread(before)
            if record is not None and (today := fingerprint(record)) != before.fingerprint:
                self.stats.reread += 1
                self._revise(known.id, read, record, today, reader_of=before)
                before = articles.last_revision(self.db, known.id)
        found = change(before.record, prepared.article)
        if found is None:
            self.stats.unchanged += 1
            return
        self._revise(known.id, read, prepared.article, prepared.fingerprint)
        event = edit_events.of_newest(self.db, known.id, found, before.number, read.observed_at)
        if event is None:
            self.stats.folded += 1
        else:
            self.stats.edited += 1
            self._hold("edited", read.observed_at, event[0], known.id, event[1])

    def _revise(
        self, article: int, read: ArticleRead, record: Article, printed: str,
        reader_of: articles.Revision | None = None,
    ) -> int:  # fmt: skip
        """`reader_of`: the revision whose capture our own new rules read otherwise."""
        capture = reader_of.capture if reader_of else None
        if capture is None and read.capture is not None:
            capture = add_capture(self.db, read.capture)
        return articles.add_revision(
            self.db, article, record, cause="reader" if reader_of else "site",
            observed=read.observed_at, run=self.run, capture=capture, reader=read.page.extractor_version,
            fingerprint=printed,
        )  # fmt: skip

    def _moved(self, moved: ArticleMoved, prepared: Prepared) -> None:
        """The same text under another key is a move; another text there means it is gone."""
        article = prepared.article
        known = articles.article_by_id(self.db, moved.article)
        if moved.via == MovedVia.CANONICAL and self._is_moved(article.key):
            return  # pages that name each other: there is no end to follow
        old = articles.last_revision(self.db, known.id).record
        target = self._article(ArticleRead(moved.page, moved.capture, moved.observed_at), prepared)
        if not missing_pages.same_text(old, article):
            if moved.via == MovedVia.REDIRECT:
                reason = Reason(PageReason.REDIRECT_TO_ARTICLE, url=article.url)
                self._missing(
                    ArticleMissing(
                        known.id,
                        moved.url,
                        Outcome.REDIRECT,
                        reason,
                        moved.capture,
                        moved.observed_at,
                    )
                )
            return
        self.stats.moved += 1
        self.stats.rechecked_live += moved.via == MovedVia.REDIRECT and known.status == "live"
        events.take_back(self.db, self.run, target, "new")
        articles.set_status(self.db, known.id, "moved", utc_text(moved.observed_at))
        edited = fingerprint(old) != prepared.fingerprint
        code = PageReason.NOW_AT_AND_EDITED if edited else PageReason.NOW_AT
        summary = describe(Reason(code, url=article.url))
        self._hold(
            "moved", moved.observed_at, summary, known.id,
            {"to_article": target, "to_url": article.url, "via": moved.via},
        )  # fmt: skip

    def _is_moved(self, key: str) -> bool:
        known = articles.find_article(self.db, self.site, key)
        return known is not None and known.status == "moved"

    def _missing(self, missing: ArticleMissing) -> None:
        missing_pages.missing(self.db, self.run, missing, self.stats)

    def _unreadable(self, page: PageUnreadable) -> None:
        self._problem(page.url, page.reason)
        missing_pages.unreadable(self.db, self.site, self.run, page, self.stats)

    def _failed(self, failed: FetchFailed) -> None:
        self._problem(failed.url, failed.reason)
        missing_pages.failed(self.db, self.site, failed, self.stats)

    def _problem(self, url: str, reason: Reason) -> None:
        if len(self.stats.problems) < LISTED_PROBLEMS:
            self.stats.problems.append(Problem(url, reason))

    def _hold(
        self,
        kind: str,
        observed: datetime,
        summary: str,
        article: int,
        detail: dict[str, Any] | None = None,
    ) -> None:
        events.hold_event(self.db, self.run, self.site, kind, observed, summary, article, detail)
