"""Checks of a site's host: certificate, robots.txt, domain, retired domains.

They evaluate what the crawl and `tinwatch domains` stored, and send no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from schedules.monitoring.findings import Finding, FindingCode, Severity, run_command
from schedules.monitoring.site_history import SiteHistory
from storage.checks.retired_domains import DomainCheck, DomainState
from storage.db.connection import from_utc_text
from storage.messages.reasons_monitoring import MonitoringReason, Remedy
from storage.messages.reasons_pages import PARKED_PAGES
from storage.reasons import Reason
from storage.run_stats import RobotsFacts
from storage.runs.repository import Run
from storage.timezone import VIETNAM

CERTIFICATE_WARNING, CERTIFICATE_ERROR = timedelta(days=14), timedelta(days=3)
RECENT = timedelta(days=7)  # how long a changed robots.txt or retired domain is reported
MIN_REDIRECTED = 3  # requests redirected to one other host
MAX_LISTED_LINES = 4  # of robots.txt
DOMAIN_STATES: dict[DomainState, MonitoringReason] = {
    DomainState.REDIRECTS: MonitoringReason.DOMAIN_REDIRECTS,
    DomainState.ELSEWHERE: MonitoringReason.DOMAIN_ELSEWHERE,
    DomainState.PARKED: MonitoringReason.DOMAIN_PARKED,
    DomainState.ANSWERS: MonitoringReason.DOMAIN_ANSWERS,
    DomainState.DEAD: MonitoringReason.DOMAIN_DEAD,
    DomainState.UNKNOWN: MonitoringReason.DOMAIN_UNKNOWN,
}
# In which a retired domain no longer redirects to its site.
LOST_STATES = (DomainState.ELSEWHERE, DomainState.PARKED, DomainState.DEAD)


def certificate(history: SiteHistory) -> Iterator[Finding]:
    certificate_info = next(
        (run.stats.certificate for run in history.runs if run.stats.certificate), None
    )
    if certificate_info is None:
        return
    host, expires = certificate_info.host, certificate_info.not_after
    left = from_utc_text(expires) - history.now
    if left >= CERTIFICATE_WARNING:
        return
    day = from_utc_text(expires).astimezone(VIETNAM).date().isoformat()
    expired = left < timedelta(0)
    code = MonitoringReason.CERTIFICATE_EXPIRED if expired else MonitoringReason.CERTIFICATE_EXPIRES
    severity = Severity.error_if(left < CERTIFICATE_ERROR)
    reason, remedy = Reason(code, host=host, day=day), Reason(Remedy.TELL_SITE_STAFF)
    yield Finding(history.site, FindingCode.CERTIFICATE, severity, reason, remedy)


def robots(history: SiteHistory) -> Iterator[Finding]:
    """robots.txt forbids listings or articles of the site, or changed recently."""
    seen = [(run, run.stats.robots) for run in history.runs if run.stats.robots is not None]
    if not seen:
        return
    now = seen[0][1]
    counts = {
        "listings_forbidden": now.listings_forbidden,
        "listings": now.listings,
        "articles_forbidden": now.articles_forbidden,
        "articles": now.articles,
    }
    before = next((robots for _, robots in seen if robots.sha256 != now.sha256), None)
    change = _lines(before, now) if before else None
    remedy = Reason(Remedy.ASK_ABOUT_ROBOTS, site=history.site)
    if counts["listings_forbidden"] or counts["articles_forbidden"]:
        reason = Reason(MonitoringReason.ROBOTS_FORBIDS, **counts)
        if change is not None:
            code = MonitoringReason.ROBOTS_CHANGED_AND_FORBIDS
            reason = Reason(code, change=change, **counts)
        yield Finding(history.site, FindingCode.ROBOTS, Severity.ERROR, reason, remedy)
    elif change is not None and _changed_at(seen, now) > history.now - RECENT:
        reason = Reason(MonitoringReason.ROBOTS_CHANGED, change=change)
        yield Finding(history.site, FindingCode.ROBOTS, Severity.WARNING, reason, remedy)


def _changed_at(seen: list[tuple[Run, RobotsFacts]], now: RobotsFacts) -> datetime:
    """When a run first saw the present robots.txt; runs are newest first."""
    since = seen[0][0]
    for run, robots in seen:
        if robots.sha256 != now.sha256:
            break
        since = run
    return from_utc_text(since.started_at)


def _lines(before: RobotsFacts, now: RobotsFacts) -> Reason:
    """Added and removed lines: "+ Disallow: /tin", "- Allow: /"."""
    old, new = before.lines, now.lines
    changes = [f"+ {line}" for line in new if line not in old]
    changes += [f"- {line}" for line in old if line not in new]
    if not changes:
        return Reason(MonitoringReason.ROBOTS_COMMENTS)
    if len(changes) <= MAX_LISTED_LINES:
        return Reason(MonitoringReason.ROBOTS_LINES, lines=changes)
    listed, more = changes[:MAX_LISTED_LINES], len(changes) - MAX_LISTED_LINES
    return Reason(MonitoringReason.MORE_ROBOTS_LINES, lines=listed, number=more)


def domain(history: SiteHistory) -> Iterator[Finding]:
    """In the newest run the site's domain is parked, suspended or redirects elsewhere."""
    if not history.runs:
        return
    stats = history.runs[0].stats
    parked = [p for p in stats.problems if _page_of(p.reason) in PARKED_PAGES]
    if parked:
        reason = Reason(MonitoringReason.DOMAIN_GIVEN_UP, number=len(parked))
        remedy = Reason(Remedy.CHANGE_DOMAINS)
        yield Finding(history.site, FindingCode.DOMAIN, Severity.ERROR, reason, remedy)
    host, count = max(
        stats.redirected_to.items(), key=lambda item: (item[1], item[0]), default=("", 0)
    )
    if count >= MIN_REDIRECTED:
        reason = Reason(MonitoringReason.REQUESTS_LEAD_AWAY, number=count, host=host)
        remedy = Reason(Remedy.ADD_DOMAIN, host=host)
        yield Finding(history.site, FindingCode.DOMAIN, Severity.ERROR, reason, remedy)


def _page_of(reason: Reason) -> str | None:
    """The kind of login or block page that a reason names."""
    page = reason.params.get("page")
    return page.code if isinstance(page, Reason) else None


def retired_domains(history: SiteHistory) -> Iterator[Finding]:
    """Retired domains that recently stopped redirecting to the site: old links break."""
    for one in history.domains:
        fresh = from_utc_text(one.since) > history.now - RECENT
        if one.state not in LOST_STATES or not one.led_home or not fresh:
            continue
        reason = Reason(
            MonitoringReason.RETIRED_DOMAIN,
            domain=one.domain,
            now=domain_now(one),
            before=domain_before(one),
        )
        remedy = run_command(f"tinwatch domains --site {history.site}")
        yield Finding(history.site, FindingCode.RETIRED_DOMAIN, Severity.WARNING, reason, remedy)


def domain_now(check: DomainCheck) -> Reason:
    """Where a retired domain redirected at its newest check."""
    state = Reason(DOMAIN_STATES[check.state], host=check.host)
    if check.detail is None:
        return state
    return Reason(MonitoringReason.DOMAIN_DETAIL, state=state, detail=check.detail)


def domain_before(check: DomainCheck) -> Reason | None:
    """Where it redirected before its state changed; None if it never changed."""
    if check.before is None:
        return None
    return Reason(DOMAIN_STATES[check.before], host=check.host_before)


CHECKS = (certificate, robots, domain, retired_domains)
