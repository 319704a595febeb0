"""tinwatch export: the articles as a file that other tools take as it is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from crawlers.province_filter import chosen_provinces
from crawlers.registry import check_site
from storage.exports.registry import Format
from storage.exports.selection import Chosen, chosen
from storage.search.parser import Query, parse_query
from tinwatch.commands.export_formats import FORMATS, format_named
from tinwatch.commands.options import (
    FormerProvinceOption,
    HomeOption,
    ProvinceOption,
    QueryArgument,
    SiteOption,
)
from tinwatch.commands.read import LARGEST
from tinwatch.reports.atomic_files import fresh_file, fresh_folder
from tinwatch.terminal.console import count, err, home_and_database, safe
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
            "--since-event", min=0, max=LARGEST,
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
            raise ValueError(
                f"{form.name} is made of stories, whose members are articles: leave out --revisions"
            )
        if site is not None:
            check_site(site)
        progress = ArticleProgress("exporting")
        with (
            chosen(
                db,
                place.captures,
                query=_query(query),
                site=site,
                provinces=chosen_provinces(province, former_province),
                since_event=since_event,
                revisions=revisions,
                tell=progress.advance,
            ) as articles,
            progress.of(articles.articles),
        ):
            written = _write(form, articles, output)
        err.print(
            f"{count(articles.articles, 'article')}, {count(written, form.unit)} as {form.name}"
            f"{f' in {safe(str(output))}' if output else ''}; "
            f"what comes later: --since-event {articles.last_event}"
        )  # fmt: skip


def _query(words: list[str] | None) -> Query | None:
    """Raises QueryError."""
    return parse_query(" ".join(words)) if words else None


def _check_output(form: Format, output: Path | None) -> None:
    """Raises ValueError."""
    if output is None and form.shape in ("file", "folder"):
        raise ValueError(f"{form.name} makes a {form.shape}: name it with -o")
    if output is None and form.shape == "bytes" and sys.stdout.isatty():
        raise ValueError(f"{form.name} is nothing to read on a terminal: name a file with -o")
    if output is not None and form.shape != "folder":
        if output.is_dir():
            raise ValueError(f"{output} is a folder: give the name of a file in it")
        if not output.absolute().parent.is_dir():
            raise ValueError(f"there is no folder {output.parent}: make it first")


def _write(form: Format, articles: Chosen, output: Path | None) -> int:
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
