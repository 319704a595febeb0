"""Publish or retract held runs, as a person decides.

The edits of a later run start from the revisions of an earlier one. So a run is published together
with all earlier held runs of its site, and retracted together with all later ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from crawlers.registry import all_sites
from crawlers.reprocess.reparse import refresh_pending
from pipelines import reposts
from schedules.publishing.publish import publish_events
from storage.archive.journal import write_line
from storage.articles.rollback import Rollback, dependent_run, roll_back
from storage.db.connection import Database, transaction
from storage.home import Home
from storage.messages.reasons_input import InputError, InputReason
from storage.messages.reasons_lookups import LookupReason
from storage.reasons import Reason
from storage.runs.history import later_runs
from storage.runs.repository import Run, RunState, get_run, held_runs, set_verdict
from storage.runs.verdicts import ACCEPTED, VerdictStatus

SETTLED_VERDICTS = (*ACCEPTED, VerdictStatus.OUTAGE)  # runs before one of these cannot be retracted


def runs_published_with(db: Database, run_id: int) -> list[int]:
    """The held runs that are published with this one, oldest first; the run itself is the last.

    Raises KeyError for an unknown run and ValueError for a run that is not held.
    """
    run = _held(db, run_id)
    return [held for held in held_runs(db, run.site) if held <= run_id]


def runs_retracted_with(db: Database, run_id: int) -> list[int]:
    """The runs that are retracted with this one, oldest first; the run itself is the first.

    These are all later held runs, and the failed and unevaluated runs after the last believed one.
    Raises KeyError for an unknown run and ValueError for a run that is not held.
    """
    run = _held(db, run_id)
    later = later_runs(db, run.site, run_id)
    believed = max((r.id for r in later if r.verdict in SETTLED_VERDICTS), default=0)
    chosen = [
        r.id for r in later
        if r.verdict == VerdictStatus.HELD
        or (r.verdict in (None, VerdictStatus.FAILED) and r.state != RunState.INTERRUPTED
            and r.id > believed)
    ]  # fmt: skip
    return [run_id, *chosen]


def publish_held_run(db: Database, run_id: int, home: Home | None = None) -> int:
    """Publish the events of a held run and of all earlier held runs; return their number.

    If the site's extraction rules changed meanwhile, pending edits are parsed again first; that
    needs the captures in `home`. Raises KeyError, ValueError and SiteBusy.
    """
    with _site_of(db, run_id, home) as site, transaction(db):
        chosen = runs_published_with(db, run_id)
        if home is not None and site in all_sites():
            refresh_pending(home, db, site)
        reposts.mark_reposts(db, chosen)
        count = 0
        for held in chosen:
            set_verdict(db, held, VerdictStatus.RELEASED, get_run(db, held).reason)
            count += publish_events(db, held)
        _write_journal(home, VerdictStatus.RELEASED, run_id)
    return count


def retract_run(db: Database, run_id: int, home: Home | None = None) -> int:
    """Undo a held run and all later held runs; return the number of deleted events.

    Raises KeyError and SiteBusy, and ValueError if a published run is based on this one.
    """
    with _site_of(db, run_id, home) as site, transaction(db):
        chosen = runs_retracted_with(db, run_id)
        rollback = Rollback.of(db, chosen)
        dependent = dependent_run(db, rollback)
        if dependent is not None:
            raise InputError(
                Reason(InputReason.RUN_IS_BASIS, run=run_id, dependent=dependent, site=site)
            )
        deleted = roll_back(db, rollback)
        for run in chosen:
            set_verdict(db, run, VerdictStatus.DISCARDED, get_run(db, run).reason)
        _write_journal(home, VerdictStatus.DISCARDED, run_id)
    return deleted


def _write_journal(home: Home | None, decision: str, run: int) -> None:
    if home is not None:
        write_line(home.captures, {"line": decision, "run": run})


@contextmanager
def _site_of(db: Database, run_id: int, home: Home | None) -> Iterator[str]:
    """The run's site, locked so that no crawl of it runs meanwhile."""
    site = get_run(db, run_id).site
    with home.site_lock(site) if home is not None else nullcontext():
        yield site


class RunNotHeld(InputError):
    """Only a held run can be published or retracted."""


def _held(db: Database, run_id: int) -> Run:
    run = get_run(db, run_id)
    if run.verdict == VerdictStatus.HELD:
        return run
    reason = Reason(LookupReason.RUN_HAS_NO_VERDICT, run=run.id, state=str(run.state))
    if run.verdict:
        reason = Reason(LookupReason.RUN_HAS_VERDICT, run=run.id, verdict=str(run.verdict))
    raise RunNotHeld(reason)
