"""tinwatch count: articles that match a query, per week, month, day or year."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer

from storage.exports.csv_sheet import write_table
from storage.exports.spreadsheet_cells import cell
from storage.search.counts import ArticleCounts, all_periods, count_articles
from tinwatch.commands.article_options import ArticleOptions
from tinwatch.commands.options import HomeOption, JsonOption, with_options
from tinwatch.terminal.console import database, err, out, print_json, safe
from tinwatch.terminal.messages import UsageError, gettext, ngettext

BAR_CHARS = 40  # the longest bar of a column chart
SPARKS = "▁▂▃▄▅▆▇█"
MAX_SPARKS = 60  # periods in a line of a group; older ones are left out
COLUMNS = ("query", "first", "last", "group", "articles")


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
        queries = [chosen.query([text]) for text in written]
        counted = [
            count_articles(db, each, by.value, group.value if group else None) for each in queries
        ]
        periods = all_periods((p for each in counted for p in each.periods), by.value)
        found = dict(zip(written, (each.within(periods) for each in counted), strict=True))
        if as_csv:
            rows = ([cell(value) for value in row] for row in _rows(found))
            sys.stdout.buffer.write("\ufeff".encode())
            write_table(sys.stdout.buffer, COLUMNS, rows)
        elif as_json:
            for row in _rows(found):
                print_json({"by": by.value} | dict(zip(COLUMNS, row, strict=True)))
        else:
            _print(found, grouped=group is not None)
        if not periods:
            err.print(gettext("no articles match"))


def _rows(found: dict[str, ArticleCounts]) -> Iterator[tuple[str, str, str, str | None, int]]:
    for text, counted in found.items():
        for first, last, group, number in counted.rows():
            yield text, first.isoformat(), last.isoformat(), group or None, number


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
