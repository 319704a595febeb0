"""tinwatch export: articles in the file formats of other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from crawlers.province_filter import chosen_provinces
from crawlers.registry import check_site
from storage.exports.registry import Format
from storage.exports.selection import Selection, select_articles
from storage.search.parser import Query, parse_query
from tinwatch.commands.export_formats import FORMATS, format_named
from tinwatch.commands.options import (
    MAX_ID,
    FormerProvinceOption,
    HomeOption,
    ProvinceOption,
    QueryArgument,
    SiteOption,
)
from tinwatch.reports.atomic_files import fresh_file, fresh_folder
from tinwatch.terminal.console import err, home_and_database, safe
from tinwatch.terminal.messages import UsageError, gettext, ngettext
from tinwatch.terminal.progress import ArticleProgress

FormatArgument = Annotated[str, typer.Argument(metavar="FORMAT", help=f"{', '.join(FORMATS)}.")]


def export(
    format_: FormatArgument,
    query: QueryArgument = None,
    site: SiteOption = None,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File or folder instead of the output.")
    ] = None,
    home: HomeOption = None,
) -> None:  # fmt: skip
    """Export articles in a format that other tools read."""
    with home_and_database(home) as (place, db):
        form = format_named(format_)
        _check_output(form, output)
        if revisions and not form.of_articles:
            raise UsageError(gettext("{format} does not take --revisions", format=form.name))
        if site is not None:
            check_site(site)
        progress = ArticleProgress(gettext("exporting"))
        with (
            select_articles(
                db,
                place.captures,
                query=_query(query),
                site=site,
                provinces=chosen_provinces(province, former_province),
                since_event=since_event,
                revisions=revisions,
                on_progress=progress.advance,
            ) as articles,
            progress.of(articles.articles),
        ):
            written = _write(form, articles, output)
        _print_summary(form, articles, written, output)


def _print_summary(form: Format, articles: Selection, written: int, output: Path | None) -> None:
    units = {
        "row": ngettext("{number} row", "{number} rows", written),
        "edge": ngettext("{number} edge", "{number} edges", written),
        "text": ngettext("{number} text", "{number} texts", written),
        "revision": ngettext("{number} revision", "{number} revisions", written),
        "record": ngettext("{number} record", "{number} records", written),
    }
    summary = gettext(
        "{articles}, {units} as {format}",
        articles=ngettext("{number} article", "{number} articles", articles.articles),
        units=units[form.unit],
        format=form.name,
    )
    if output:
        summary += " " + gettext("in {file}", file=safe(str(output)))
    later = gettext("later changes: --since-event {event}", event=articles.last_event)
    err.print(f"{summary}; {later}")


def _query(words: list[str] | None) -> Query | None:
    """Return the query, or None without one. Raise QueryError."""
    return parse_query(" ".join(words)) if words else None


def _check_output(form: Format, output: Path | None) -> None:
    """Raise ValueError if the output does not fit the format."""
    if output is None and form.shape in ("file", "folder"):
        raise UsageError(gettext("{format} needs -o, a file or folder", format=form.name))
    if output is None and form.shape == "bytes" and sys.stdout.isatty():
        raise UsageError(gettext("{format} is binary: name a file with -o", format=form.name))
    if output is not None and form.shape != "folder":
        if output.is_dir():
            raise UsageError(gettext("{file} is a folder: name a file", file=output))
        if not output.absolute().parent.is_dir():
            raise UsageError(
                gettext("there is no folder {folder}: create it first", folder=output.parent)
            )


def _write(form: Format, articles: Selection, output: Path | None) -> int:
    write = form.writer()
    if output is None:
        return write(articles, sys.stdout.buffer)
    if form.shape == "folder":
        with fresh_folder(output) as folder:
            return write(articles, folder)
    with fresh_file(output) as part:
        if form.shape == "file":
            return write(articles, part)
        with part.open("wb") as stream:
            return write(articles, stream)
