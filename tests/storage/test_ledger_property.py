"""The ledger under any interleaving of runs, verdicts, releases, deaths and readers."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from storage.articles.repository import add_article
from storage.articles.rollback import Rollback, roll_back
from storage.db.connection import open_database, transaction
from storage.events import ledger as events
from storage.events.filters import EventFilter, matching_events
from storage.models import Article
from storage.run_stats import RunStats
from storage.runs import repository as runs
from storage.runs.sites import SiteFacts, register_site

NIGHT = datetime(2025, 4, 7, 18, 30, tzinfo=UTC)
SITES = ("alpha", "beta")
CONSUMERS = 2
LETS_OUT = ("passed", "outage")
pick = st.integers(0, 99)
verdicts = st.sampled_from(["passed", "held", "failed", "outage", "passed", "held"])
seldom = st.integers(0, 7).map(lambda number: number == 7)


class Killed(BaseException):
    """The process dies here: what was not committed is gone."""


class Ledger(RuleBasedStateMachine):
    """The database beside a model of it: what waits for each run, and what was published."""

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory()
        self.db = open_database(Path(self.folder.name) / "tinwatch.db")
        self.written = 0
        self.site: dict[int, str] = {}
        self.state: dict[int, str] = {}
        self.waiting: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
        self.published: list[str] = []
        self.dropped: set[str] = set()
        self.cursors = [0] * CONSUMERS
        self.seen: list[list[str]] = [[] for _ in range(CONSUMERS)]
        for site in SITES:
            facts = SiteFacts(site, site, "p", "newspaper", "P", "live", "1")
            register_site(self.db, facts)
        first = runs.start_run(self.db, "alpha", "crawl", NIGHT, None)
        blank: dict[str, Any] = dict.fromkeys(Article.__dataclass_fields__, ())
        record = Article(**{**blank, "site": "alpha", "title": "Tựa", "url": None, "key": ""})
        with transaction(self.db):
            self.articles: list[int | None] = [None]
            for key in "12":
                object.__setattr__(record, "key", key)
                self.articles.append(add_article(self.db, record, first, NIGHT, checked=NIGHT))
        runs.finish_run(self.db, first, NIGHT, RunStats(), listings_complete=True)
        runs.set_verdict(self.db, first, "passed", None)

    def teardown(self) -> None:
        if not hasattr(self, "db"):
            return
        for consumer in range(CONSUMERS):
            self.read(consumer, None)
            assert self.seen[consumer] == self.published
        assert not self.dropped & set(self.published)
        self.db.close()
        self.folder.cleanup()

    def chosen(self, number: int, *states: str) -> int | None:
        """One of the runs in these states."""
        fitting = [run for run, state in self.state.items() if state in states]
        return fitting[number % len(fitting)] if fitting else None

    def model_publish(self, run: int) -> None:
        waiting = sorted(self.waiting.pop(run, []), key=lambda w: (w[0] is not None, w[0] or 0))
        self.published += [summary for _, summary in waiting]

    @rule(site=st.sampled_from(SITES))
    def begin(self, site: str) -> None:
        """A run takes over what a dead or a failed one left."""
        run = runs.start_run(self.db, site, "crawl", NIGHT, None)
        for other in [r for r, s in self.site.items() if s == site]:
            if self.state[other] in ("running", "failed"):
                self.waiting[run] += self.waiting.pop(other, [])
            if self.state[other] == "running":
                self.state[other] = "interrupted"
        self.site[run], self.state[run] = site, "running"

    @rule(number=pick, article=pick, size=st.integers(0, 6), dies=seldom)
    def hold(self, number: int, article: int, size: int, dies: bool) -> None:
        run = self.chosen(number, "running")
        if run is None:
            self.begin(SITES[number % 2])
            run = max(self.site)
        batch = [(self.articles[(article + n) % 3], f"việc {self.written + n}")
                 for n in range(size)]  # fmt: skip
        self.written += size
        try:
            with transaction(self.db):
                for about, summary in batch:
                    events.add_pending_event(
                        self.db, run, self.site[run], "new", NIGHT, summary, about
                    )
                if dies:
                    raise Killed
            self.waiting[run] += batch
        except Killed:
            self.dropped |= {summary for _, summary in batch}

    @rule(number=pick, verdict=verdicts, dies=seldom)
    def end(self, number: int, verdict: str, dies: bool) -> None:
        run = self.chosen(number, "running")
        if run is None:
            return
        runs.finish_run(self.db, run, NIGHT, RunStats(), listings_complete=True)
        self.state[run] = "finished"
        self.judge(run, verdict, dies)

    @rule(number=pick, verdict=st.sampled_from(["passed", "held"]))
    def judge_later(self, number: int, verdict: str) -> None:
        """The process died between a run's end and its verdict."""
        run = self.chosen(number, "finished")
        if run is not None:
            self.judge(run, verdict, dies=False)

    def judge(self, run: int, verdict: str, dies: bool) -> None:
        try:
            with transaction(self.db):
                runs.set_verdict(self.db, run, verdict, None)
                if verdict in LETS_OUT:
                    events.publish_run(self.db, run)
                if dies:
                    raise Killed
        except Killed:
            return
        self.state[run] = verdict
        if verdict in LETS_OUT:
            self.model_publish(run)

    @rule(number=pick, dies=seldom)
    def release(self, number: int, dies: bool) -> None:
        run = self.chosen(number, "held")
        if run is None:
            return
        expected = len(self.waiting.get(run, []))
        try:
            with transaction(self.db):
                runs.set_verdict(self.db, run, "released", None)
                assert events.publish_run(self.db, run) == expected
                if dies:
                    raise Killed
        except Killed:
            return
        self.state[run] = "released"
        self.model_publish(run)
        let_out = list(events.events(self.db, run=run))[-expected:] if expected else []
        assert all(event.id > max(self.cursors) for event in let_out)

    @rule(number=pick, dies=seldom)
    def discard(self, number: int, dies: bool) -> None:
        run = self.chosen(number, "held")
        if run is None or any(r > run and s == self.site[run] for r, s in self.site.items()):
            return
        try:
            with transaction(self.db):
                roll_back(self.db, Rollback.of(self.db, [run]))
                runs.set_verdict(self.db, run, "discarded", None)
                if dies:
                    raise Killed
        except Killed:
            return
        self.state[run] = "discarded"
        self.dropped |= {summary for _, summary in self.waiting.pop(run, [])}

    @precondition(lambda self: self.published)
    @rule(consumer=st.integers(0, CONSUMERS - 1), most=st.integers(1, 4) | st.none())
    def read(self, consumer: int, most: int | None) -> None:
        """A consumer reads on behind the last id that it knows, and may stop anywhere."""
        page = list(
            islice(
                matching_events(
                    self.db, EventFilter(historical=True), since=self.cursors[consumer]
                ),
                most,
            )
        )
        self.seen[consumer] += [event.summary for event in page]
        self.cursors[consumer] = page[-1].id if page else self.cursors[consumer]

    @invariant()
    def the_database_is_as_the_model(self) -> None:
        if not hasattr(self, "db"):
            return
        ledger = list(events.events(self.db))
        assert [event.summary for event in ledger] == self.published
        assert all(a.id < b.id for a, b in pairwise(ledger))
        for run in self.site:
            assert events.pending_count(self.db, run) == len(self.waiting.get(run, []))
        for seen in self.seen:
            assert seen == self.published[: len(seen)]
        counted = self.db.execute("SELECT site, kind, events FROM event_counts").fetchall()
        assert {(site, kind): n for site, kind, n in counted} == Counter(
            (event.site, event.kind) for event in ledger
        )
        held = self.db.execute("SELECT summary FROM pending_events").fetchall()
        assert not {row[0] for row in held} & (self.dropped | set(self.published))


Ledger.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestLedger = Ledger.TestCase
