"""tinwatch events: the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from crawlers.event_filter import parse_event_filter
from storage.events.filters import matching_events
from storage.events.ledger import Event
from tinwatch.commands.options import (
    MAX_ID,
    ClassesOption,
    FormerProvinceOption,
    FromOption,
    HomeOption,
    JsonOption,
    KindsOption,
    MinPriorityOption,
    ProvinceOption,
    SitesOption,
    TextOption,
    ToOption,
)
from tinwatch.reports.nightly_report import EVENT_COLOURS, priority_text
from tinwatch.terminal.console import database, err, local_time, out, print_json, safe
from tinwatch.terminal.messages import event_text, gettext, label


def events(
    since: Annotated[
        int, typer.Option(min=0, max=MAX_ID, help="Only events with a higher id.")
    ] = 0,
    first: FromOption = None,
    last: ToOption = None,
    site: SitesOption = None,
    kind: KindsOption = None,
    edit_class: ClassesOption = None,
    min_priority: MinPriorityOption = 0.0,
    text: TextOption = None,
    run: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help="Only events of this run.")
    ] = None,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the events of the ledger, oldest first."""
    with database(home) as db:
        chosen = parse_event_filter(
            first=first,
            last=last,
            kinds=kind or (),
            sites=site or (),
            classes=edit_class or (),
            province=province,
            former_province=former_province,
            min_priority=min_priority,
            text=text,
            run=run,
        )
        found = False
        for event in matching_events(db, chosen, since=since):
            found = True
            if as_json:
                print_json(event.as_json())
            else:
                _print_event(event)
        if not found and not as_json:
            err.print(gettext("no events match"))


def _print_event(event: Event) -> None:
    text = event_text(event.kind, event.detail, event.summary)
    colour = EVENT_COLOURS.get(event.kind, "white")
    out.print(
        f"[dim]{event.id:>5} {local_time(event.observed_at)}[/] "
        f"[{colour}]{label('event_kind', event.kind):<9}[/] [bold]{event.site}[/] "
        f"{safe(text)}{priority_text(event.detail)}"
    )
