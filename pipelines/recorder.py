"""Observations into the database: compared with what is known, in one transaction a batch.

The recorder owns a run from its start to its end. Killed at any moment it leaves a database in
which every observation is either whole or not there; the next run takes up the rest.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from pipelines.change import change
from pipelines.fingerprint import fingerprint, passages
from pipelines.normalise import normalise
from pipelines.observations import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    FetchFailed,
    Observation,
    PageFetched,
    PageUnreadable,
)
from pipelines.template import Zone
from pipelines.template_store import learn_pages
from storage import articles, events, passages_index, troubles
from storage.captures import Capture, CaptureWriter, add_capture, remember_payload
from storage.database import from_utc_text, transaction, utc_text
from storage.records import Article
from storage.runs import finish_run, start_run

BATCH = 50
BATCH_SECONDS = 5.0
FLAPPING = timedelta(hours=24)  # A-B-A within this time is one event
LISTED_PROBLEMS = 200

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
    ) -> None:
        self.db = db
        self.site = site
        self.captures = captures
        self.reread = reread
        self.run = start_run(db, site, kind, datetime.now(UTC), clock, night)
        self.counts: Counter[str] = Counter()
        self.problems: list[dict[str, str]] = []
        self.broken: Counter[str] = Counter()
        self.pages: list[list[tuple[Zone, str]]] = []  # of new articles, for the template memory
        self._batch: list[tuple[Observation, Article | None]] = []
        self._batch_began = 0.0

    def record(self, observation: Observation) -> None:
        """Takes one observation; writes when the batch is full or old."""
        article = None
        if isinstance(observation, ArticleRead | ArticleMoved):
            article = normalise(observation.page)
        if not self._batch:
            self._batch_began = time.monotonic()
        self._batch.append((observation, article))
        age = time.monotonic() - self._batch_began
        if len(self._batch) >= BATCH or age > BATCH_SECONDS:
            self.flush()

    def flush(self) -> None:
        if not self._batch:
            return
        self.captures.sync()
        counts, broken, problems = Counter(self.counts), Counter(self.broken), [*self.problems]
        try:
            with transaction(self.db):
                for observation, article in self._batch:
                    self._apply(observation, article)
        except BaseException:
            self.counts, self.broken, self.problems = counts, broken, problems
            raise
        self._batch.clear()

    def finish(self, stats: dict[str, Any], *, swept: bool) -> None:
        """Ends the run. `stats` are the fetcher's own counts, kept beside ours."""
        self.flush()
        kept = {
            **stats,
            **dict(self.counts),
            "broken_fields": dict(self.broken),
            "problems": self.problems,
        }
        with transaction(self.db):
            learn_pages(self.db, self.site, self.pages)
            finish_run(self.db, self.run, datetime.now(UTC), kept, swept=swept)

    def _apply(self, observation: Observation, article: Article | None) -> None:
        match observation:
            case ArticleRead():
                assert article is not None
                self._article(observation, article)
            case ArticleMoved():
                assert article is not None
                self._moved(observation, article)
            case ArticleMissing():
                self._missing(observation)
            case PageUnreadable():
                self._unreadable(observation)
            case FetchFailed():
                self._failed(observation)
            case PageFetched():
                remember_payload(self.db, observation.capture)

    def _article(self, read: ArticleRead, article: Article) -> int:
        self.counts["read"] += 1
        self.counts["generic"] += read.page.reader.endswith(".generic")
        self.broken.update(f for f, s in article.fields.items() if s.state == "broken")
        troubles.no_longer_wanted(self.db, self.site, article.key)
        known = articles.find_article(self.db, self.site, article.key)
        if known is None:
            identity = self._new(read, article)
        else:
            identity = known.id
            self._known(read, article, known)
        for url in read.found_at:
            if url != article.url:
                articles.add_alias(self.db, self.site, url, identity)
        if read.capture is not None:
            remember_payload(self.db, read.capture)
        return identity

    def _new(self, read: ArticleRead, article: Article) -> int:
        self.counts["new"] += 1
        seen = _seen(read.capture, read.observed_at)
        identity = articles.add_article(self.db, article, self.run, seen, checked=read.observed_at)
        self._revise(identity, read, article, "site")
        self.pages.append(read.page.zones)
        self._hold("new", read.observed_at, article.title, identity)
        return identity

    def _known(self, read: ArticleRead, article: Article, known: articles.Known) -> None:
        before = articles.last_revision(self.db, known.id)
        if read.observed_at < from_utc_text(before.observed_at):
            self.counts["older"] += 1  # an old capture says nothing about what is there now
            return
        if known.status in ("removed", "moved"):
            self.counts["restored"] += 1
            self._hold("restored", read.observed_at, f"back again: {article.title}", known.id)
        if before.fingerprint == fingerprint(article):
            self.counts["unchanged"] += 1
        else:
            self._changed(read, article, known, before)
        articles.touch_article(self.db, known.id, read.observed_at)

    def _changed(
        self,
        read: ArticleRead,
        article: Article,
        known: articles.Known,
        before: articles.Revision,
    ) -> None:
        """A difference that our own new rules make is kept as such and never published."""
        if before.reader != read.page.reader and self.reread is not None:
            record = self.reread(before)
            if record is not None and fingerprint(record) != before.fingerprint:
                self.counts["reread"] += 1
                self._revise(known.id, read, record, "reader", capture=before.capture)
                before = articles.last_revision(self.db, known.id)
        found = change(before.record, article)
        if found is None:
            self.counts["unchanged"] += 1
            return
        self.counts["edited"] += 1
        number = self._revise(known.id, read, article, "site")
        if self._flaps(known.id, number, read.observed_at):
            return
        detail = {**found.as_detail(), "from_revision": before.number, "to_revision": number}
        self._hold("edited", read.observed_at, found.summary, known.id, detail)

    def _flaps(self, article: int, number: int, observed: datetime) -> bool:
        """Whether this edit takes back the one before, within a day (A-B-A)."""
        if number < 3:
            return False
        *_, first, second, third = articles.revisions(self.db, article)
        recent = observed - from_utc_text(second.observed_at) <= FLAPPING
        return recent and first.fingerprint == third.fingerprint

    def _revise(
        self,
        article: int,
        read: ArticleRead,
        record: Article,
        cause: str,
        capture: int | None = None,
    ) -> int:
        if capture is None and read.capture is not None:
            capture = add_capture(self.db, read.capture)
        passages_index.replace_passages(self.db, article, passages(record))
        return articles.add_revision(
            self.db,
            article,
            record,
            cause=cause,
            observed=read.observed_at,
            run=self.run,
            capture=capture,
            reader=read.page.reader,
            fingerprint=fingerprint(record),
        )

    def _moved(self, moved: ArticleMoved, article: Article) -> None:
        """The same text under another key is a move; another text there means it is gone."""
        old = articles.last_revision(self.db, moved.article)
        same = old.record.body == article.body or fingerprint(old.record) == fingerprint(article)
        target = self._article(ArticleRead(moved.page, moved.capture, moved.observed_at), article)
        if not same:
            detail = f"redirect to another article: {article.url}"
            self._missing(
                ArticleMissing(
                    moved.article, moved.url, "redirect", detail, moved.capture, moved.observed_at
                )
            )
            return
        self.counts["moved"] += 1
        events.take_back(self.db, self.run, target, "new")
        articles.set_status(self.db, moved.article, "moved", utc_text(moved.observed_at))
        self._hold(
            "moved", moved.observed_at, f"now at {article.url}", moved.article,
            {"to_article": target, "to_url": article.url},
        )  # fmt: skip

    def _missing(self, missing: ArticleMissing) -> None:
        self.counts["missing"] += 1
        capture = add_capture(self.db, missing.capture) if missing.capture else None
        if missing.capture is not None:
            remember_payload(self.db, missing.capture)
        troubles.add_check(
            self.db, missing.article, self.run, missing.observed_at, missing.outcome,
            missing.detail, capture,
        )  # fmt: skip

    def _unreadable(self, page: PageUnreadable) -> None:
        self.counts["quarantined"] += 1
        self._problem(page.url, page.reason)
        capture = add_capture(self.db, page.capture) if page.capture else None
        troubles.quarantine(
            self.db, self.site, page.url, self.run, page.observed_at, page.reason, capture
        )
        if page.key and not page.known:
            troubles.want(self.db, self.site, page.key, page.url, page.observed_at, page.reason)

    def _failed(self, failed: FetchFailed) -> None:
        self._problem(failed.url, failed.reason)
        count = "listings_failed" if failed.listing else "failed"
        if failed.refused:  # by robots.txt: asking again would be rude, and nothing is ill
            self.counts["refused"] += 1
            return
        if failed.key and not failed.known:
            tries = troubles.want(
                self.db, self.site, failed.key, failed.url, failed.observed_at, failed.reason
            )
            if tries > 1:  # it failed before, which tells nothing of the site's health tonight
                count = "failed_again"
        self.counts[count] += 1

    def _problem(self, url: str, reason: str) -> None:
        if len(self.problems) < LISTED_PROBLEMS:
            self.problems.append({"url": url, "reason": reason})

    def _hold(
        self,
        kind: str,
        observed: datetime,
        summary: str,
        article: int,
        detail: dict[str, Any] | None = None,
    ) -> None:
        events.hold_event(self.db, self.run, self.site, kind, observed, summary, article, detail)


def _seen(capture: Capture | None, observed: datetime) -> datetime:
    return capture.captured_at if capture is not None else observed
