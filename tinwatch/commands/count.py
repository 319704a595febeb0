"""tinwatch count: articles that match a query, per week, month, day or year."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from storage.search.counts import ArticleCounts
from tinwatch.commands.filter_options import ArticleOptions
from tinwatch.commands.options import HomeOption, JsonOption, with_options
from tinwatch.reports.query_counts import COLUMNS, count_queries
from tinwatch.reports.table_files import as_text, csv_file
from tinwatch.terminal.console import database, err, out, print_json, safe
from tinwatch.terminal.messages import UsageError, gettext, ngettext

BAR_CHARS = 40  # the longest bar of a column chart
SPARKS = "▁▂▃▄▅▆▇█"
MAX_SPARKS = 60  # periods in a line of a group; older ones are left out


class By(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Per(StrEnum):
    SITE = "site"
    PROVINCE = "province"


@with_options(ArticleOptions)
def count(
    query: Annotated[list[str], typer.Argument(help="As for tinwatch search.")],
    chosen: ArticleOptions,
    by: Annotated[By, typer.Option("--by", help="Length of a period.")] = By.WEEK,
    group: Annotated[
        Per | None, typer.Option("--group", help="Count each site or province by itself.")
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option("--compare", metavar="QUERY", help="Count this query as well (repeatable)."),
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV for spreadsheets.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count the articles that match a query, over time."""
    with database(home) as db:
        if as_csv and as_json:
            raise UsageError(gettext("--csv and --json exclude each other"))
        written = [" ".join(query), *(compare or ())]
        queries = {text: chosen.query([text]) for text in written}
        counted = count_queries(db, queries, by.value, group.value if group else None)
        if as_csv:
            sys.stdout.buffer.write(csv_file(COLUMNS, counted.rows()))
        elif as_json:
            for row in counted.rows():
                print_json({"by": by.value} | {name: as_text(row[name]) for name in COLUMNS})
        else:
            _print(counted.counts, grouped=group is not None)
        if not any(each.periods for each in counted.counts.values()):
            err.print(gettext("no articles match"))


def _print(found: dict[str, ArticleCounts], *, grouped: bool) -> None:
    for text, counted in found.items():
        total = counted.total()
        articles = ngettext("{number} article", "{number} articles", total)
        out.print(f"[bold]{safe(text)}[/]: {articles}")
        if grouped:
            _print_groups(counted)
        elif len(found) == 1:
            _print_bars(counted)
    if len(found) > 1 and not grouped:
        _print_columns(found)


def _print_bars(counted: ArticleCounts) -> None:
    for numbers in counted.groups.values():
        most = max(numbers)
        for first, number in zip(counted.periods, numbers, strict=True):
            bar = "█" * round(number / most * BAR_CHARS) or ("▏" if number else "")
            out.print(f"{first:%d/%m/%Y} {number:>7} {bar}".rstrip())


def _print_columns(found: dict[str, ArticleCounts]) -> None:
    """Print one column per query, in the order of the command."""
    columns = [next(iter(each.groups.values()), ()) for each in found.values()]
    periods = next(iter(found.values())).periods
    for index, first in enumerate(periods):
        numbers = "".join(f" {column[index] if column else 0:>9}" for column in columns)
        out.print(f"{first:%d/%m/%Y}{numbers}")


def _print_groups(counted: ArticleCounts) -> None:
    width = max(map(len, counted.groups), default=0)
    most = max((max(numbers) for numbers in counted.groups.values()), default=1)
    for name, numbers in counted.groups.items():
        shown = numbers[-MAX_SPARKS:]
        sparks = "".join(SPARKS[-(-n * (len(SPARKS) - 1) // most)] if n else " " for n in shown)
        out.print(f"{safe(name):<{width}} {sum(numbers):>7} {sparks}".rstrip())
