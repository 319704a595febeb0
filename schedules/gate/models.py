"""Input and result of the health gate, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.changes.mass_inserted import EditedTexts
from storage.config import Settings
from storage.models import EventKind
from storage.reasons import Reason
from storage.run_stats import RunStats
from storage.runs.history import Volume
from storage.runs.repository import RunKind
from storage.runs.verdicts import VerdictStatus

MIN_PAGES = 5  # shares of fewer pages are not evaluated
MAJORITY = 0.5  # "most" means more than this share


@dataclass(frozen=True, slots=True)
class SiteEvent:
    """An event about the site as a whole. It is published even if the run is held."""

    kind: EventKind
    reason: Reason
    detail: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As JSON data, for the journal."""
        return {"kind": self.kind, "reason": self.reason.to_dict(), "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of the gate. `reason` is None for a run that passed."""

    status: VerdictStatus
    reason: Reason | None = None
    event: SiteEvent | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON data, for the journal."""
        reason = self.reason.to_dict() if self.reason else None
        event = self.event.to_dict() if self.event else None
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
class GateInput:
    """A finished run and the history of its site.

    Attributes:
        stats: the statistics of the run
        generic_site: extracted by the generic extractor by design
        moment: when the run saw the site, timezone-aware
        listings_complete: every listing was read to its end
        in_outage: the site's last run that passed or found an outage found an outage
        past: statistics of the site's last runs that passed or were published, newest first
        volumes: new articles per run of the last weeks
        edits: returns the run's edits; called only if many articles were edited
        reverts: returns how many of them restore an earlier text
    """

    stats: RunStats
    kind: RunKind = RunKind.CRAWL
    settings: Settings = field(default_factory=Settings)
    generic_site: bool = False
    moment: datetime | None = None
    listings_complete: bool = True
    in_outage: bool = False
    past: tuple[RunStats, ...] = ()
    volumes: tuple[Volume, ...] = ()
    edits: Callable[[], list[EditedTexts]] = list
    reverts: Callable[[], int] = int

    @property
    def has_past(self) -> bool:
        """Whether an earlier run extracted pages. Without one no redesign can be detected."""
        return any(stats.read for stats in self.past)
