"""Input and result of the health gate: plain data, so that tests can make up any case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pipelines.changes.mass_inserted import EditedTexts
from storage.config import Settings
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.repository import Volume
from storage.runs.verdicts import VerdictStatus

LEAST_PAGES = 5  # pages before shares of them mean anything
MOST = 0.5  # more than this share is "most"


class SiteEventKind(StrEnum):
    """Kinds of events about a site as a whole (storage.events.ledger.SITE_KINDS)."""

    OUTAGE = "outage"
    RECOVERED = "recovered"
    REDESIGN = "redesign"
    DOMAIN_MOVED = "domain_moved"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class SiteEvent:
    """What a verdict says of the site itself. It is published even if the run is held."""

    kind: SiteEventKind
    reason: Reason
    detail: dict[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """As JSON data, for the journal."""
        return {"kind": self.kind, "reason": self.reason.to_data(), "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of the gate. `reason` is None for a run that passed."""

    status: VerdictStatus
    reason: Reason | None = None
    event: SiteEvent | None = None

    def to_data(self) -> dict[str, Any]:
        """As JSON data, for the journal."""
        reason = self.reason.to_data() if self.reason else None
        event = self.event.to_data() if self.event else None
        return {"name": self.status, "reason": reason, "event": event}


def passed() -> Verdict:
    return Verdict(VerdictStatus.PASSED)


def held(code: str, /, **params: Any) -> Verdict:
    return Verdict(VerdictStatus.HELD, Reason(code, **params))


def outage(code: str, /, **params: Any) -> Verdict:
    return Verdict(VerdictStatus.OUTAGE, Reason(code, **params))


def failed(code: str, /, **params: Any) -> Verdict:
    return Verdict(VerdictStatus.FAILED, Reason(code, **params))


@dataclass(frozen=True, slots=True)
class Case:
    """A finished run, and what is known of its site.

    `stats`: the run's own counts (storage.runs.repository.Run.stats). `past`: those of the
    site's last runs
    that passed or were released, newest first. `volumes`: new articles of all its runs of the
    last weeks. `moment`: when the run looked at the site, with a zone. `swept`: every listing was
    read to its end. `edits` is asked only where many articles were edited.
    """

    stats: RunStats
    kind: str = "crawl"
    settings: Settings = field(default_factory=Settings)
    generic_site: bool = False
    moment: datetime | None = None
    swept: bool = True
    past: tuple[RunStats, ...] = ()
    volumes: tuple[Volume, ...] = ()
    edits: Callable[[], list[EditedTexts]] = list

    @property
    def has_past(self) -> bool:
        """The site was read before, by rules that fitted: only then can it have changed."""
        return any(stats.read for stats in self.past)
