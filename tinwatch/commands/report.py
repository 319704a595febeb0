"""tinwatch report: what a nightly batch or a run found."""

from __future__ import annotations

from typing import Annotated

import typer

from crawlers.province_filter import chosen_provinces
from storage.runs.batches import latest_batch
from tinwatch.commands.options import (
    MAX_ID,
    FormerProvinceOption,
    HomeOption,
    JsonOption,
    ProvinceOption,
)
from tinwatch.reports.nightly_report import batch_report, print_report, run_report
from tinwatch.terminal.console import database, print_json
from tinwatch.terminal.messages import UsageError, gettext


def report(
    run: Annotated[
        int | None, typer.Option(min=1, max=MAX_ID, help="One run instead of the newest batch.")
    ] = None,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the report of the newest batch, or of one run."""
    with database(home) as db:
        chosen = chosen_provinces(province, former_province)
        if run is not None:
            if chosen is not None:
                raise UsageError(gettext("--run and --province exclude each other"))
            found = run_report(db, run)
        else:
            batch = latest_batch(db)
            if batch is None:
                raise UsageError(gettext("no nightly batch has run yet: tinwatch nightly"))
            found = batch_report(db, batch, provinces=chosen)
        if as_json:
            print_json(found)
        else:
            print_report(found)
