"""The command line: `tinwatch COMMAND`."""

from __future__ import annotations

import sys

import typer

from schedules.batch.parent_death import exit_with_parent
from tinwatch import __version__
from tinwatch.commands.lazy_loading import LazyGroup, current_name
from tinwatch.terminal.console import Exit, flush_stdout, open_standard_streams, out
from tinwatch.terminal.messages import gettext

# Commands whose exit code says what they found: they run to their end without a reader.
CHECKING = frozenset(
    {
        "alert", "backfill", "backup", "bulk", "check", "crawl", "demo", "domains", "explain",
        "fixture", "health", "import", "nightly", "rebuild", "reparse", "verify", "verify-site",
    }
)  # fmt: skip

app = typer.Typer(
    name="tinwatch",
    cls=LazyGroup,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "token_normalize_func": current_name,
        "max_content_width": 80,
    },
    help=gettext("Archives Vietnam's provincial news sites and reports each night what changed."),
    epilog=gettext(
        "Help of a command: tinwatch COMMAND --help. Exit codes: 0 ok, 1 a site or file has "
        "problems, 2 wrong usage, 3 home or database unusable, 130 Ctrl-C."
    ),
)


def _version(requested: bool) -> None:
    if requested:
        typer.echo(f"tinwatch {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True),
) -> None:
    out.quits_without_reader = ctx.invoked_subcommand not in CHECKING
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(Exit.USAGE)


def main() -> None:
    open_standard_streams()
    exit_with_parent()
    for stream in (sys.stdout, sys.stderr):
        # Not every terminal encoding covers the texts of sites.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        app()
    finally:
        flush_stdout()
