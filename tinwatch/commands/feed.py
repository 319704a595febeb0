"""tinwatch feed: events as an Atom feed (RFC 4287)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from crawlers.province_filter import chosen_provinces
from crawlers.registry import check_site
from schedules.alerts.subscriptions import get_subscription, read_subscriptions
from storage.events.atom import MAX_FEED_ENTRIES, atom_of_events
from storage.events.filters import EventFilter
from storage.search.parser import parse_query
from tinwatch.commands.events import check_kind
from tinwatch.commands.options import FormerProvinceOption, HomeOption, ProvinceOption
from tinwatch.reports.atomic_files import write_whole
from tinwatch.terminal.console import home_and_database, out, safe
from tinwatch.terminal.messages import UsageError, gettext, terminal_locale


def feed(
    site: Annotated[
        list[str] | None, typer.Option("--site", help="Only this site (repeatable).")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only events of this kind (repeatable).")
    ] = None,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    min_priority: Annotated[
        float, typer.Option(min=0, max=1, help="Minimum priority of edits, from 0 to 1.")
    ] = 0.0,
    query: Annotated[
        str | None, typer.Option("--query", help="Only events of articles that match this query.")
    ] = None,
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
    with home_and_database(home) as (place, db):
        choice = EventFilter(
            sites=_sites(site),
            provinces=chosen_provinces(province, former_province),
            kinds=_kinds(kind),
            min_priority=min_priority,
            query=parse_query(query) if query else None,
        )
        feed_name = gettext("events")
        if subscription is not None:
            if choice != EventFilter():
                raise UsageError(gettext("--subscription excludes the other filters"))
            one = get_subscription(read_subscriptions(place.path), subscription)
            choice, base, feed_name = one.choice, base or one.page or None, one.name
        title = title or f"tinwatch: {feed_name}"
        text = atom_of_events(
            db, choice, title=title, base=base, limit=limit, locale=terminal_locale()
        ).decode()
        if output is None:
            sys.stdout.write(text)
        else:
            write_whole(output, text)
            out.print(gettext("written to {file}", file=safe(str(output))))


def _sites(names: list[str] | None) -> frozenset[str] | None:
    for name in names or ():
        check_site(name)
    return frozenset(names) if names else None


def _kinds(names: list[str] | None) -> frozenset[str] | None:
    for name in names or ():
        check_kind(name)
    return frozenset(names) if names else None
