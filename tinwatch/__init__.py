"""The front door: the command line, what it shows, and `open` for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.version import VERSION

if TYPE_CHECKING:
    from os import PathLike

    from tinwatch.notebook.watch import OpenHome

__version__ = VERSION


def open(home: str | PathLike[str] | None = None) -> OpenHome:
    """A home to read from Python (docs/python.md). `home`: its folder, else TINWATCH_HOME, else
    data. Raises HomeError where there is no database, DatabaseError where it cannot be read."""
    from tinwatch.notebook.watch import (
        OpenHome,  # the command line need not load what notebooks use
    )

    return OpenHome(home)
