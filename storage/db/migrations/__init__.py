"""The tables, as migrations: numbered modules, each run once, in order, each in a transaction.

A module has a function `migrate(db)` and imports nothing of the application. Its name without the
number is the name under which the table _sqlite_migrations records it. A migration that has been
released never changes; add another. docs/schema.md explains the tables.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sqlite_utils import Migrations

_NUMBERED = re.compile(r"\d{4}_(\w+)")


def _load() -> Migrations:
    found = Migrations("tinwatch")
    for module in sorted(m.name for m in iter_modules([str(Path(__file__).parent)])):
        if match := _NUMBERED.fullmatch(module):
            migrate = import_module(f"{__name__}.{module}").migrate
            found(name=match[1])(migrate)
    return found


migrations = _load()
