"""What every command shares: consoles, errors and exit codes."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from crawlers.registry import UnknownSite
from crawlers.site_config import SiteError
from storage.archive.writer import CaptureError
from storage.db.connection import Database, DatabaseError
from storage.extras import MissingExtra
from storage.home import Home, HomeError, home_path, open_home
from storage.reasons import Reason
from storage.timezone import local_time as local_time
from tinwatch.terminal.messages import gettext, reason_text, styled


def no_reader() -> None:
    """Whoever read our output has left (`| head`): what else is written goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def end_output() -> None:
    """Writes what is left, where the interpreter's own end would complain of a left reader."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        no_reader()


class _Console(Console):
    def on_broken_pipe(self) -> None:
        no_reader()
        raise SystemExit(Exit.OK)


# What pages say is printed as it is: ":100:" is no emoji.
out = _Console(highlight=False, soft_wrap=True, emoji=False)
err = _Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


class Exit(IntEnum):
    """The exit codes of every command, as docs/commands.md explains them."""

    OK = 0
    TROUBLE = 1  # the command ran, and a site, a file or a check was not well
    USAGE = 2  # the command was called wrongly; nothing was done
    HOME = 3  # home or database cannot be used; nothing was changed
    INTERRUPTED = 130


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Known errors end the command with one clear line and their exit code, never a traceback."""
    try:
        yield
    except (UnknownSite, KeyError, ValueError, CaptureError, SiteError) as error:
        message = error.args[0] if isinstance(error, KeyError) and error.args else error
        _end(_text(error, str(message)), Exit.USAGE)
    except MissingExtra as error:
        _end(_text(error, str(error)), Exit.USAGE)
    except (HomeError, DatabaseError) as error:
        _end(_text(error, str(error)), Exit.HOME)
    except sqlite3.DatabaseError as error:
        message = gettext("database error: {error}. Nothing half-written is left.", error=error)
        _end(message, Exit.HOME)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            no_reader()
            raise typer.Exit(Exit.OK) from error
        name = f" ({error.filename})" if error.filename else ""
        _end(f"{error.strerror or error}{name}", Exit.HOME)
    except KeyboardInterrupt:
        message = gettext("interrupted; what was read is kept. Run the command again to resume.")
        _end(message, Exit.INTERRUPTED)


def _text(error: Exception, message: str) -> str:
    """The error in the user's language if it carries a reason, else the message."""
    reason = getattr(error, "reason", None)
    return reason_text(reason) if isinstance(reason, Reason) else message


def _end(message: str, code: Exit) -> None:
    err.print(styled("bold red", gettext("error:")), escape(message))
    raise typer.Exit(code)


def existing_home(path: Path | None) -> Home:
    """A home that has a database. Raises HomeError where nothing was ever crawled into it."""
    folder = home_path(path)
    if not (folder / "tinwatch.db").exists():
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
    """The database of an existing home, for one command; errors end it in words."""
    with home_and_database(path) as (_, db):
        yield db


@contextmanager
def home_and_database(path: Path | None) -> Iterator[tuple[Home, Database]]:
    """The same, with the home that it belongs to."""
    with errors_in_words():
        place = existing_home(path)
        with closing(place.database()) as db:
            yield place, db


def print_json(row: dict[str, Any]) -> None:
    """One JSON line, whatever the width or kind of terminal."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if code not in (9, 10)}
BIDI = dict.fromkeys((0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F))


def safe(text: str | None) -> str:
    """Text of a page for the terminal: no markup, no escape codes, no overrides of direction."""
    return escape((text or "").translate(CONTROLS | BIDI))


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
