"""tinwatch import: pages that somebody saved."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.crawl.replay import as_utc
from crawlers.inspection.file_site import site_of_file
from crawlers.registry import all_sites, get_site
from crawlers.reprocess.archive_files import files_below
from crawlers.reprocess.importer import Imported, import_files
from crawlers.spider import SiteSpider
from schedules.batch.log_file import log_to_file
from schedules.publishing.publish import publish
from storage.extras import optional_extra
from storage.home import open_home
from storage.messages import describe
from storage.reasons import Reason
from tinwatch.commands.options import HomeOption, JsonOption
from tinwatch.terminal.console import Exit, err, exit_on_error, print_json, safe
from tinwatch.terminal.messages import UsageError, gettext, ngettext, reason_text, styled


def import_command(
    file: Annotated[
        list[Path], typer.Argument(help="Saved HTML, WARC, WACZ or text files, or folders of them.")
    ],
    site: Annotated[
        str | None,
        typer.Option("--site", help="The site they are from; else what each file says."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="URL of a single page that does not name its own.")
    ] = None,
    captured_at: Annotated[
        str | None, typer.Option(help="When it was saved (ISO 8601, UTC); else the file's date.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import saved pages: HTML, WARC, WACZ, or text copied from a browser."""
    with exit_on_error(home):
        if len(file) > 1 and url:
            raise UsageError(gettext("--url needs exactly one file"))
        if [folder for folder in file if (folder / "_dataset.json").is_file()]:
            _import_datasets(file, site, home, as_json)
            return
        files_by_site = _files_by_site(files_below(file), site, url)
        opened = open_home(home)
        log_to_file(opened)
        time: datetime | None = as_utc(captured_at) if captured_at else None
        problems = 0
        for site_class, files in files_by_site.items():
            done = import_files(opened, site_class, files, url=url, captured_at=time)
            problems += len(done.problems)
            with closing(opened.database()) as db:
                publish(db, opened, [site_class.name])
            _report(site_class.name, done, as_json)
        if problems:
            raise typer.Exit(Exit.PROBLEMS)


def _import_datasets(
    folders: list[Path], site: str | None, home: Path | None, as_json: bool
) -> None:
    """Import datasets of tinwatch bulk extract, a run for each batch of captures of a site."""
    with optional_extra("bulk"):
        from crawlers.bulk.dataset_import import import_dataset
        from storage.bulk.dataset import DatasetFolder
    opened = open_home(home)
    log_to_file(opened)
    problems = 0
    for folder in folders:
        dataset = DatasetFolder(str(folder))
        dataset.check()
        for name in [site] if site else [n for n in dataset.sites() if n in all_sites()]:
            total = Imported()
            for done in import_dataset(opened, get_site(name), dataset):
                with closing(opened.database()) as db:
                    publish(db, opened, [name])
                total.run, total.read = done.run, total.read + done.read
                total.problems += done.problems
            problems += len(total.problems)
            _report(name, total, as_json)
    if problems:
        raise typer.Exit(Exit.PROBLEMS)


def _files_by_site(
    files: list[Path], name: str | None, url: str | None
) -> dict[type[SiteSpider], list[Path]]:
    """Group the files by their site. Raise ValueError if one does not say which it is."""
    if name is not None:
        return {get_site(name): files}
    grouped: dict[type[SiteSpider], list[Path]] = {}
    for file in files:
        grouped.setdefault(site_of_file(file, url), []).append(file)
    return grouped


def print_not_imported(problems: list[tuple[str, Reason]]) -> None:
    for name, reason in problems:
        not_imported = styled("yellow", gettext("not imported:"))
        err.print(f"{not_imported} {safe(name)}: {safe(reason_text(reason))}")


def _report(site: str, done: Imported, as_json: bool) -> None:
    print_not_imported(done.problems)
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
        return
    articles = ngettext("{number} article read", "{number} articles read", done.read)
    problems = ngettext("{number} problem", "{number} problems", len(done.problems))
    err.print(f"{site}: {articles}, {problems}")
