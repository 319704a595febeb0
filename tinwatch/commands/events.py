"""tinwatch events: the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from crawlers.province_filter import chosen_provinces
from crawlers.registry import check_site
from storage.events.ledger import EVENT_KINDS
from storage.events.ledger import events as read_events
from tinwatch.commands.options import (
    MAX_ID,
    FormerProvinceOption,
    HomeOption,
    JsonOption,
    ProvinceOption,
    SiteOption,
)
from tinwatch.reports.nightly_report import EVENT_COLOURS, priority_text
from tinwatch.terminal.console import database, local_time, out, print_json, safe
from tinwatch.terminal.messages import UsageError, event_text, gettext, label


def events(
    since: Annotated[
        int, typer.Option(min=0, max=MAX_ID, help="Only events with a higher id.")
    ] = 0,
    site: SiteOption = None,
    kind: Annotated[str | None, typer.Option(help="Only events of this kind.")] = None,
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
        if kind is not None:
            check_kind(kind)
        if site is not None:
            check_site(site)
        chosen = chosen_provinces(province, former_province)
        for event in read_events(db, since=since, site=site, kind=kind, run=run, provinces=chosen):
            if as_json:
                print_json(event.as_json())
                continue
            text = event_text(event.kind, event.detail, event.summary)
            colour = EVENT_COLOURS.get(event.kind, "white")
            out.print(
                f"[dim]{event.id:>5} {local_time(event.observed_at)}[/] "
                f"[{colour}]{label('event_kind', event.kind):<9}[/] [bold]{event.site}[/] "
                f"{safe(text)}{priority_text(event.detail)}"
            )


def check_kind(kind: str) -> None:
    """Raise ValueError if there is no such event kind."""
    if kind not in EVENT_KINDS:
        kinds = ", ".join(EVENT_KINDS)
        raise UsageError(gettext("no event kind {kind}; use: {kinds}", kind=kind, kinds=kinds))
