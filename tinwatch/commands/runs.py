"""Commands about runs: list them, publish or retract those that the health gate holds."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from crawlers.province_filter import chosen_provinces
from crawlers.registry import check_site
from schedules.publishing import overrides as decisions
from storage.events.pending import HeldEvent, held_of_run
from storage.messages import describe, reason_fields
from storage.runs.repository import Run, list_runs
from tinwatch.commands.options import (
    FormerProvinceOption,
    HomeOption,
    JsonOption,
    ProvinceOption,
    RunArgument,
    SiteOption,
)
from tinwatch.terminal.console import (
    count,
    database,
    home_and_database,
    local_time,
    out,
    print_json,
    safe,
)


def runs(
    site: SiteOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of runs.")] = 50,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the newest runs, their verdicts and their pending events."""
    with database(home) as db:
        if site is not None:
            check_site(site)
        chosen = chosen_provinces(province, former_province)
        for run in list_runs(db, site, limit, chosen):
            held = held_of_run(db, run.id)
            if as_json:
                print_json(_row(run, held))
                continue
            waiting = f"; {_kinds(held)} held" if held else ""
            reason = f": {safe(describe(run.reason))}" if run.reason else ""
            out.print(
                f"[dim]{run.id:>5} {local_time(run.started_at)}[/] [bold]{run.site:<13}[/] "
                f"{run.kind:<7} {run.verdict or run.state}{reason}{waiting}"
            )


def _kinds(held: list[HeldEvent]) -> str:
    """Waiting events by kind: "3 events (2 edited, 1 new)"."""
    kinds = Counter(event.kind for event in held)
    named = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    return f"{count(len(held), 'event')} ({named})"


def _row(run: Run, held: list[HeldEvent]) -> dict[str, Any]:
    return {
        "run": run.id,
        "site": run.site,
        "kind": run.kind,
        "started_at": run.started_at,
        "verdict": run.verdict or run.state,
        **reason_fields(run.reason),
        "held": len(held),
        "held_events": [event.as_json() for event in held],
    }


def publish_run(run: RunArgument, home: HomeOption = None) -> None:
    """Publish the events of a held run and of all earlier held runs of its site."""
    with home_and_database(home) as (place, db):
        others = decisions.let_out_with(db, run)[:-1]
        done = decisions.release(db, run, place)
        out.print(f"run {run} published: {count(done, 'event')}")
        if others:
            out.print(f"also published: {_named(others)} of the same site, held before it")


def retract_run(run: RunArgument, home: HomeOption = None) -> None:
    """Undo a held run and all later held runs. The next crawl reads those pages again.

    Captures stay.
    """
    with home_and_database(home) as (place, db):
        others = decisions.taken_back_with(db, run)[1:]
        done = decisions.discard(db, run, place)
        out.print(f"run {run} retracted: {count(done, 'pending event')} dropped")
        if others:
            out.print(f"also retracted: {_named(others)} of the same site, which came after it")


def _named(runs: list[int]) -> str:
    word = "run" if len(runs) == 1 else "runs"
    return f"{word} {', '.join(map(str, runs))}"
