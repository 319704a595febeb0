"""The archive of a home: tinwatch backup, restore, verify, rebuild and prune."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawlers.registry import UnknownSite, get_site
from storage.archive import retention
from storage.archive.backup import (
    backup_folder,
    check_target,
    drop_old_backups,
    read_backup,
    write_backup,
)
from storage.db.connection import Database, DatabaseError
from storage.home import DATABASE_NAME, PRIVATE_FOLDER, Home, HomeError, home_path, open_home
from storage.messages import describe
from storage.messages.reasons_damage import Damage
from storage.reasons import Reason
from storage.verify import verify as verify_home
from storage.verify_captures import Verified
from tinwatch.commands.options import HomeOption, JsonOption
from tinwatch.reports.atomic_files import abandoned_folders, fresh_file, fresh_folder
from tinwatch.terminal.console import Exit, existing_home, exit_on_error, out, print_json, safe
from tinwatch.terminal.messages import gettext, ngettext, reason_text, styled
from tinwatch.terminal.progress import progress_bar

if TYPE_CHECKING:
    from schedules.publishing.rebuild import RebuildReport

MAX_LISTED_PROBLEMS = 20


def backup(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; by default in HOME/backups."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Back up the database, captures and settings to one tar file, even during a crawl."""
    with exit_on_error(home):
        opened = existing_home(home)
        name = f"tinwatch-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar"
        file = output or backup_folder(opened) / name
        with opened.work_lock("keeping"):
            opened.database().close()  # finishes what a killed process left undone
            check_target(opened, file)
            with fresh_file(file) as part:
                saved = write_backup(opened, part, part.parent)
            if output is None and not saved.problems:
                drop_old_backups(file.parent, opened.settings.keep_backups)
        if as_json:
            row = {"file": str(file), "files": saved.files, "bytes": saved.size}
            print_json(row | {"problems": list(map(describe, saved.problems))})
        else:
            _print_problems(gettext("problem:"), list(saved.problems), [])
            out.print(f"{safe(str(file))}: {_files(saved.files)}, {_bytes(saved.size)}")
        if saved.problems:
            raise typer.Exit(Exit.PROBLEMS)


def restore(
    file: Annotated[Path, typer.Argument(help="A file written by tinwatch backup.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into an empty home. Every file is checked."""
    with exit_on_error(home):
        folder = home_path(home)
        with fresh_folder(folder, PRIVATE_FOLDER) as part:
            saved = read_backup(file, part)
        if as_json:
            print_json({"home": str(folder), "files": saved.files, "bytes": saved.size})
        else:
            restored = gettext("{files} restored", files=_files(saved.files))
            out.print(f"{safe(str(folder))}: {restored}")


def verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Verify that captures, database and ledger are complete and unchanged."""
    with exit_on_error(home):
        opened = _home_with_captures(home)
        db, broken = _database(opened)
        with progress_bar(gettext("verifying")) as update:
            found = verify_home(opened.captures, db, update)
        if db is not None:
            db.close()
        if broken:
            found.problems.append(broken)
        for folder in _folders_of_parts(opened):
            found.notes += (
                Reason(Damage.KILLED_PART, folder=str(part)) for part in abandoned_folders(folder)
            )
        if as_json:
            print_json(found.to_dict())
        else:
            _print_verified(found)
        if found.problems:
            raise typer.Exit(Exit.PROBLEMS)


def rebuild(
    source: Annotated[Path, typer.Option("--from", help="Home with the captures and the journal.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rebuild a home from the captures and the journal of another one, without its database."""
    from schedules.publishing.rebuild import rebuild as rebuild_home  # imports Scrapy

    with exit_on_error(home):
        old, folder = _home_with_captures(source), home_path(home)
        with (
            fresh_folder(folder, PRIVATE_FOLDER) as part,
            progress_bar(gettext("rebuilding")) as update,
        ):
            report = rebuild_home(old, part, update)
        if as_json:
            print_json({"home": str(folder), **report.to_dict()})
        else:
            _print_rebuilt(folder, report)
        if report.problems:
            raise typer.Exit(Exit.PROBLEMS)


def prune(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be deleted; delete nothing.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete old listings from the captures (setting keep_listings_days)."""
    with exit_on_error(home):
        opened = existing_home(home)
        with opened.work_lock("keeping"), closing(opened.database()) as db:
            done = retention.prune(opened, db, datetime.now(UTC), _is_article, dry_run=dry_run)
        row: dict[str, Any] = {**asdict(done), "dry_run": dry_run}
        if as_json:
            print_json(row)
            return
        if not opened.settings.keep_listings_days:
            out.print(gettext("keep_listings_days is not set: nothing is deleted"))
            return
        listings = ngettext("{number} old listing", "{number} old listings", done.records)
        message = (
            gettext(
                "{listings} would be deleted, {bytes}", listings=listings, bytes=_bytes(done.freed)
            )
            if dry_run
            else gettext("{listings} deleted, {bytes}", listings=listings, bytes=_bytes(done.freed))
        )
        out.print(message)
        for name in done.busy:
            out.print(gettext("skipped {site}: it is being crawled", site=safe(name)))
        for name in done.unread:
            file = f"captures/{safe(name)}"
            out.print(gettext("{file} is damaged: what cannot be read stays", file=file))


def _is_article(site: str, url: str) -> bool:
    """Return whether a URL is an article of the site; True for a site without a module."""
    try:
        return get_site(site).key_of(url) is not None
    except UnknownSite:
        return True


def _home_with_captures(path: Path | None) -> Home:
    """Return a home that has captures or a database. Raise HomeError."""
    folder = home_path(path)
    if not ((folder / "captures").is_dir() or os.path.lexists(folder / DATABASE_NAME)):
        message = gettext("there are no captures in {folder}: name another folder", folder=folder)
        raise HomeError(message)
    return open_home(folder)


def _database(home: Home) -> tuple[Database | None, Reason | None]:
    """Return the home's database, or the reason why it cannot be opened."""
    if not os.path.lexists(home.database_file):
        return None, Reason(Damage.NO_DATABASE)
    try:
        return home.database(), None
    except (DatabaseError, HomeError) as error:
        return None, Reason(Damage.IN_DATABASE, problem=error.reason)


def _folders_of_parts(home: Home) -> list[Path]:
    """Where backup, rebuild, restore and export write temporary folders by default."""
    backups = Path(home.settings.backup_folder or home.path / "backups").expanduser()
    return [home.path.parent, home.path, backups]


def _print_verified(found: Verified) -> None:
    _print_problems(gettext("problem:"), found.problems, found.notes)
    parts = [
        _files(found.files),
        ngettext("{number} record", "{number} records", found.records),
        ngettext("{number} revision", "{number} revisions", found.revisions),
        ngettext("{number} event", "{number} events", found.events),
    ]
    problems = ngettext("{number} problem", "{number} problems", len(found.problems))
    out.print(gettext("verified {parts}: {problems}", parts=", ".join(parts), problems=problems))
    if found.rebuildable:
        out.print(gettext("the database can be rebuilt from the captures"))
    else:
        out.print(gettext("the database cannot be fully rebuilt from the captures"))


def _print_rebuilt(folder: Path, report: RebuildReport) -> None:
    _print_problems(gettext("not rebuilt:"), report.problems, report.notes)
    parts = [
        ngettext("{number} run", "{number} runs", report.runs),
        ngettext("{number} article", "{number} articles", report.articles),
        ngettext("{number} revision", "{number} revisions", report.revisions),
        ngettext("{number} event", "{number} events", report.events),
    ]
    out.print(f"{safe(str(folder))}: {', '.join(parts)}")
    if report.left:
        message = gettext(
            "{bytes} belong to unfinished runs: the next runs of their sites resume them",
            bytes=_bytes(report.left),
        )
        out.print(message)


def _print_problems(title: str, problems: list[Reason], notes: list[Reason]) -> None:
    for problem in problems[:MAX_LISTED_PROBLEMS]:
        out.print(f"{styled('bold red', title)} {safe(reason_text(problem))}")
    _print_more(problems)
    for note in notes[:MAX_LISTED_PROBLEMS]:
        out.print(gettext("note: {text}", text=safe(reason_text(note))))
    _print_more(notes)


def _print_more(listed: list[Reason]) -> None:
    if len(listed) > MAX_LISTED_PROBLEMS:
        more = gettext("and {number} more", number=len(listed) - MAX_LISTED_PROBLEMS)
        out.print(f"... {more}: --json")


def _files(number: int) -> str:
    return ngettext("{number} file", "{number} files", number)


def _bytes(number: int) -> str:
    return gettext("{number} bytes", number=f"{number:,}")
