"""Commands about runs: list them, publish or retract those that the health gate holds."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from schedules.publishing import overrides as decisions
from storage.events.pending import PendingEvent, pending_events_of_run
from storage.messages import reason_fields
from storage.runs.repository import Run, list_runs
from tinwatch.commands.filter_options import SiteOptions
from tinwatch.commands.options import HomeOption, JsonOption, RunArgument, with_options
from tinwatch.terminal.console import database, home_and_database, local_time, out, print_json, safe
from tinwatch.terminal.messages import gettext, label, ngettext, reason_text


@with_options(SiteOptions)
def runs(
    chosen: SiteOptions,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of runs.")] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the newest runs, their verdicts and their pending events."""
    with database(home) as db:
        found = list_runs(db, chosen.sites(), limit, chosen.provinces())
        for run in found:
            pending_events = pending_events_of_run(db, run.id)
            if as_json:
                print_json(_row(run, pending_events))
                continue
            pending = f"; {_kinds(pending_events)}" if pending_events else ""
            reason = f": {safe(reason_text(run.reason))}" if run.reason else ""
            out.print(
                f"[dim]{run.id:>5} {local_time(run.started_at)}[/] [bold]{run.site:<13}[/] "
                f"{run.kind:<7} {label('verdict', run.verdict or run.state)}{reason}{pending}"
            )
        if not found and not as_json:
            out.print(gettext("no runs match"))


def _kinds(found: list[PendingEvent]) -> str:
    """Pending events by kind: "3 pending events (2 edited, 1 new)"."""
    kinds = Counter(event.kind for event in found)
    named = ", ".join(
        f"{n} {label('event_kind', kind).lower()}" for kind, n in sorted(kinds.items())
    )
    events = ngettext("{number} pending event", "{number} pending events", len(found))
    return f"{events} ({named})"


def _row(run: Run, found: list[PendingEvent]) -> dict[str, Any]:
    return {
        "run": run.id,
        "site": run.site,
        "kind": run.kind,
        "started_at": run.started_at,
        "verdict": run.verdict or run.state,
        **reason_fields(run.reason),
        "held": len(found),
        "held_events": [event.to_dict() for event in found],
    }


def publish_run(run: RunArgument, home: HomeOption = None) -> None:
    """Publish the events of a held run and of all earlier held runs of its site."""
    with home_and_database(home) as (opened, db):
        others = decisions.runs_published_with(db, run)[:-1]
        done = decisions.publish_held_run(db, run, opened)
        events = ngettext("{number} event", "{number} events", done)
        out.print(gettext("run {run} published: {events}", run=run, events=events))
        if others:
            out.print(gettext("also published, held earlier: {runs}", runs=_named(others)))


def retract_run(run: RunArgument, home: HomeOption = None) -> None:
    """Undo a held run and all later held runs. The next crawl reads those pages again.

    Captures stay.
    """
    with home_and_database(home) as (opened, db):
        others = decisions.runs_retracted_with(db, run)[1:]
        done = decisions.retract_run(db, run, opened)
        events = ngettext("{number} pending event", "{number} pending events", done)
        out.print(gettext("run {run} retracted: {events} deleted", run=run, events=events))
        if others:
            out.print(gettext("also retracted, held later: {runs}", runs=_named(others)))


def _named(runs: list[int]) -> str:
    named = ", ".join(map(str, runs))
    return ngettext("run {runs}", "runs {runs}", len(runs), runs=named)
