"""A database connection per request: read-only for pages, writable for forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from storage.db.connection import Database, existing_database


def _reading(request: Request) -> Iterator[Database]:
    with existing_database(request.app.state.home.database_file, writes=False) as db:
        yield db


def _writing(request: Request) -> Iterator[Database]:
    with existing_database(request.app.state.home.database_file, writes=True) as db:
        yield db


ReadDatabase = Annotated[Database, Depends(_reading)]
WriteDatabase = Annotated[Database, Depends(_writing)]
