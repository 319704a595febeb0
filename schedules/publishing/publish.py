"""After a run: the verdict, the takedowns, the reposts, and the events into the ledger."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from pipelines import (
    reposts,
    takedowns,
)
from pipelines.changes import reverts
from pipelines.stories.recluster import update_index
from schedules.gate.evaluate import Verdict, evaluate
from schedules.gate.inputs import gate_input
from schedules.gate.silence import add_silence_event
from schedules.publishing import site_events
from storage.archive.journal import write_line
from storage.checks.failed_checks import delete_unsettled_checks
from storage.config import Settings
from storage.db.connection import Database, transaction
from storage.events.ledger import publish_run, publish_site_events
from storage.home import Home, open_home
from storage.runs.repository import Run, get_run, judge_run, unjudged_runs, was_out
from storage.runs.verdicts import VerdictStatus

TAKEDOWN_SETTINGS = ("removal_checks", "removal_hours")  # settings that decide what is published


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
    update_index(db)
    with transaction(db):
        runs = [get_run(db, run) for run in unjudged_runs(db, sites)]
        verdicts = {run.id: _verdict(db, run, home.settings) for run in runs}
        done = publish_as(db, home.settings, verdicts)
        if runs:  # in the transaction: nothing is published without its line
            write_line(home.captures, _line(home.settings, verdicts))
    return done


def _verdict(db: Database, run: Run, settings: Settings) -> Verdict:
    case = gate_input(db, run, settings)
    return add_silence_event(case, run.id, evaluate(case))


def publish_as(db: Database, settings: Settings, verdicts: dict[int, Verdict]) -> list[Published]:
    """Publishes these runs by these verdicts. The caller holds the transaction."""
    runs = [get_run(db, run) for run in verdicts]
    passed = [run for run in runs if verdicts[run.id].status == VerdictStatus.PASSED]
    told = {run.id: _settle(db, settings, run, verdicts[run.id]) for run in runs}
    if passed:
        reposts.mark_reposts(db, [run.id for run in passed])
    done = []
    for run in runs:
        count = told[run.id]
        if verdicts[run.id].status in (VerdictStatus.PASSED, VerdictStatus.OUTAGE):
            count += publish_events(db, run.id)
        done.append(Published(run.id, run.site, verdicts[run.id], count))
    return done


def _line(settings: Settings, verdicts: dict[int, Verdict]) -> dict[str, Any]:
    told = [{"run": run, **verdict.to_data()} for run, verdict in verdicts.items()]
    by = {name: getattr(settings, name) for name in TAKEDOWN_SETTINGS}
    return {"line": "published", "verdicts": told, "settings": by}


def _settle(db: Database, settings: Settings, run: Run, verdict: Verdict) -> int:
    """Notes the verdict; what a held run says of its site is told at once. Returns how many."""
    out_before = was_out(db, run.site)
    judge_run(db, run.id, verdict.status, verdict.reason)
    site_events.queue_site_events(db, run, verdict, out_before=out_before)
    if verdict.status == VerdictStatus.PASSED:
        takedowns.evaluate_failed_checks(db, run.id, run.site, settings)
        return 0
    delete_unsettled_checks(db, run.id)
    unbelieved = verdict.status in (VerdictStatus.HELD, VerdictStatus.FAILED)
    return publish_site_events(db, run.id) if unbelieved else 0


def publish_events(db: Database, run: int) -> int:
    """A run's events into the ledger, without edits that were taken back while they waited."""
    reverts.delete_reverted_edits(db, run)
    return publish_run(db, run)


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
