"""tinwatch demo: four nightly batches over the sample sites."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import typer

from schedules.batch import reactor
from schedules.batch.log_file import log_to_file
from tinwatch.commands.options import HomeOption, JsonOption
from tinwatch.demo import player
from tinwatch.terminal.console import Exit, exit_on_error


def demo(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Crawl the sample sites in four nightly batches and show each report."""
    with exit_on_error(home):
        folder = home or Path("data") / "demo"
        log_to_file(player.fresh_home(folder))
        found = reactor.run(partial(player.play, folder, as_json=as_json))
        if not found:
            raise typer.Exit(Exit.PROBLEMS)
