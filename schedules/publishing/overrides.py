"""A person's word on held runs: what they found is let out after all, or taken back.

A later run's edits begin where an earlier one's end. So a run is let out together with the held
runs of its site before it, and taken back together with those after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from crawlers.registry import all_sites
from crawlers.reprocess.reparse import refresh_held
from pipelines import reposts
from schedules.publishing.publish import publish_events
from storage.archive.journal import write_line
from storage.articles.rollback import Undoing, standing_on, undo
from storage.db.connection import Database, transaction
from storage.home import Home
from storage.runs.repository import Run, get_run, held_runs, judge_run, later_runs
from storage.runs.verdicts import BELIEVED, VerdictStatus

SETTLED_VERDICTS = (*BELIEVED, VerdictStatus.OUTAGE)  # nothing later can be taken back over these


def runs_published_with(db: Database, run_id: int) -> list[int]:
    """The held runs that a release of this one lets out, oldest first, itself the last.

    Raises KeyError for an id that is no run, ValueError for a run that is not held.
    """
    run = _held(db, run_id)
    return [held for held in held_runs(db, run.site) if held <= run_id]


def runs_retracted_with(db: Database, run_id: int) -> list[int]:
    """The runs that a discard of this one takes back, oldest first, itself the first.

    Later held runs go as well; so do failed and broken ones behind which nothing was believed.
    Raises KeyError and ValueError, as let_out_with does.
    """
    run = _held(db, run_id)
    later = later_runs(db, run.site, run_id)
    believed = max((r.id for r in later if r.verdict in SETTLED_VERDICTS), default=0)
    loose = [
        r for r in later if r.verdict in (None, VerdictStatus.FAILED) and r.state != "interrupted"
    ]
    chosen = [r.id for r in later if r.verdict == VerdictStatus.HELD]
    chosen += [r.id for r in loose if r.id > believed]
    return [run_id, *sorted(chosen)]


def publish_held_run(db: Database, run_id: int, home: Home | None = None) -> int:
    """Lets the events of a held run, and of those before it, out; returns how many.

    Where the site's rules were changed meanwhile, waiting edits are read again first (`home` has
    the captures; without one they go out as they are). Raises KeyError, ValueError and SiteBusy.
    """
    with _site_of(db, run_id, home) as site, transaction(db):
        chosen = runs_published_with(db, run_id)
        if home is not None and site in all_sites():
            refresh_held(home, db, site)
        reposts.mark_reposts(db, chosen)
        count = 0
        for held in chosen:
            judge_run(db, held, VerdictStatus.RELEASED, get_run(db, held).reason)
            count += publish_events(db, held)
        _note(home, VerdictStatus.RELEASED, run_id)
    return count


def retract_run(db: Database, run_id: int, home: Home | None = None) -> int:
    """Takes back all that a held run, and those after it, read; returns how many events.

    Raises KeyError and SiteBusy, and ValueError where a run that was believed stands on it.
    """
    with _site_of(db, run_id, home) as site, transaction(db):
        chosen = runs_retracted_with(db, run_id)
        undoing = Undoing.of(db, chosen)
        standing = standing_on(db, undoing)
        if standing is not None:
            raise ValueError(
                f"run {run_id} cannot be discarded: run {standing} of {site} stands on what it "
                f"read, and its events are out. Mend the rules if they are at fault, then "
                f"tinwatch reparse {site} and tinwatch publish-run {run_id}: what only the broken "
                "rules had found is dropped"
            )
        dropped = undo(db, undoing)
        for run in chosen:
            judge_run(db, run, VerdictStatus.DISCARDED, get_run(db, run).reason)
        _note(home, VerdictStatus.DISCARDED, run_id)
    return dropped


def _note(home: Home | None, decision: str, run: int) -> None:
    if home is not None:
        write_line(home.captures, {"line": decision, "run": run})


@contextmanager
def _site_of(db: Database, run_id: int, home: Home | None) -> Iterator[str]:
    """The run's site, which nobody may crawl meanwhile."""
    site = get_run(db, run_id).site
    if home is None:
        yield site
        return
    with home.site_lock(site):
        yield site


def _held(db: Database, run_id: int) -> Run:
    run = get_run(db, run_id)
    if run.verdict != VerdictStatus.HELD:
        raise ValueError(f"run {run_id} is not held, it {_state(run)}; tinwatch runs lists them")
    return run


def _state(run: Run) -> str:
    return f"was judged {run.verdict}" if run.verdict else f"is {run.state}"
