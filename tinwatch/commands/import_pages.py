"""tinwatch import: pages that somebody saved."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.crawl.replay import as_utc
from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from schedules.batch.log_file import log_to_file
from schedules.publishing.publish import publish
from storage.home import open_home
from storage.messages import describe
from tinwatch.commands.options import HomeOption, JsonOption
from tinwatch.terminal.console import Exit, err, exit_on_error, print_json, safe
from tinwatch.terminal.messages import UsageError, gettext, ngettext, reason_text, styled


def import_command(
    file: Annotated[list[Path], typer.Argument(help="Saved HTML, WARC or text files.")],
    site: Annotated[str, typer.Option("--site", help="The site they are from.")],
    url: Annotated[
        str | None, typer.Option(help="URL of a single page that does not name its own.")
    ] = None,
    captured_at: Annotated[
        str | None, typer.Option(help="When it was saved (ISO 8601, UTC); else the file's date.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import saved pages: HTML, WARC, or text copied from a browser."""
    with exit_on_error(home):
        if len(file) > 1 and url:
            raise UsageError(gettext("--url needs exactly one file"))
        place = open_home(home)
        log_to_file(place)
        time: datetime | None = as_utc(captured_at) if captured_at else None
        done = import_files(place, get_site(site), file, url=url, captured_at=time)
        with closing(place.database()) as db:
            publish(db, place, [site])
        for name, reason in done.problems:
            not_imported = styled("yellow", gettext("not imported:"))
            err.print(f"{not_imported} {safe(name)}: {safe(reason_text(reason))}")
        row: dict[str, Any] = {
            "site": site,
            "run": done.run,
            "read": done.read,
            "problems": [
                {"file": n, "reason": describe(r), "reason_code": r.code} for n, r in done.problems
            ],
        }
        if as_json:
            print_json(row)
        else:
            articles = ngettext("{number} article read", "{number} articles read", done.read)
            problems = ngettext("{number} problem", "{number} problems", len(done.problems))
            err.print(f"{site}: {articles}, {problems}")
        if done.problems:
            raise typer.Exit(Exit.PROBLEMS)
