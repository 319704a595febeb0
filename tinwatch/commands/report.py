"""tinwatch report: what a nightly batch, a run or a period found."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from storage.db.connection import Database
from storage.events.filters import matching_events
from storage.runs.batches import latest_batch
from tinwatch.commands.filter_options import EventOptions
from tinwatch.commands.options import MAX_ID, HomeOption, JsonOption, with_options
from tinwatch.reports.nightly_report import batch_report, print_report, restricted, run_report
from tinwatch.reports.period_report import period_report, print_period_report
from tinwatch.terminal.console import database, print_json
from tinwatch.terminal.messages import UsageError, gettext


@with_options(EventOptions)
def report(
    chosen: EventOptions,
    run: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help="One run instead of the newest batch.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the report of the newest batch, of one run, or of the period from --from to --to."""
    with database(home) as db:
        if run is not None and chosen != EventOptions():
            raise UsageError(gettext("--run excludes the other filters"))
        if chosen.first or chosen.last:
            event_filter = chosen.event_filter()
            found = period_report(db, event_filter)
            if not as_json:
                print_period_report(found, event_filter)
                return
        else:
            found = run_report(db, run) if run is not None else _newest_batch(db, chosen)
            if not as_json:
                print_report(found)
                return
        print_json(found)


def _newest_batch(db: Database, chosen: EventOptions) -> dict[str, Any]:
    event_filter = chosen.event_filter()
    batch = latest_batch(db)
    if batch is None:
        raise UsageError(gettext("no nightly batch has run yet: tinwatch nightly"))
    found = batch_report(db, batch, provinces=chosen.provinces())
    if chosen == EventOptions(province=chosen.province, former_province=chosen.former_province):
        return found
    lowest = min((e["id"] for one in found["sites"] for e in one["events"]), default=1)
    events = matching_events(db, event_filter, since=lowest - 1)
    return restricted(found, frozenset(event.id for event in events), event_filter.sites)
