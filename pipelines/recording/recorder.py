"""Recording of observations: comparison with the stored articles, in batched transactions.

The recorder owns a run from start to end. If the process is killed, every observation is either
stored completely or not at all; the next run continues.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pipelines.boilerplate.detector import MAX_COUNTED_PAGES, Zone
from pipelines.boilerplate.rechecked import RecheckedLines
from pipelines.boilerplate.store import current_boilerplate, update_boilerplate
from pipelines.changes import edit_events
from pipelines.changes.classify import edit_between
from pipelines.changes.fingerprint import fingerprint
from pipelines.changes.pending_edits import Reparse, refresh_pending_edits
from pipelines.changes.same_text import same_text
from pipelines.history.late import ArticleHistory, ExtractedCapture, RunContext, sighting_of
from pipelines.items import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    FetchFailed,
    MovedVia,
    Observation,
    PageFetched,
    PageUnreadable,
    PastMiss,
)
from pipelines.recording import missing_pages
from pipelines.recording.prepared import PreparedArticle, normalised, prepare_new_article
from pipelines.recording.run_journal import RebuiltRun, uncaptured, write_run
from pipelines.recording.source_counts import RunSources, add_run, source_verdicts
from pipelines.stories.sentences import SHINGLE_RULES_VERSION
from storage.archive.captures import add_capture, save_newest_capture
from storage.archive.writer import CaptureWriter
from storage.articles import canaries
from storage.articles import repository as articles
from storage.articles import revisions as article_revisions
from storage.checks.failed_checks import CheckOutcome, redirected_articles
from storage.checks.listing_positions import save_listing_positions
from storage.checks.retry_queue import remove_retry
from storage.checks.sightings import add_early_miss, add_sighting, adopt_early_misses
from storage.config import Settings
from storage.db.connection import Database, from_utc_text, transaction, utc_text
from storage.events import ledger as events
from storage.events.pending import pending_events_of_runs
from storage.messages import describe
from storage.messages.reasons_pages import PageReason
from storage.models import Article, ArticleStatus, EventKind, RevisionCause
from storage.reasons import Reason
from storage.run_stats import Problem, RunStats
from storage.runs.repository import RunKind, finish_run, start_run
from storage.stories.pending_shingles import save_pending_positions

MAX_BATCH_OBSERVATIONS = 50
MAX_BATCH_SECONDS = 5.0
MAX_LISTED_PROBLEMS = 200
NO_LISTINGS: Mapping[str, Sequence[str]] = {}


class Recorder:
    """Writes the observations of a run.

    A crawl's observations are the newest of their articles. Those of an import are put into the
    history by the time of their capture (pipelines/history/).
    """

    def __init__(
        self,
        db: Database,
        site: str,
        kind: RunKind,
        captures: CaptureWriter,
        *,
        clock: datetime | None = None,
        batch: str = "",
        reparse: Reparse | None = None,
        rebuilt: RebuiltRun | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.db = db
        self.site = site
        self.kind = kind
        self.captures = captures
        self.reparse = reparse
        self.rebuilt = rebuilt  # set if the run is rebuilt: the journal has it already
        number = rebuilt.run if rebuilt else None
        now = datetime.now(UTC)
        self.run = start_run(db, site, kind, now, clock, batch, number)
        self.past = RunContext(
            db, self.run, site, (rebuilt and rebuilt.started_at) or now, captures.folder,
            settings or Settings(), reparse,
        )  # fmt: skip
        self.uncaptured: list[dict[str, Any]] = []  # for the journal
        self.stats = RunStats()
        self.new_pages: list[list[tuple[Zone, str]]] = []  # for the boilerplate detector
        self.rechecked = RecheckedLines()
        self.sources = RunSources()
        self._batch: list[tuple[Observation, PreparedArticle | None]] = []
        self._batch_started = 0.0

    def record(self, observation: Observation, prepared: PreparedArticle | None = None) -> None:
        """Add an observation to the batch, and write the batch if it is full or old.

        `prepared`: of the page that was read, if another process did it.
        """
        if prepared is None and isinstance(observation, ArticleRead | ArticleMoved):
            prepared = self._prepare(observation)
        if not self._batch:
            self._batch_started = time.monotonic()
        self._batch.append((observation, prepared))
        age = time.monotonic() - self._batch_started
        if len(self._batch) >= MAX_BATCH_OBSERVATIONS or age > MAX_BATCH_SECONDS:
            self.flush()

    def _prepare(self, read: ArticleRead | ArticleMoved) -> PreparedArticle:
        is_stored = isinstance(read, ArticleRead) and read.is_stored
        if is_stored or self.kind == RunKind.IMPORT:  # the clusterer computes those of an import
            return normalised(read.page)
        return prepare_new_article(read.page)

    def flush(self) -> None:
        """Write the batch in one transaction."""
        if not self._batch:
            return
        self.captures.sync()
        stats, entries, pages = self.stats.copy(), len(self.uncaptured), len(self.new_pages)
        sources = self.sources.copy()
        try:
            with transaction(self.db):
                for observation, prepared in self._batch:
                    self._apply(observation, prepared)
        except BaseException:  # the batch may be written again
            self.stats, self.sources = stats, sources
            del self.uncaptured[entries:]
            del self.new_pages[pages:]
            raise
        self._batch.clear()
        del self.new_pages[:-MAX_COUNTED_PAGES]

    def finish(
        self,
        fetched: RunStats,
        *,
        listings_complete: bool,
        listings: Mapping[str, Sequence[str]] = NO_LISTINGS,
    ) -> None:
        """Finish the run.

        Args:
            fetched: statistics of the spider, merged with those of the recorder
            listings: listing URL -> article keys in order, for comparison in the next run
        """
        self.flush()
        stats = fetched.merged(self.stats)
        with transaction(self.db):
            before = current_boilerplate(self.db, self.site)
            found = update_boilerplate(self.db, self.site, self.new_pages, self.rechecked)
            stats.template = found.version
            if found.version != before.version:
                self._drop_edits_of_template(stats)
            add_run(self.db, self.site, self.sources)
            stats.canaries = canaries.check_canaries(self.db, self.site, self.run)
            save_listing_positions(self.db, self.site, listings)
            finish_run(
                self.db, self.run, datetime.now(UTC), stats, listings_complete=listings_complete
            )
            if self.rebuilt is None:  # in the transaction, so that every finished run has its line
                write_run(self.db, self.run, self.captures, self.uncaptured)

    def _drop_edits_of_template(self, stats: RunStats) -> None:
        """Delete the run's edits that disappear with the boilerplate that it found."""
        if self.reparse is None or not stats.edited:
            return
        refresh_pending_edits(self.db, self.site, self.reparse)
        pending = pending_events_of_runs(self.db, [self.run], [EventKind.EDITED])
        dropped = max(stats.edited - len(list(pending)), 0)
        stats.edited -= dropped
        stats.unchanged += dropped

    def _apply(self, observation: Observation, prepared: PreparedArticle | None) -> None:
        self.uncaptured += uncaptured(self.db, observation)
        match observation:
            case ArticleRead():
                assert prepared is not None
                self._record_article(observation, prepared)
            case ArticleMoved():
                assert prepared is not None
                self._record_move(observation, prepared)
            case ArticleMissing():
                self._record_missing(observation)
            case PastMiss():
                self._record_past_miss(observation)
            case PageUnreadable():
                self._record_unreadable(observation)
            case FetchFailed():
                self._record_failure(observation)
            case PageFetched():
                save_newest_capture(self.db, observation.capture)

    def _record_article(self, read: ArticleRead, prepared: PreparedArticle) -> int:
        article = prepared.article
        self.stats.read += 1
        self.stats.generic += read.page.extractor_version.endswith(".generic")
        self.stats.broken_fields.update(f for f, s in article.fields.items() if s.state == "broken")
        self.stats.disputed_fields.update(read.page.disputed_fields())
        self.stats.coverage.add(article.fields)
        self.sources.add(read.page.rules_version, source_verdicts(read.page, article))
        remove_retry(self.db, self.site, article.key)
        stored = articles.find_article(self.db, self.site, article.key)
        if self.kind == RunKind.IMPORT:
            article_id = self._record_past(read, prepared, stored)
        elif stored is None:
            article_id = self._record_new(read, prepared)
        else:
            article_id = stored.id
            self._record_stored(read, prepared, stored)
        self._add_aliases(read, article, article_id)
        if read.capture is not None:
            save_newest_capture(self.db, read.capture)
        return article_id

    def _add_aliases(self, read: ArticleRead, article: Article, article_id: int) -> None:
        for url in read.other_urls:
            if url != article.url:
                articles.add_alias(self.db, self.site, url, article_id)

    def _record_new(self, read: ArticleRead, prepared: PreparedArticle) -> int:
        article_id = self._add_article(read, prepared)
        revision = self._add_revision(article_id, read, prepared.article, prepared.fingerprint)
        self._save_shingles(article_id, revision, prepared)
        self._add_sighting(article_id, read, revision)
        self._add_event(EventKind.NEW, read.observed_at, prepared.article.title, article_id)
        return article_id

    def _add_article(self, read: ArticleRead, prepared: PreparedArticle) -> int:
        article = prepared.article
        self.stats.new += 1
        if self.kind != RunKind.IMPORT:  # what they teach would depend on their order
            self.new_pages.append(read.page.zones)
        seen = read.capture.captured_at if read.capture is not None else read.observed_at
        number = self.rebuilt.article_ids.get(article.key) if self.rebuilt else None
        return articles.add_article(
            self.db, article, self.run, seen, checked=read.observed_at, number=number
        )

    def _save_shingles(self, article: int, revision: int, prepared: PreparedArticle) -> None:
        if prepared.shingle_positions is not None:
            save_pending_positions(
                self.db, article, revision, SHINGLE_RULES_VERSION, prepared.shingle_positions
            )

    def _add_sighting(self, article: int, read: ArticleRead, revision: int) -> None:
        sighting = sighting_of(
            read.capture, read.observed_at, revision, self.run, doubtful=read.doubtful
        )
        add_sighting(self.db, article, sighting)

    def _record_past(
        self, read: ArticleRead, prepared: PreparedArticle, stored: articles.StoredArticle | None
    ) -> int:
        """Put a capture into the history of its article. Return the article's id."""
        record = prepared.article
        redirected = self._redirected_to(read, record, stored)
        article = stored.id if stored else self._add_article(read, prepared)
        adopt_early_misses(self.db, self.site, record.key, article)
        history = ArticleHistory(self.past, article)
        moment = utc_text(read.observed_at)
        newest = history.sightings[-1].observed_at if history.sightings else ""
        is_older = moment < newest
        self.stats.older += is_older
        extracted = ExtractedCapture(
            record, prepared.fingerprint, read.page.extractor_version, read.observed_at,
            read.capture, read.doubtful,
        )  # fmt: skip
        differs = history.insert(extracted)
        if stored is not None and record.url:
            if (moment, record.url) > (newest, stored.url or ""):
                articles.set_newest_url(self.db, stored, record.url)
            elif record.url != stored.url:
                articles.add_alias(self.db, self.site, record.url, article)
        self.stats.unchanged += not differs
        events = history.settle()
        self.stats.edited += events[EventKind.EDITED]
        self.stats.restored += events[EventKind.RESTORED]
        self._add_aliases(read, record, article)
        for other in redirected:  # they have moved here, or not, by the text that is here now
            other.settle()
        return article

    def _redirected_to(
        self, read: ArticleRead, record: Article, stored: articles.StoredArticle | None
    ) -> list[ArticleHistory]:
        """Return the histories, before this capture, of articles that were redirected to it."""
        urls = {record.url, *read.other_urls}
        if stored is not None:
            urls |= {stored.url, *articles.aliases_of(self.db, stored.id)}
        found = redirected_articles(self.db, filter(None, urls))
        return [
            ArticleHistory(self.past, article)
            for article in found
            if stored is None or article != stored.id
        ]

    def _record_past_miss(self, miss: PastMiss) -> None:
        """Record that a capture of the past shows no article at its URL."""
        self.stats.missing += 1
        at = utc_text(miss.observed_at)
        capture = add_capture(self.db, miss.capture) if miss.capture else None
        add_early_miss(
            self.db, self.site, miss.key, self.run, at, miss.outcome, miss.reason, capture
        )
        if miss.capture is not None:
            save_newest_capture(self.db, miss.capture)
        stored = articles.find_article(self.db, self.site, miss.key)
        if stored is not None:
            history = ArticleHistory(self.past, stored.id)
            adopt_early_misses(self.db, self.site, miss.key, stored.id)
            history.settle()

    def _record_stored(
        self, read: ArticleRead, prepared: PreparedArticle, stored: articles.StoredArticle
    ) -> None:
        before = article_revisions.last_revision(self.db, stored.id)
        if read.observed_at < from_utc_text(before.observed_at):
            self.stats.older += 1  # an older capture than the current revision
            return
        self.stats.rechecked_live += stored.status == ArticleStatus.LIVE
        self.rechecked.articles += 1
        if stored.status == ArticleStatus.SUSPECT:
            self.stats.answered_again.append(stored.url or stored.key)
        if stored.status in (ArticleStatus.REMOVED, ArticleStatus.MOVED):
            self.stats.restored += 1
            summary = f"back again: {prepared.article.title}"
            self._add_event(EventKind.RESTORED, read.observed_at, summary, stored.id)
        self._record_new_url(read, prepared.article, stored)
        if before.fingerprint == prepared.fingerprint:
            self.stats.unchanged += 1
            self._add_sighting(stored.id, read, before.number)
            overdue = edit_events.overdue_event(self.db, stored, before, read.observed_at)
            if overdue:
                self._add_event(
                    EventKind.EDITED, read.observed_at, overdue.summary, stored.id, overdue.detail
                )
        else:
            self._record_change(read, prepared, stored, before)
        articles.touch_article(self.db, stored.id, read.observed_at)

    def _record_new_url(
        self, read: ArticleRead, article: Article, stored: articles.StoredArticle
    ) -> None:
        """Record that an article has moved and kept its key. Another query is no other address."""
        if read.problem is not None:
            self._list_problem(stored.url or stored.key, read.problem)
        old, new = stored.url or "", article.url or ""
        if read.moved_via is None or not new or urlsplit(old).path == urlsplit(new).path:
            return
        self.stats.moved += 1
        articles.set_url(self.db, stored.id, new)
        if old:
            articles.add_alias(self.db, self.site, old, stored.id)
        summary = describe(Reason(PageReason.NOW_AT, url=new))
        detail = {
            "to_article": stored.id, "from_url": old, "to_url": new, "via": read.moved_via,
        }  # fmt: skip
        self._add_event(EventKind.MOVED, read.observed_at, summary, stored.id, detail)

    def _record_change(
        self, read: ArticleRead, prepared: PreparedArticle, stored: articles.StoredArticle,
        before: article_revisions.Revision,
    ) -> None:  # fmt: skip
        """Record a different text.

        A difference made by a new extractor version is stored as such and never published. If the
        old capture cannot be parsed again, nobody knows who made the difference: it is our error.
        """
        if before.extractor_version != read.page.extractor_version and self.reparse is not None:
            reparsed = self.reparse(before)
            record = reparsed[1] if reparsed else None
            if record is None and edit_between(before.record, prepared.article) is not None:
                self._record_unparsable(read, prepared, stored)
                return
            if record is not None and (digest := fingerprint(record)) != before.fingerprint:
                self.stats.reread += 1
                self._add_revision(stored.id, read, record, digest, before, RevisionCause.EXTRACTOR)
                before = article_revisions.last_revision(self.db, stored.id)
        edit = edit_between(before.record, prepared.article)
        if edit is None:
            self.stats.unchanged += 1
            self._add_sighting(stored.id, read, before.number)
            return
        self.rechecked.add_change(before.record, prepared.article)
        number = self._add_revision(stored.id, read, prepared.article, prepared.fingerprint)
        self._add_sighting(stored.id, read, number)
        event = edit_events.newest_edit_event(
            self.db, stored.id, edit, before.number, read.observed_at
        )
        if event is None:
            self.stats.folded += 1
        else:
            self.stats.edited += 1
            self._add_event(
                EventKind.EDITED, read.observed_at, event.summary, stored.id, event.detail
            )

    def _record_unparsable(
        self, read: ArticleRead, prepared: PreparedArticle, stored: articles.StoredArticle
    ) -> None:
        """Store the current content as one of our rules, and report the old capture."""
        self.stats.unparsable += 1
        url = read.page.url or stored.url or stored.key
        self._list_problem(url, Reason(PageReason.CAPTURE_UNPARSABLE))
        number = self._add_revision(
            stored.id, read, prepared.article, prepared.fingerprint, cause=RevisionCause.EXTRACTOR
        )
        self._add_sighting(stored.id, read, number)

    def _add_revision(
        self, article: int, read: ArticleRead, record: Article, digest: str,
        reparsed_from: article_revisions.Revision | None = None,
        cause: RevisionCause = RevisionCause.SITE,
    ) -> int:  # fmt: skip
        """Add a revision.

        `reparsed_from`: the revision whose capture a new extractor version read differently.
        """
        capture, observed = None, read.observed_at
        if reparsed_from is not None:  # the page is the same, and so is its time
            capture, observed = reparsed_from.capture, from_utc_text(reparsed_from.observed_at)
        if capture is None and read.capture is not None:
            capture = add_capture(self.db, read.capture)
        return article_revisions.add_revision(
            self.db, article, record,
            cause=cause, observed=observed, run=self.run, capture=capture,
            extractor_version=read.page.extractor_version, fingerprint=digest,
        )  # fmt: skip

    def _record_move(self, moved: ArticleMoved, prepared: PreparedArticle) -> None:
        """Record a move if the new page has the same text; otherwise the article is missing."""
        article = prepared.article
        stored = articles.article_by_id(self.db, moved.article)
        if moved.via == MovedVia.CANONICAL and self._is_moved(article.key):
            return  # two pages with each other as canonical URL: do not follow the cycle
        old = article_revisions.last_revision(self.db, stored.id).record
        target = self._record_article(
            ArticleRead(moved.page, moved.capture, moved.observed_at), prepared
        )
        if not same_text(old, article):
            if moved.via == MovedVia.REDIRECT:
                reason = Reason(PageReason.REDIRECT_TO_ARTICLE, url=article.url)
                self._record_missing(
                    ArticleMissing(
                        stored.id,
                        moved.url,
                        CheckOutcome.REDIRECT,
                        reason,
                        moved.capture,
                        moved.observed_at,
                    )
                )
            return
        self.stats.moved += 1
        is_live = stored.status == ArticleStatus.LIVE
        self.stats.rechecked_live += moved.via != MovedVia.CANONICAL and is_live
        events.retract_pending_event(self.db, self.run, target, EventKind.NEW)
        articles.set_status(self.db, stored.id, ArticleStatus.MOVED, utc_text(moved.observed_at))
        edited = edit_between(old, article) is not None
        code = PageReason.NOW_AT_AND_EDITED if edited else PageReason.NOW_AT
        summary = describe(Reason(code, url=article.url))
        self._add_event(
            EventKind.MOVED, moved.observed_at, summary, stored.id,
            {"to_article": target, "to_url": article.url, "via": moved.via},
        )  # fmt: skip

    def _is_moved(self, key: str) -> bool:
        stored = articles.find_article(self.db, self.site, key)
        return stored is not None and stored.status == ArticleStatus.MOVED

    def _record_missing(self, missing: ArticleMissing) -> None:
        missing_pages.record_missing(self.db, self.run, missing, self.stats)

    def _record_unreadable(self, page: PageUnreadable) -> None:
        self._list_problem(page.url, page.reason)
        missing_pages.record_unreadable(self.db, self.site, self.run, page, self.stats)

    def _record_failure(self, failed: FetchFailed) -> None:
        self._list_problem(failed.url, failed.reason)
        missing_pages.record_failed(self.db, self.site, failed, self.stats)

    def _list_problem(self, url: str, reason: Reason) -> None:
        if len(self.stats.problems) < MAX_LISTED_PROBLEMS:
            self.stats.problems.append(Problem(url, reason))

    def _add_event(
        self,
        kind: str,
        observed: datetime,
        summary: str,
        article: int,
        detail: dict[str, Any] | None = None,
    ) -> None:
        events.add_pending_event(
            self.db, self.run, self.site, kind, observed, summary, article, detail
        )
