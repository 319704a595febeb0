"""What the watch over the sites finds, and the facts that it looks at: plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from storage.checks.retired_domains import DomainCheck
from storage.runs.repository import Run, Volume

Level = Literal["warning", "trouble"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    `site`: its name, or "" for the home itself. `sign`: which of the signs in docs/health.md.
    `remedy`: the command to run, or what to do.
    """

    site: str
    sign: str
    level: Level
    words: str
    remedy: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database says of a site.

    `runs`: its crawls and replays that ended, newest first. `volumes`: new articles of the last
    weeks' runs. `held`: runs that wait for a person, oldest first. `last_success`: UTC text, when
    the last run that was believed ended. `live`: it is crawled every night. `domains`: where each
    of its retired domains led at the newest weekly check.
    """

    site: str
    now: datetime
    live: bool = True
    runs: tuple[Run, ...] = ()
    volumes: tuple[Volume, ...] = ()
    held: tuple[Run, ...] = ()
    last_success: str | None = None
    generic_site: bool = False
    domains: tuple[DomainCheck, ...] = ()
