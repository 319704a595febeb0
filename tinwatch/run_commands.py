"""Commands about runs: what was run, and what becomes of events that the health gate holds."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from crawlers.discovery import check_site
from crawlers.provinces import chosen_provinces
from schedules import decisions
from storage.held_events import HeldEvent, held_of_run
from storage.runs import Run, list_runs
from tinwatch.console import (
    HomeOption,
    JsonOption,
    count,
    database,
    home_and_database,
    local_time,
    out,
    print_json,
    safe,
)
from tinwatch.province_options import FormerProvinceOption, ProvinceOption
from tinwatch.site_options import SiteOption

RunArgument = Annotated[int, typer.Argument(help="Id of a held run (tinwatch runs).")]


def runs(
    site: SiteOption = None,
    most: Annotated[int, typer.Option(min=1, help="How many at the most.")] = 50,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The newest runs, their verdicts, and how many events each holds back."""
    with database(home) as db:
        if site is not None:
            check_site(site)
        chosen = chosen_provinces(province, former_province)
        for run in list_runs(db, site, most, chosen):
            held = held_of_run(db, run.id)
            if as_json:
                print_json(_row(run, held))
                continue
            waiting = f"; {_kinds(held)} held" if held else ""
            reason = f": {safe(run.reason)}" if run.reason else ""
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
        "reason": run.reason,
        "held": len(held),
        "held_events": [event.as_json() for event in held],
    }


def release(run: RunArgument, home: HomeOption = None) -> None:
    """Publish a held run's events, and those of held runs before it: they are right after all."""
    with home_and_database(home) as (place, db):
        others = decisions.let_out_with(db, run)[:-1]
        done = decisions.release(db, run, place)
        out.print(f"run {run} released: {count(done, 'event')} published")
        if others:
            out.print(f"with it {_named(others)} of the same site, held before it")


def discard(run: RunArgument, home: HomeOption = None) -> None:
    """Take back all that a held run and later held ones read; the next run reads it anew.

    Captures stay.
    """
    with home_and_database(home) as (place, db):
        others = decisions.taken_back_with(db, run)[1:]
        done = decisions.discard(db, run, place)
        out.print(f"run {run} discarded: {count(done, 'event')} dropped, its readings taken back")
        if others:
            out.print(f"with it {_named(others)} of the same site, which came after it")


def _named(runs: list[int]) -> str:
    word = "run" if len(runs) == 1 else "runs"
    return f"{word} {', '.join(map(str, runs))}"
