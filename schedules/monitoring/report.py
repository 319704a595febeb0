"""Health findings: problems of a site over many runs, and of the home itself.

The health gate evaluates a single run. `findings` is a pure function of a site's history;
`health_findings` reads the histories from the database.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from schedules.monitoring import host_checks, run_checks
from schedules.monitoring.findings import Finding, FindingCode, Severity
from schedules.monitoring.site_history import SiteHistory, site_history
from schedules.monitoring.undelivered_alerts import undelivered
from storage.db.connection import Database
from storage.disk_space import free_mb
from storage.home import Home
from storage.messages.reasons_monitoring import MonitoringReason, Remedy
from storage.reasons import Reason
from storage.runs.sites import home_sites

CHECKS = (*run_checks.CHECKS, *host_checks.CHECKS)
WARNING_SPACE_FACTOR = 2  # of the setting least_free_mb
SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1}


def findings(history: SiteHistory) -> list[Finding]:
    """All findings about one site, errors first."""
    unordered = [finding for check in CHECKS for finding in check(history)]
    return sorted(unordered, key=lambda f: SEVERITY_ORDER[f.severity])


def health_findings(
    db: Database, home: Home, now: datetime, *, sites: Collection[str] | None = None
) -> list[Finding]:
    """All findings about the sites of a home and the home itself, errors first.

    Sends no request. `sites`: only these sites, if given.
    """
    unordered = [*disk_findings(home), *undelivered(db, now), *site_findings(db, now, sites=sites)]
    return sorted(unordered, key=_sort_key)


def site_findings(
    db: Database, now: datetime, *, sites: Collection[str] | None = None
) -> list[Finding]:
    """All findings about the sites, errors first."""
    histories = site_histories(db, now, sites=sites)
    return sorted((one for history in histories for one in findings(history)), key=_sort_key)


def site_histories(
    db: Database, now: datetime, *, sites: Collection[str] | None = None
) -> list[SiteHistory]:
    """The histories of the sites of a home, by name. `sites`: only these, if given."""
    return [
        site_history(db, each.name, now, live=each.live, crawled=each.crawled)
        for each in home_sites(db)
        if sites is None or each.name in sites
    ]


def _sort_key(finding: Finding) -> tuple[int, str, str]:
    return SEVERITY_ORDER[finding.severity], finding.site, finding.code


def disk_findings(home: Home) -> list[Finding]:
    """A finding if the disk has too little space for the next batches."""
    least, free = home.settings.least_free_mb, free_mb(home)
    if free >= WARNING_SPACE_FACTOR * least:
        return []
    reason = Reason(MonitoringReason.DISK_LOW, free_mb=free, least_mb=least)
    severity, remedy = Severity.error_if(free < least), Reason(Remedy.FREE_DISK_SPACE)
    return [Finding("", FindingCode.DISK, severity, reason, remedy)]
