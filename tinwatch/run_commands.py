"""Commands about runs: what was run, and what becomes of events that the health gate holds."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from crawlers.discovery import get_site
from schedules import publish
from storage.events import held_count
from storage.runs import Run, list_runs
from tinwatch.console import (
    HomeOption,
    JsonOption,
    count,
    database,
    local_time,
    out,
    print_json,
    safe,
)

RunArgument = Annotated[int, typer.Argument(help="Id of a held run (tinwatch runs).")]


def runs(
    site: Annotated[str | None, typer.Option("--site", help="Only this site.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many at the most.")] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The newest runs, their verdicts, and how many events each holds back."""
    with database(home) as db:
        if site is not None:
            get_site(site)
        for run in list_runs(db, site, most):
            held = held_count(db, run.id)
            if as_json:
                print_json(_row(run, held))
                continue
            waiting = f"; {count(held, 'event')} held" if held else ""
            reason = f": {safe(run.reason)}" if run.reason else ""
            out.print(
                f"[dim]{run.id:>5} {local_time(run.started_at)}[/] [bold]{run.site:<13}[/] "
                f"{run.kind:<7} {run.verdict or run.state}{reason}{waiting}"
            )


def _row(run: Run, held: int) -> dict[str, Any]:
    return {
        "run": run.id,
        "site": run.site,
        "kind": run.kind,
        "started_at": run.started_at,
        "verdict": run.verdict or run.state,
        "reason": run.reason,
        "held": held,
    }


def release(run: RunArgument, home: HomeOption = None) -> None:
    """Publish a held run's events: its readings are right after all."""
    with database(home) as db:
        done = publish.release(db, run)
        out.print(f"run {run} released: {count(done, 'event')} published")


def discard(run: RunArgument, home: HomeOption = None) -> None:
    """Take back all that a held run read; the next run reads it anew. Captures stay."""
    with database(home) as db:
        done = publish.discard(db, run)
        out.print(f"run {run} discarded: {count(done, 'event')} dropped, its readings taken back")
