"""After a run: the verdict, the takedowns, the reposts, and the events into the ledger."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from sqlite_utils import Database

from crawlers.discovery import all_sites
from pipelines import reposts, takedowns
from schedules.health import Verdict, judge
from storage import troubles
from storage.database import transaction
from storage.discard import discard_run
from storage.events import held_count, hold_event, publish_run
from storage.home import Home, open_home
from storage.runs import Run, get_run, judge_run, list_runs, unjudged_runs, was_out


@dataclass(frozen=True, slots=True)
class Published:
    run: int
    site: str
    verdict: Verdict
    events: int


def publish(db: Database, home: Home, sites: list[str]) -> list[Published]:
    """Judges every finished run of these sites that has no verdict yet, all in one transaction.

    All runs of a night are judged together, so that a repost finds its original whichever site
    was read first.
    """
    with transaction(db):
        runs = [get_run(db, run) for run in unjudged_runs(db, sites)]
        verdicts = {run.id: _judge(run, home) for run in runs}
        passed = [run for run in runs if verdicts[run.id].name == "passed"]
        for run in runs:
            _settle(db, home, run, verdicts[run.id])
        if passed:
            reposts.mark(db, [run.id for run in passed])
        done = []
        for run in runs:
            count = publish_run(db, run.id) if verdicts[run.id].name in ("passed", "outage") else 0
            done.append(Published(run.id, run.site, verdicts[run.id], count))
    return done


def _judge(run: Run, home: Home) -> Verdict:
    """A site without rules is read generically by design; for any other one that is damage."""
    site = all_sites().get(run.site)
    generic = site is not None and site.generic
    return judge(run.stats, run.kind, home.settings, generic_site=generic)


def _settle(db: Database, home: Home, run: Run, verdict: Verdict) -> None:
    out_before = was_out(db, run.site)
    judge_run(db, run.id, verdict.name, verdict.reason)
    if verdict.name == "passed":
        if out_before:
            _site_event(db, run, "recovered", "the site answers again")
        takedowns.settle(db, run.id, run.site, home.settings)
        return
    troubles.drop_checks(db, run.id)
    if verdict.name == "outage" and not out_before:
        _site_event(db, run, "outage", verdict.reason or "the site does not answer")


def _site_event(db: Database, run: Run, kind: str, summary: str) -> None:
    hold_event(db, run.id, run.site, kind, run.clock or run.ended_at or run.started_at, summary)


def release(db: Database, run_id: int) -> int:
    """Lets a held run's events out on a person's word; returns how many. Raises ValueError."""
    with transaction(db):
        run = _held(db, run_id)
        reposts.mark(db, [run.id])
        judge_run(db, run.id, "released", run.reason)
        return publish_run(db, run.id)


def discard(db: Database, run_id: int) -> int:
    """Takes back all that a held run read; returns how many events. Raises ValueError."""
    with transaction(db):
        run = _held(db, run_id)
        if list_runs(db, run.site, most=1)[0].id != run.id:
            raise ValueError(
                f"run {run_id} is not the newest of {run.site}: later ones stand on it"
            )
        count = held_count(db, run.id)
        discard_run(db, run.id)
        judge_run(db, run.id, "discarded", run.reason)
    return count


def _held(db: Database, run_id: int) -> Run:
    run = get_run(db, run_id)
    if run.verdict != "held":
        raise ValueError(f"run {run_id} is not held, it {_state(run)}; tinwatch runs lists them")
    return run


def _state(run: Run) -> str:
    return f"was judged {run.verdict}" if run.verdict else f"is {run.state}"


class PublishOnClose:
    """Scrapy extension: `scrapy crawl SITE` publishes its run as a night would."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        if crawler.settings.getbool("PUBLISH_ON_CLOSE"):
            crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        home = open_home(self.crawler.settings["TINWATCH_HOME"])
        with closing(home.database()) as db:
            publish(db, home, [self.crawler.spidercls.name])
