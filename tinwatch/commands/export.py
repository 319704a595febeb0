"""tinwatch export: articles in the file formats of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crawlers.article_filter import published_query
from tinwatch.commands.export_formats import FORMATS, format_named
from tinwatch.commands.filter_options import EventOptions
from tinwatch.commands.options import MAX_ID, HomeOption, QueryArgument, with_options
from tinwatch.commands.writing_exports import export_articles
from tinwatch.terminal.console import home_and_database
from tinwatch.terminal.messages import UsageError, gettext

FormatArgument = Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(FORMATS)}.")]


@with_options(EventOptions)
def export(
    format_: FormatArgument,
    chosen: EventOptions,
    query: QueryArgument = None,
    since_event: Annotated[
        int,
        typer.Option(
            "--since-event", min=0, max=MAX_ID,
            help="Only articles that have an event with a higher id.",
        ),
    ] = 0,
    revisions: Annotated[
        bool, typer.Option("--revisions", help="Every revision, not only the newest.")
    ] = False,
    checks: Annotated[
        bool, typer.Option("--checks", help="In warc and wacz: also captures of failed checks.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File or folder instead of the output.")
    ] = None,
    home: HomeOption = None,
) -> None:  # fmt: skip
    """Export articles in a format that other tools read.

    With --kind, --class or --min-priority: the articles that have such an event between --from and
    --to. Without: the articles published between --from and --to.
    """
    with home_and_database(home) as (opened, db):
        form = format_named(format_)
        if revisions and not form.of_articles:
            raise UsageError(gettext("{format} does not take --revisions", format=form.name))
        if checks and form.unit != "record":
            raise UsageError(gettext("{format} does not take --checks", format=form.name))
        events = chosen.event_filter()
        by_event = bool(chosen.kind or chosen.edit_class or chosen.min_priority)
        words = [*(query or ()), *([f"({chosen.text})"] if chosen.text else ())]
        period = () if by_event else (chosen.first, chosen.last)
        export_articles(
            opened,
            db,
            form,
            output,
            query=published_query(" ".join(words) if words else None, *period),
            sites=chosen.site or (),
            provinces=chosen.provinces(),
            events=events if by_event else None,
            since_event=since_event,
            revisions=revisions,
            checks=checks,
        )
