"""Checks of a site's host: certificate, robots.txt, domain, retired domains.

What they look at was noted by the crawl and by `tinwatch domains`; nothing is asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crawlers.retired_domains import GIVEN_UP
from schedules.monitoring.findings import Facts, Finding, FindingCode, Severity, run_command
from storage.checks.retired_domains import DomainCheck, DomainState
from storage.db.connection import from_utc_text
from storage.messages.reasons_monitoring import MonitoringReason, Remedy
from storage.reasons import Reason
from storage.run_stats import RobotsFacts
from storage.runs.repository import Run
from storage.timezone import VIETNAM

EXPIRES, EXPIRES_SOON = timedelta(days=14), timedelta(days=3)
NEWS = timedelta(days=7)  # so long a changed robots.txt or retired domain is told
LED_AWAY = 3  # requests that ended on one foreign host
SHOWN = 4  # lines of robots.txt that are quoted
DOMAIN_STATES: dict[DomainState, MonitoringReason] = {
    DomainState.REDIRECTS: MonitoringReason.DOMAIN_REDIRECTS,
    DomainState.ELSEWHERE: MonitoringReason.DOMAIN_ELSEWHERE,
    DomainState.PARKED: MonitoringReason.DOMAIN_PARKED,
    DomainState.ANSWERS: MonitoringReason.DOMAIN_ANSWERS,
    DomainState.DEAD: MonitoringReason.DOMAIN_DEAD,
    DomainState.UNKNOWN: MonitoringReason.DOMAIN_UNKNOWN,
}
LOST = (DomainState.ELSEWHERE, DomainState.PARKED, DomainState.DEAD)  # states of a retired domain


def certificate(facts: Facts) -> Iterator[Finding]:
    found = next((run.stats.certificate for run in facts.runs if run.stats.certificate), None)
    if found is None:
        return
    host, expires = found.host, found.not_after
    left = from_utc_text(expires) - facts.now
    if left >= EXPIRES:
        return
    day = from_utc_text(expires).astimezone(VIETNAM).date().isoformat()
    expired = left < timedelta(0)
    code = MonitoringReason.CERTIFICATE_EXPIRED if expired else MonitoringReason.CERTIFICATE_EXPIRES
    severity = Severity.error_if(left < EXPIRES_SOON)
    reason, remedy = Reason(code, host=host, day=day), Reason(Remedy.TELL_SITE_STAFF)
    yield Finding(facts.site, FindingCode.CERTIFICATE, severity, reason, remedy)


def robots(facts: Facts) -> Iterator[Finding]:
    """robots.txt that forbids what is watched, or changed lately."""
    seen = [(run, run.stats.robots) for run in facts.runs if run.stats.robots is not None]
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
    remedy = Reason(Remedy.ASK_ABOUT_ROBOTS, site=facts.site)
    if counts["listings_forbidden"] or counts["articles_forbidden"]:
        reason = Reason(MonitoringReason.ROBOTS_FORBIDS, **counts)
        if change is not None:
            code = MonitoringReason.ROBOTS_CHANGED_AND_FORBIDS
            reason = Reason(code, change=change, **counts)
        yield Finding(facts.site, FindingCode.ROBOTS, Severity.ERROR, reason, remedy)
    elif change is not None and _changed_at(seen, now) > facts.now - NEWS:
        reason = Reason(MonitoringReason.ROBOTS_CHANGED, change=change)
        yield Finding(facts.site, FindingCode.ROBOTS, Severity.WARNING, reason, remedy)


def _changed_at(seen: list[tuple[Run, RobotsFacts]], now: RobotsFacts) -> datetime:
    """When the present robots.txt was met first, of runs that are newest first."""
    since = seen[0][0]
    for run, robots in seen:
        if robots.sha256 != now.sha256:
            break
        since = run
    return from_utc_text(since.started_at)


def _lines(before: RobotsFacts, now: RobotsFacts) -> Reason:
    """Added and removed lines: "+ Disallow: /tin", "- Allow: /"."""
    old, new = before.lines, now.lines
    found = [f"+ {line}" for line in new if line not in old]
    found += [f"- {line}" for line in old if line not in new]
    if not found:
        return Reason(MonitoringReason.ROBOTS_COMMENTS)
    if len(found) <= SHOWN:
        return Reason(MonitoringReason.ROBOTS_LINES, lines=found)
    more = len(found) - SHOWN
    return Reason(MonitoringReason.MORE_ROBOTS_LINES, lines=found[:SHOWN], number=more)


def domain(facts: Facts) -> Iterator[Finding]:
    """The site's own address parked, suspended, or leading elsewhere, on the newest run."""
    if not facts.runs:
        return
    stats = facts.runs[0].stats
    parked = [p for p in stats.problems if _page_of(p.reason) in GIVEN_UP]
    if parked:
        reason = Reason(MonitoringReason.DOMAIN_GIVEN_UP, number=len(parked))
        remedy = Reason(Remedy.CHANGE_DOMAINS)
        yield Finding(facts.site, FindingCode.DOMAIN, Severity.ERROR, reason, remedy)
    host, count = max(
        stats.redirected_to.items(), key=lambda item: (item[1], item[0]), default=("", 0)
    )
    if count >= LED_AWAY:
        reason = Reason(MonitoringReason.REQUESTS_LEAD_AWAY, number=count, host=host)
        remedy = Reason(Remedy.ADD_DOMAIN, host=host)
        yield Finding(facts.site, FindingCode.DOMAIN, Severity.ERROR, reason, remedy)


def _page_of(reason: Reason) -> str | None:
    """The kind of login or block page that a reason names."""
    page = reason.params.get("page")
    return page.code if isinstance(page, Reason) else None


def retired_domains(facts: Facts) -> Iterator[Finding]:
    """Retired domains that led to the site and since lately do not: old links break, or worse."""
    for one in facts.domains:
        fresh = from_utc_text(one.since) > facts.now - NEWS
        if one.state not in LOST or not one.led_home or not fresh:
            continue
        reason = Reason(
            MonitoringReason.RETIRED_DOMAIN,
            domain=one.domain,
            now=domain_now(one),
            before=domain_before(one),
        )
        remedy = run_command(f"tinwatch domains --site {facts.site}")
        yield Finding(facts.site, FindingCode.RETIRED_DOMAIN, Severity.WARNING, reason, remedy)


def domain_now(check: DomainCheck) -> Reason:
    """Where a retired domain led at its newest check."""
    state = Reason(DOMAIN_STATES[check.state], host=check.host)
    if check.detail is None:
        return state
    return Reason(MonitoringReason.DOMAIN_DETAIL, state=state, detail=check.detail)


def domain_before(check: DomainCheck) -> Reason | None:
    """Where it led before its state changed; None if it never did."""
    if check.before is None:
        return None
    return Reason(DOMAIN_STATES[check.before], host=check.host_before)


SIGNS = (certificate, robots, domain, retired_domains)
