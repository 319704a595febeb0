"""What the health gate looks at, and what it says: plain data, so that any case can be made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pipelines.leaks import EditedTexts
from storage.home import Settings
from storage.runs import Volume

VerdictName = Literal["passed", "held", "outage", "failed"]

LEAST_PAGES = 5  # pages before shares of them mean anything
MOST = 0.5  # more than this share is "most"


@dataclass(frozen=True, slots=True)
class SiteEvent:
    """What a verdict has to tell of the site itself: it is published although the run is held."""

    kind: Literal["outage", "redesign", "domain_moved", "silent"]
    summary: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    name: VerdictName
    reason: str | None = None
    event: SiteEvent | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A finished run, and what is known of its site.

    `stats`: the run's own counts (storage.runs.Run.stats). `past`: those of the site's last runs
    that passed or were released, newest first. `volumes`: new articles of all its runs of the
    last weeks. `moment`: when the run looked at the site, with a zone. `swept`: every listing was
    read to its end. `edits` is asked only where many articles were edited.
    """

    stats: dict[str, Any]
    kind: str = "crawl"
    settings: Settings = field(default_factory=Settings)
    generic_site: bool = False
    moment: datetime | None = None
    swept: bool = True
    past: tuple[dict[str, Any], ...] = ()
    volumes: tuple[Volume, ...] = ()
    edits: Callable[[], list[EditedTexts]] = list

    def count(self, name: str) -> int:
        value = self.stats.get(name, 0)
        return value if isinstance(value, int) else 0

    @property
    def well(self) -> int:
        """Article pages that were read, or that the site said are as they were read before."""
        return self.count("read") + self.count("not_modified")

    @property
    def has_past(self) -> bool:
        """The site was read before, by rules that fitted: only then can it have changed."""
        return any(stats.get("read") or stats.get("not_modified") for stats in self.past)
