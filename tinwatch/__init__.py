"""The command line, the dashboard, and `tinwatch.open` for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.version import VERSION

if TYPE_CHECKING:
    from os import PathLike

    from tinwatch.notebook.archive import Archive

__version__ = VERSION


def open(home: str | PathLike[str] | None = None) -> Archive:
    """Open a home read-only (docs/python.md). `home`: its folder, else TINWATCH_HOME, else data.

    Raise HomeError if there is no database, DatabaseError if it cannot be read.
    """
    from tinwatch.notebook.archive import Archive  # deferred: the command line does not need it

    return Archive(home)
