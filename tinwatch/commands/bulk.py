"""tinwatch bulk: archives of any size, on a Dask cluster."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storage.extras import optional_extra
from storage.messages import describe
from storage.messages.reasons_bulk import BulkReason
from storage.messages.reasons_input import InputError
from storage.periods import parse_days
from storage.reasons import Reason
from tinwatch.commands.options import (
    CapturedSinceOption,
    CapturedUntilOption,
    JsonOption,
    SitesOption,
)
from tinwatch.commands.plain_help import PlainCommand, PlainGroup
from tinwatch.terminal.console import Exit, err, exit_on_error, print_json, safe
from tinwatch.terminal.messages import gettext, ngettext, reason_text, styled
from tinwatch.terminal.progress import progress_bar

if TYPE_CHECKING:
    from crawlers.bulk.job import JobResult
    from crawlers.bulk.selection import ArchiveSelection
    from storage.bulk.pieces import Piece

bulk = typer.Typer(
    name="bulk", cls=PlainGroup, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False,
)  # fmt: skip
MEGABYTE = 1_000_000
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", help="Address of a Dask scheduler, tcp://HOST:8786."),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, help="Without a scheduler: so many processes, not one a core."
    ),
]


@bulk.callback()
def group() -> None:
    """Extract articles from archives of any size, on a Dask cluster."""


@bulk.command(cls=PlainCommand)
def extract(
    out: Annotated[str, typer.Option("--out", help="Folder or URL of the dataset.")],
    files: Annotated[
        list[str] | None,
        typer.Argument(help="WARC or WACZ files: paths, s3:// and other URLs, globs, or lists."),
    ] = None,
    index: Annotated[
        list[str] | None,
        typer.Option(
            "--index", help="Only the records in this CDXJ or Parquet index (repeatable)."
        ),
    ] = None,
    base: Annotated[
        str, typer.Option("--base", help="What the file names in the index are relative to.")
    ] = "s3://commoncrawl/",
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    site: SitesOption = None,
    since: CapturedSinceOption = None,
    until: CapturedUntilOption = None,
    generic: Annotated[
        bool, typer.Option("--generic", help="Read hosts without a site module, too.")
    ] = False,
    split: Annotated[
        int, typer.Option("--split", min=1, help="Megabytes of a file that one task reads.")
    ] = 128,
    as_json: JsonOption = False,
) -> None:
    """Extract the articles in WARC files into a Parquet dataset. Run it again to resume."""
    with exit_on_error(), optional_extra("bulk"):
        from crawlers.bulk.job import dask_client, run_job
        from crawlers.bulk.selection import ArchiveSelection

        selection = ArchiveSelection(tuple(site or ()), *parse_days(since, until), generic)
        pieces, problems = _plan(files or [], split * MEGABYTE)
        _plan_index(index or [], selection, base, pieces, problems)
        if not pieces and not problems:
            raise InputError(Reason(BulkReason.NO_INPUT, names=[*(files or ()), *(index or ())]))
        with dask_client(scheduler, workers) as client, progress_bar(gettext("tasks")) as update:
            err.print(gettext("Dask's dashboard: {url}", url=client.dashboard_link))
            result = run_job(client, out, selection, pieces, update)
        for file, reason in problems:
            result.add_problem(file, reason)
        _report(result, as_json)
        if result.failed:
            raise typer.Exit(Exit.PROBLEMS)


def _plan(files: list[str], split_bytes: int) -> tuple[list[Piece], list[tuple[str, Reason]]]:
    """Return the pieces of all files, and the files that cannot be read."""
    from storage.bulk.pieces import BadInput, find_files, pieces_of

    pieces: list[Piece] = []
    problems: list[tuple[str, Reason]] = []
    found: dict[str, None] = {}
    for name in files:
        try:
            found |= dict.fromkeys(find_files([name]))
        except BadInput as error:
            problems.append((error.file, error.reason))
    for file in found:
        try:
            pieces += pieces_of(file, split_bytes)
        except BadInput as error:
            problems.append((error.file, error.reason))
    return pieces, problems


def _plan_index(
    indexes: list[str],
    selection: ArchiveSelection,
    base: str,
    pieces: list[Piece],
    problems: list[tuple[str, Reason]],
) -> None:
    """Add the pieces that indexes list, and the indexes that cannot be read."""
    from crawlers.bulk.index_pieces import index_pieces
    from storage.bulk.pieces import BadInput

    try:
        indexed = index_pieces(indexes, selection, base)
    except BadInput as error:
        problems.append((error.file, error.reason))
        return
    pieces += indexed.pieces
    for name, number in indexed.bad_lines.items():
        problems.append((name, Reason(BulkReason.INDEX_LINES, number=number)))


def _report(result: JobResult, as_json: bool) -> None:
    for file, url, offset, reason in result.problems:
        location = file if offset is None else f"{file}:{offset}"
        named = f"{safe(location)} {safe(url)}".rstrip()
        err.print(styled("yellow", gettext("not read:")), f"{named}: {safe(reason_text(reason))}")
    if result.failed > len(result.problems):
        more = result.failed - len(result.problems)
        err.print(gettext("and {number} more: see the table of problems", number=more))
    counts = result.counts
    row: dict[str, Any] = {
        "tasks": result.tasks, "skipped": result.skipped, "records": counts["records"],
        "captures": counts["captures"], "articles": counts["articles"],
        "outcomes": {
            name.removeprefix("outcome_"): number
            for name, number in sorted(counts.items())
            if name.startswith("outcome_")
        },
        "failed": result.failed,
        "problems": [
            {"file": f, "url": u or None, "offset": o, "reason": describe(r),
             "reason_code": r.code}
            for f, u, o, r in result.problems
        ],
    }  # fmt: skip
    if as_json:
        print_json(row)
        return
    err.print(
        gettext(
            "{records} records, {captures} captures of articles, {articles} articles read, "
            "{pages} pages without one",
            records=counts["records"], captures=counts["captures"], articles=counts["articles"],
            pages=counts["problems"] - counts["damaged"],
        )
    )  # fmt: skip
    if repeated := counts["outcome_repeated"]:
        err.print(
            ngettext(
                "{number} revisit record repeats the bytes of a record that no file holds",
                "{number} revisit records repeat the bytes of records that no file holds",
                repeated,
            )
        )
    err.print(ngettext("{number} problem", "{number} problems", result.failed))


@bulk.command(cls=PlainCommand)
def stories(
    folder: Annotated[str, typer.Argument(help="Dataset that tinwatch bulk extract wrote.")],
    memory: Annotated[
        float, typer.Option("--memory", min=0.5, help="Gigabytes for the join of shingles.")
    ] = 4.0,
    scheduler: SchedulerOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the reprints in a dataset: by the rules of tinwatch stories."""
    with exit_on_error(), optional_extra("bulk"):
        from crawlers.bulk.job import dask_client
        from crawlers.bulk.story_job import compare_on
        from crawlers.registry import all_sites
        from pipelines.stories.bulk import cluster_dataset
        from storage.bulk.dataset import DatasetFolder

        DatasetFolder(folder).check()
        names = {name: site.title for name, site in all_sites().items()}
        with dask_client(scheduler, workers) as client, progress_bar(gettext("tasks")) as update:
            err.print(gettext("Dask's dashboard: {url}", url=client.dashboard_link))
            found = cluster_dataset(folder, names, memory, compare_on(client), update)
        if as_json:
            print_json(asdict(found))
            return
        err.print(
            gettext(
                "{articles} articles, {stories} stories with {members} articles",
                articles=found.articles, stories=found.stories, members=found.members,
            )
        )  # fmt: skip
