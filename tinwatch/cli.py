"""The command line. Each command does one thing; the work is in the rooms below."""

from __future__ import annotations

import sys

import typer

from schedules.service.lifeline import end_with_parent
from tinwatch import __version__
from tinwatch.console import end_output
from tinwatch.lazy_commands import LazyGroup

app = typer.Typer(
    name="tinwatch",
    cls=LazyGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Watches the news sites of Vietnam's provincial party organs and says the same night, "
    "truthfully, what is new, edited, moved, taken down or reposted.",
    epilog="Exit codes: 0 well, 1 a site or file was not well, 2 called wrongly, "
    "3 home or database unusable, 130 stopped by Ctrl-C.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tinwatch {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True),
) -> None:
    pass


def main() -> None:
    end_with_parent()
    for stream in (sys.stdout, sys.stderr):
        # Pages hold what no terminal encoding covers; a report must not die of it.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        app()
    finally:
        end_output()


if __name__ == "__main__":
    main()
