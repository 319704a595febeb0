"""The health of the sites: what would otherwise die in silence.

The health gate judges a run; here is asked how a site has been doing over many. `findings` is a
pure function of facts; `health_items` gathers them from a home.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from schedules.monitoring import host_checks, run_checks
from schedules.monitoring.facts import facts_of_site
from schedules.monitoring.findings import Facts, Finding, FindingCode, Severity
from schedules.monitoring.undelivered_alerts import undelivered
from storage.db.connection import Database
from storage.disk_space import free_mb
from storage.home import Home
from storage.messages.reasons_monitoring import MonitoringReason, Remedy
from storage.reasons import Reason
from storage.runs.sites import crawled_sites

SIGNS = (*run_checks.SIGNS, *host_checks.SIGNS)
ROOM_TO_WARN = 2  # times least_free_mb
ORDER = {Severity.ERROR: 0, Severity.WARNING: 1}


def findings(facts: Facts) -> list[Finding]:
    """All that is not well with one site, the worst first."""
    found = [finding for sign in SIGNS for finding in sign(facts)]
    return sorted(found, key=lambda f: ORDER[f.severity])


def health_items(
    db: Database, home: Home, now: datetime, *, sites: Collection[str] | None = None
) -> list[Finding]:
    """What is not well with the sites of a home and with the home itself, the worst first.

    Asks no network. `sites`: only these; of all others nothing is said.
    """
    found = [*room(home), *undelivered(db, now), *site_items(db, now, sites=sites)]
    return sorted(found, key=_weight)


def site_items(
    db: Database, now: datetime, *, sites: Collection[str] | None = None
) -> list[Finding]:
    """What is not well with the sites alone, the worst first."""
    found: list[Finding] = []
    for site in crawled_sites(db):
        if sites is None or site.name in sites:
            found += findings(facts_of_site(db, site.name, now, live=site.live))
    return sorted(found, key=_weight)


def _weight(finding: Finding) -> tuple[int, str, str]:
    return ORDER[finding.severity], finding.site, finding.code


def room(home: Home) -> list[Finding]:
    """Whether the disk has room for the next nights."""
    least, free = home.settings.least_free_mb, free_mb(home)
    if free >= ROOM_TO_WARN * least:
        return []
    reason = Reason(MonitoringReason.DISK_LOW, free_mb=free, least_mb=least)
    severity, remedy = Severity.error_if(free < least), Reason(Remedy.FREE_DISK_SPACE)
    return [Finding("", FindingCode.DISK, severity, reason, remedy)]
