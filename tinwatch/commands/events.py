"""tinwatch events: the ledger."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer
from rich.text import Text

from storage.articles.repository import article_title
from storage.db.connection import Database
from storage.events.filters import matching_events
from storage.events.ledger import Event
from storage.runs.repository import get_run
from tinwatch.commands.filter_options import EventOptions
from tinwatch.commands.options import MAX_ID, HomeOption, JsonOption, with_options
from tinwatch.terminal.console import database, err, local_time, out, print_rows, safe
from tinwatch.terminal.event_style import EVENT_COLOURS, priority_text
from tinwatch.terminal.messages import event_text, gettext, label

INDENT = " " * 6  # below the time: the id has 5 columns


@with_options(EventOptions)
def events(
    chosen: EventOptions,
    since: Annotated[
        int, typer.Option(min=0, max=MAX_ID, help="Only events with a higher id.")
    ] = 0,
    run: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help="Only events of this run.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the events of the ledger, oldest first."""
    with database(home) as db:
        if run is not None:
            get_run(db, run)  # raises NotFound
        found = matching_events(db, chosen.event_filter(run=run), since=since)
        if not print_rows(found, as_json, Event.to_dict, partial(_print, db)) and not as_json:
            err.print(gettext("no events match"))


def _print(db: Database, event: Event) -> None:
    title = article_title(db, event.article)
    text = event_text(event.kind, event.detail, event.summary)
    number = gettext("article {number}", number=event.article) if event.article else ""
    colour = EVENT_COLOURS.get(event.kind, "white")
    line = (
        f"[dim]{event.id:>5} {local_time(event.observed_at)}[/] "
        f"[{colour}]{label('event_kind', event.kind):<9}[/] [bold]{event.site}[/] "
        f"{safe(text)}{priority_text(event.detail)}"
    )
    if title and title not in text:
        out.print(line)
        line = INDENT + safe(_cut(title, len(INDENT) + len(f" ({number})")))
    out.print(f"{line} [dim]({number})[/]" if number else line)


def _cut(title: str, taken: int) -> str:
    """Return the title, cut to a terminal's width less the columns that are taken."""
    shown = Text(title)
    if out.is_terminal:
        shown.truncate(max(out.width - taken, 1), overflow="ellipsis")
    return shown.plain
