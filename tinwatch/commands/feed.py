"""tinwatch feed: events as an Atom feed (RFC 4287)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from schedules.alerts.subscriptions import get_subscription, read_subscriptions
from storage.events.atom import MAX_FEED_ENTRIES, atom_of_events
from storage.events.filters import EventFilter
from tinwatch.commands.filter_options import EventOptions
from tinwatch.commands.options import HomeOption, with_options
from tinwatch.reports.atomic_files import write_whole
from tinwatch.terminal.console import home_and_database, out, safe
from tinwatch.terminal.messages import UsageError, gettext, terminal_locale


@with_options(EventOptions)
def feed(
    chosen: EventOptions,
    subscription: Annotated[
        str | None, typer.Option(help="Only events of this subscription in alerts.toml.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="The feed's title.")] = None,
    base: Annotated[str | None, typer.Option(help="URL of the dashboard, for links to it.")] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=10_000, help="Maximum number of events.")
    ] = MAX_FEED_ENTRIES,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Write the newest events as an Atom feed to standard output or a file."""
    with home_and_database(home) as (opened, db):
        choice = chosen.event_filter(historical=False)
        feed_name = gettext("events")
        if subscription is not None:
            if choice != EventFilter():
                raise UsageError(gettext("--subscription excludes the other filters"))
            one = get_subscription(read_subscriptions(opened.path), subscription)
            choice, base, feed_name = one.choice, base or one.page or None, one.name
        title = title or f"tinwatch: {feed_name}"
        atom = atom_of_events(
            db, choice, title=title, base=base, limit=limit, locale=terminal_locale()
        ).decode()
        if output is None:
            sys.stdout.write(atom)
        else:
            write_whole(output, atom)
            out.print(gettext("written to {file}", file=safe(str(output))))
