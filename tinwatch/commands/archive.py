"""Safe keeping: backup, restore, verify, rebuild and prune."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from crawlers.registry import UnknownSite, get_site
from pipelines.changes.fingerprint import fingerprint
from storage.archive import retention
from storage.archive.backup import (
    backup_folder,
    check_target,
    drop_old_backups,
    read_backup,
    write_backup,
)
from storage.db.connection import Database, DatabaseError
from storage.home import Home, HomeError, home_path, open_home
from storage.verify import Verified
from storage.verify import verify as verify_home
from tinwatch.commands.options import HomeOption, JsonOption
from tinwatch.reports.atomic_files import fresh_file, fresh_folder
from tinwatch.terminal.console import (
    Exit,
    count,
    err,
    errors_in_words,
    existing_home,
    out,
    print_json,
    safe,
)

if TYPE_CHECKING:
    from schedules.publishing.rebuild import Rebuilt

LISTED = 20  # troubles that are printed one by one


def backup(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; else one in HOME/backups.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the database, the captures and the settings into one file, even during a crawl."""
    with errors_in_words():
        place = existing_home(home)
        name = f"tinwatch-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar"
        file = output or backup_folder(place) / name
        with place.work_lock("keeping"):
            check_target(place, file)
            with fresh_file(file) as part:
                saved = write_backup(place, part, part.parent)
            if output is None:
                drop_old_backups(file.parent, place.settings.keep_backups)
        if as_json:
            print_json({"file": str(file), "files": saved.files, "bytes": saved.size})
        else:
            out.print(f"{safe(str(file))}: {count(saved.files, 'file')}, {saved.size:,} bytes")


def restore(
    file: Annotated[Path, typer.Argument(help="What tinwatch backup wrote.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a home from a backup. Checks every file; refuses a home that is not empty."""
    with errors_in_words():
        folder = home_path(home)
        with fresh_folder(folder) as part:
            saved = read_backup(file, part)
        if as_json:
            print_json({"home": str(folder), "files": saved.files, "bytes": saved.size})
        else:
            out.print(f"{safe(str(folder))}: {count(saved.files, 'file')} as they were saved")


def verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Verify that captures, database and ledger are complete and unchanged."""
    with errors_in_words():
        place = _home_with_captures(home)
        db, broken = _database(place)
        with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
            task = bar.add_task("verifying")
            found = verify_home(
                place.captures,
                db,
                fingerprint,
                lambda done, total: bar.update(task, completed=done, total=total),
            )
        if db is not None:
            db.close()
        if broken:
            found.troubles.append(broken)
        if as_json:
            print_json(asdict(found))
        else:
            _print_verified(found)
        if found.troubles:
            raise typer.Exit(Exit.TROUBLE)


def rebuild(
    source: Annotated[
        Path, typer.Option("--from", help="The home whose captures and journal are used.")
    ],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build a new home from the captures of another one, without its database."""
    from schedules.publishing.rebuild import rebuild as rebuild_home  # with Scrapy

    with errors_in_words():
        old, folder = _home_with_captures(source), home_path(home)
        with (
            fresh_folder(folder) as part,
            Progress(console=err, transient=True, disable=not err.is_terminal) as bar,
        ):
            task = bar.add_task("rebuilding")
            made = rebuild_home(
                old, part, lambda done, total: bar.update(task, completed=done, total=total)
            )
        if as_json:
            print_json({"home": str(folder), **asdict(made)})
        else:
            _print_rebuilt(folder, made)
        if made.problems:
            raise typer.Exit(Exit.TROUBLE)


def prune(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be dropped, and drop nothing.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Drop old listings from the captures (setting keep_listings_days)."""
    with errors_in_words():
        place = existing_home(home)
        with place.work_lock("keeping"), closing(place.database()) as db:
            done = retention.prune(place, db, datetime.now(UTC), _is_article, dry_run=dry_run)
        row: dict[str, Any] = {**asdict(done), "dry_run": dry_run}
        if as_json:
            print_json(row)
            return
        if not place.settings.keep_listings_days:
            out.print("keep_listings_days is not set: everything is kept")
            return
        verb = "would be dropped" if dry_run else "dropped"
        out.print(f"{count(done.records, 'old listing')} {verb}, {done.freed:,} bytes")
        for name in done.busy:
            out.print(f"{safe(name)} is being crawled and was left as it is")
        for name in done.unread:
            out.print(f"captures/{safe(name)} is damaged, its site was left as it is")


def _is_article(site: str, url: str) -> bool:
    """What the rules take for an article; of a site without a module, anything may be one."""
    try:
        return get_site(site).key_of(url) is not None
    except UnknownSite:
        return True


def _home_with_captures(path: Path | None) -> Home:
    """A home that has captures, be its database there or not. Raises HomeError."""
    folder = home_path(path)
    if not (folder / "captures").is_dir():
        raise HomeError(f"there are no captures in {folder}: name another folder with --home")
    return open_home(folder)


def _database(place: Home) -> tuple[Database | None, str | None]:
    """The home's database, or what is wrong with it."""
    if not place.database_file.exists():
        return None, "database: there is none; tinwatch rebuild makes one of the captures"
    try:
        return place.database(), None
    except DatabaseError as error:
        return None, f"database: {error}"


def _print_verified(found: Verified) -> None:
    for said in found.troubles[:LISTED]:
        out.print(f"[bold red]trouble:[/] {safe(said)}")
    if len(found.troubles) > LISTED:
        out.print(f"... and {count(len(found.troubles) - LISTED, 'more trouble')}: see --json")
    for said in found.notes:
        out.print(f"note: {safe(said)}")
    parts = [count(found.files, "file"), count(found.records, "record")]
    parts += [count(found.revisions, "revision"), count(found.events, "event")]
    out.print(f"looked at {', '.join(parts)}: {count(len(found.troubles), 'trouble')}")
    can = "can" if found.rebuildable else "cannot wholly"
    out.print(f"the database {can} be rebuilt from the captures")


def _print_rebuilt(folder: Path, made: Rebuilt) -> None:
    for said in made.problems[:LISTED]:
        out.print(f"[bold red]not rebuilt:[/] {safe(said)}")
    if len(made.problems) > LISTED:
        out.print(f"... and {count(len(made.problems) - LISTED, 'more problem')}: see --json")
    for said in made.notes:
        out.print(f"note: {safe(said)}")
    parts = [count(made.runs, "run"), count(made.articles, "article")]
    parts += [count(made.revisions, "revision"), count(made.events, "event")]
    out.print(f"{safe(str(folder))}: {', '.join(parts)}")
    if made.left:
        out.print(
            f"{made.left:,} bytes are of runs that did not end: the sites' next runs take them up"
        )
