"""Consoles, exit codes and error handling of all commands."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn, TextIO, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from crawlers.site_error import SiteError
from storage.archive.errors import CaptureError, UnreadableRecord
from storage.db.connection import Database, DatabaseError
from storage.extras import MissingExtra
from storage.home import DATABASE_NAME, Home, HomeError, check_database, home_path, open_home
from storage.messages.reasons_home import HomeReason
from storage.messages.reasons_input import InputError
from storage.messages.reasons_lookups import NotFound
from storage.reasons import Reason
from storage.timezone import local_time as local_time
from tinwatch.terminal.messages import UsageError, gettext, reason_text, styled

T = TypeVar("T")

if os.environ.get("COLUMNS") == "0":  # some terminals and editors set it; Rich prints nothing then
    del os.environ["COLUMNS"]


def open_standard_streams() -> None:
    """Open /dev/null for each standard stream that the caller closed (`tinwatch nightly >&-`).

    A file opened later would otherwise get the number of the stream, and be written into.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # gets the lowest free number
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115


def discard_stream(stream: TextIO) -> None:
    """Send the rest of a stream to /dev/null: its reader has closed the pipe (`| head`)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def flush_stdout() -> None:
    """Flush standard output; avoid an error at exit if its reader has closed the pipe."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        discard_stream(sys.stdout)


class _Console(Console):
    quits_without_reader = True  # of commands that only list something

    def on_broken_pipe(self) -> None:
        """Print no more. Without a reader of the results a listing ends; a check goes on, for its
        exit code. Messages are no result: a crawl goes on without a reader of its progress.
        """
        discard_stream(sys.stderr if self.stderr else sys.stdout)
        if not self.stderr and self.quits_without_reader:
            raise SystemExit(Exit.OK)


# Texts of sites are printed unchanged: ":100:" is no emoji.
out = _Console(highlight=False, soft_wrap=True, emoji=False)
err = _Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


class Exit(IntEnum):
    """Exit codes of all commands (docs/commands.md)."""

    OK = 0
    PROBLEMS = 1  # the command ran, and a site, a file or a check has problems
    USAGE = 2  # invalid arguments; nothing was done
    HOME = 3  # home or database cannot be used; nothing was changed
    INTERRUPTED = 130


@contextmanager
def exit_on_error(home: Path | None = None) -> Iterator[None]:
    """Exit with one line and the right exit code on expected errors, without a traceback.

    Any other error is one of tinwatch's own: its traceback goes to the log of the home, which is
    the option --home.
    """
    try:
        yield
    except (UsageError, InputError, NotFound, CaptureError, SiteError, MissingExtra) as error:
        _exit(_text(error), Exit.USAGE)
    except (HomeError, DatabaseError) as error:
        _exit(_text(error), Exit.HOME)
    except sqlite3.DatabaseError as error:
        _exit_on_database_error(error, home)
    except OSError as error:
        _exit_on_os_error(error, home)
    except KeyboardInterrupt:
        message = gettext("interrupted; what was read is kept. Run the command again to resume.")
        _exit(message, Exit.INTERRUPTED)
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        log = _log_traceback(error, home)
        message = gettext(
            "an error in tinwatch itself: {error}. Details: {log}", error=what, log=log
        )
        _exit(message, Exit.PROBLEMS)


def _exit_on_database_error(error: sqlite3.DatabaseError, home: Path | None) -> None:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
        _exit_if_read_only(home)
    message = gettext("database error: {error}. Nothing half-written is left.", error=error)
    _exit(message, Exit.HOME)


def _exit_on_os_error(error: OSError, home: Path | None) -> None:
    if isinstance(error, BrokenPipeError):
        discard_stream(sys.stdout)
        raise typer.Exit(Exit.OK) from error
    if error.errno == errno.EADDRINUSE:
        _exit(gettext("the port is in use: choose another with --port"), Exit.HOME)
    if error.errno in (errno.EROFS, errno.EACCES):
        _exit_if_read_only(home)
    name = f" ({error.filename})" if error.filename else ""
    _exit(f"{error.strerror or error}{name}", Exit.HOME)


def _exit_if_read_only(home: Path | None) -> None:
    """Exit with the remedy if the home is on a read-only medium."""
    folder = home_path(home)
    if folder.exists() and not os.access(folder, os.W_OK):
        reason = Reason(HomeReason.HOME_NOT_WRITABLE, folder=str(folder))
        _exit(reason_text(reason), Exit.HOME)


def _log_traceback(error: Exception, home: Path | None) -> str:
    """Write the traceback to the log of the command's home; return the name of the log.

    Without a home it goes to standard error.
    """
    folder = home_path(home)
    lines = "".join(traceback.format_exception(error))
    try:
        if not (folder / DATABASE_NAME).exists():
            raise FileNotFoundError(folder)
        file = open_home(folder).log_file
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now():%Y-%m-%d %H:%M:%S} ERROR tinwatch: {lines}")
    except (HomeError, OSError):
        err.print(escape(lines))
        return gettext("above")
    return str(file)


def _text(error: Exception) -> str:
    """Return the error in the user's language if it carries a reason, else its message."""
    reason = getattr(error, "reason", None)
    if not isinstance(reason, Reason):
        return str(error)
    if isinstance(error, UnreadableRecord):
        return gettext(
            "{file} cannot be read as WARC at {offset}: {reason}",
            file=error.path, offset=error.offset, reason=reason_text(reason),
        )  # fmt: skip
    return reason_text(reason)


def _exit(message: str, code: Exit) -> NoReturn:
    err.print(styled("bold red", gettext("error:")), escape(message))
    raise typer.Exit(code)


def exit_with_error(message: str, code: Exit) -> NoReturn:
    """End the program with an error that is found before a command runs."""
    err.print(styled("bold red", gettext("error:")), safe(message))
    sys.exit(code)


def existing_home(path: Path | None) -> Home:
    """Return a home that has a database. Raise HomeError if there is none."""
    folder = home_path(path)
    check_database(folder)
    if not (folder / DATABASE_NAME).exists():
        raise HomeError(
            gettext(
                "there is no database in {folder}: crawl or import something first "
                "(tinwatch demo shows how), or name another folder with --home",
                folder=folder,
            )
        )
    return open_home(folder)


@contextmanager
def database(path: Path | None) -> Iterator[Database]:
    """Open the database of an existing home for one command, with exit_on_error()."""
    with home_and_database(path) as (_, db):
        yield db


@contextmanager
def home_and_database(path: Path | None) -> Iterator[tuple[Home, Database]]:
    """Open an existing home and its database for one command, with exit_on_error()."""
    with exit_on_error(path):
        home = existing_home(path)
        with closing(home.database()) as db:
            yield home, db


def print_json(row: dict[str, Any]) -> None:
    """Write one JSON line, regardless of the terminal's width."""
    try:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    except BrokenPipeError:
        out.on_broken_pipe()


def print_rows(
    found: Iterable[T], as_json: bool, row: Callable[[T], dict[str, Any]], show: Callable[[T], None]
) -> bool:
    """Write what was found, each as a line of JSON or by `show`. Return whether it was anything."""
    empty = True
    for one in found:
        empty = False
        if as_json:
            print_json(row(one))
        else:
            show(one)
    return not empty


CONTROL_CHARS = {*range(32), *range(127, 160)} - {9, 10}
BIDI_CHARS = {0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F}
NOT_PRINTABLE = dict.fromkeys(CONTROL_CHARS | BIDI_CHARS)


def printable(text: str | None) -> str:
    """Remove control characters and bidi overrides from a text of a site."""
    return (text or "").translate(NOT_PRINTABLE)


def safe(text: str | None) -> str:
    """Escape a text of a site for the terminal: markup, control characters and bidi overrides."""
    return escape(printable(text))
