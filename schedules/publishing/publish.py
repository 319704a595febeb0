"""After a run: evaluate it, decide takedowns and reposts, and publish its events."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from pipelines import reposts, takedowns
from pipelines.changes import reverts
from pipelines.stories.recluster import update_index
from schedules.gate.evaluate import evaluate
from schedules.gate.inputs import gate_input
from schedules.gate.models import Verdict
from schedules.gate.silence import add_silence_event
from schedules.publishing import site_events
from schedules.publishing.log_lines import log_run
from storage.archive.journal import write_line
from storage.checks.failed_checks import delete_unsettled_checks
from storage.config import Settings
from storage.db.connection import Database, transaction
from storage.events.ledger import publish_run, publish_site_events
from storage.home import Home, open_home
from storage.runs.history import was_in_outage
from storage.runs.repository import Run, get_run, runs_without_verdict, set_verdict
from storage.runs.verdicts import VerdictStatus

# The journal stores their values with the verdicts.
TAKEDOWN_SETTINGS = ("removal_checks", "removal_hours")


@dataclass(frozen=True, slots=True)
class Published:
    """An evaluated run. `events`: how many of its events were published."""

    run: int
    site: str
    verdict: Verdict
    events: int


def publish(db: Database, home: Home, sites: list[str]) -> list[Published]:
    """Evaluate all finished runs of these sites that have no verdict, in one transaction.

    All runs of a batch are published together, so that a repost finds its original whatever the
    order in which the sites were crawled.
    """
    update_index(db)
    with transaction(db):
        runs = [get_run(db, run) for run in runs_without_verdict(db, sites)]
        verdicts = {run.id: evaluate_run(db, run, home.settings) for run in runs}
        done = publish_as(db, home.settings, verdicts)
        if runs:  # inside the transaction: nothing is published without a journal line
            write_line(home.captures, verdicts_line(home.settings, verdicts))
    for one in done:
        log_run(db, one.run, one.events)
    return done


def evaluate_run(db: Database, run: Run, settings: Settings) -> Verdict:
    """Return the verdict of the gate on a finished run."""
    inputs = gate_input(db, run, settings)
    return add_silence_event(inputs, run.id, evaluate(inputs))


def publish_as(db: Database, settings: Settings, verdicts: dict[int, Verdict]) -> list[Published]:
    """Publish the runs with these verdicts (run id -> verdict) inside the caller's transaction."""
    runs = [get_run(db, run) for run in verdicts]
    passed = [run for run in runs if verdicts[run.id].status == VerdictStatus.PASSED]
    site_event_counts = {run.id: _settle(db, settings, run, verdicts[run.id]) for run in runs}
    if passed:
        reposts.mark_reposts(db, [run.id for run in passed])
    done = []
    for run in runs:
        count = site_event_counts[run.id]
        if verdicts[run.id].status in (VerdictStatus.PASSED, VerdictStatus.OUTAGE):
            count += publish_events(db, run.id)
        done.append(Published(run.id, run.site, verdicts[run.id], count))
    return done


def verdicts_line(settings: Settings, verdicts: dict[int, Verdict]) -> dict[str, Any]:
    """Return the line of the journal about these verdicts (run id -> verdict)."""
    rows = [{"run": run, **verdict.to_dict()} for run, verdict in verdicts.items()]
    values = {name: getattr(settings, name) for name in TAKEDOWN_SETTINGS}
    return {"line": "published", "verdicts": rows, "settings": values}


def _settle(db: Database, settings: Settings, run: Run, verdict: Verdict) -> int:
    """Store the verdict and the site events; return how many site events were published.

    Site events of a held or failed run are published at once, without its other events.
    """
    out_before = was_in_outage(db, run.site)
    set_verdict(db, run.id, verdict.status, verdict.reason)
    site_events.queue_site_events(db, run, verdict, out_before=out_before)
    if verdict.status == VerdictStatus.PASSED:
        takedowns.evaluate_failed_checks(db, run.id, run.site, settings)
        return 0
    delete_unsettled_checks(db, run.id)
    unbelieved = verdict.status in (VerdictStatus.HELD, VerdictStatus.FAILED)
    return publish_site_events(db, run.id) if unbelieved else 0


def publish_events(db: Database, run: int) -> int:
    """Publish a run's pending events, without edits that were reverted meanwhile."""
    reverts.delete_reverted_edits(db, run)
    return publish_run(db, run)


class PublishOnClose:
    """Scrapy extension: `scrapy crawl SITE` publishes its run as the nightly batch does."""

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
