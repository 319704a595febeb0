"""A database connection for each request: one that cannot write, or one for a form."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated

from fastapi import Depends, Request

from storage.database import BUSY_SECONDS, Database, DatabaseError
from storage.home import Home


@contextmanager
def connected(home: Home, *, writes: bool) -> Iterator[Database]:
    """A connection to the home's database, which must be there. Raises DatabaseError.

    A request may go on in another thread than it began in, never in two at once.
    """
    file = home.path / "tinwatch.db"
    try:
        connection = sqlite3.connect(
            f"{file.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, check_same_thread=False
        )
    except sqlite3.OperationalError as error:
        raise DatabaseError(f"{file}: {error}") from error
    with closing(connection):
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        if not writes:
            connection.execute("PRAGMA query_only = ON")
        yield Database(connection)


def _reading(request: Request) -> Iterator[Database]:
    with connected(request.app.state.home, writes=False) as db:
        yield db


def _writing(request: Request) -> Iterator[Database]:
    with connected(request.app.state.home, writes=True) as db:
        yield db


ReadDatabase = Annotated[Database, Depends(_reading)]
WriteDatabase = Annotated[Database, Depends(_writing)]
