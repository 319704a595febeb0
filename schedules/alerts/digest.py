"""The daily digest: the events since the last digest, and the problems that need attention."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from schedules.alerts.formatting import one_line, publisher, sort_key
from schedules.alerts.messages import join_events, totals
from schedules.alerts.subscriptions import Subscription
from schedules.monitoring.findings import FindingCode
from schedules.monitoring.report import health_findings
from storage.db.connection import Database
from storage.events.filters import EventFilter
from storage.events.ledger import SITE_KINDS, STORY_KINDS, Event
from storage.home import Home
from storage.messages import describe, gettext, label, ngettext
from storage.models import EventKind
from storage.runs.batches import get_batch, latest_batch
from storage.runs.history import sites_not_accepted
from storage.runs.sites import site_names
from storage.timezone import VIETNAM

MAX_SECTION_CHARS = 3000
MAX_LISTED_NEW = 5  # new articles per site; the others are counted
MAX_LISTED_LINES = 40  # of new articles, and of problems
# Findings that the digest already reports as the verdict of a site's newest run
RUN_FINDINGS = (FindingCode.HELD, FindingCode.FAILING)
RESTORED_KINDS = (EventKind.RESTORED, EventKind.MOVED, *STORY_KINDS)


def digest(
    home: Home, db: Database, subscription: Subscription, events: list[Event], now: datetime
) -> tuple[str, str] | None:
    """Return title and body, or None if there is nothing to report and no `say_nothing`.

    events: the subscription's events since the last digest
    """
    locale = subscription.language
    health = list(health_lines(home, db, subscription.choice, now, locale))
    day = now.astimezone(VIETNAM).strftime("%d/%m/%Y")
    if not events and not health:
        if not subscription.say_nothing:
            return None
        title = gettext("tinwatch {day}: nothing", locale).format(day=day)
        return title, gettext("Nothing changed, and every site is well.", locale)
    head = totals(events, locale) or gettext("nothing changed", locale)
    number = len({event.site for event in events})
    sites = ngettext("{number} site", "{number} sites", number, locale).format(number=number)
    parts = [
        f"{head} ({sites})" if number else head,
        *_sections(db, events, health, subscription.page, locale),
    ]
    title = f"tinwatch {day}: {head}"
    if health:
        title += "; " + gettext("{number} to look at", locale).format(number=len(health))
    return title, "\n\n".join(parts)


def _sections(
    db: Database, events: list[Event], health: list[str], page: str, locale: str
) -> Iterator[str]:
    """Takedowns, edits by priority, reposts, restored and moved articles, sites, health, new."""
    ordered = sorted(events, key=sort_key)
    for name, kinds in (
        (gettext("TAKEN DOWN", locale), ("removed",)),
        (gettext("EDITED", locale), ("edited",)),
        (gettext("REPOSTED", locale), ("reposted",)),
        (gettext("BACK OR MOVED", locale), RESTORED_KINDS),
        (gettext("SITES", locale), SITE_KINDS),
    ):
        chosen = [event for event in ordered if event.kind in kinds]
        if chosen:
            yield f"{name}\n{join_events(db, chosen, page, MAX_SECTION_CHARS, locale)}"
    if health:
        yield "\n".join([gettext("HEALTH", locale), *_limited(health, locale)])
    new = [event for event in ordered if event.kind == EventKind.NEW]
    if new:
        yield "\n".join([gettext("NEW", locale), *_limited(list(_new(db, new, locale)), locale)])


def _new(db: Database, events: list[Event], locale: str) -> Iterator[str]:
    """A line for each of a site's first new articles with its URL, and the number of the others."""
    for site in sorted({event.site for event in events}):
        new = [event for event in events if event.site == site]
        yield f"{publisher(db, site)}: {len(new)}"
        for event in new[:MAX_LISTED_NEW]:
            url = f" {one_line(event.url, 300)}" if event.url else ""
            yield f"  {one_line(event.summary)}{url}"
        if len(new) > MAX_LISTED_NEW:
            more = gettext("and {number} more: {command}", locale)
            command = f"tinwatch events --site {site} --kind new"
            yield "  " + more.format(number=len(new) - MAX_LISTED_NEW, command=command)


def _limited(lines: list[str], locale: str) -> list[str]:
    if len(lines) <= MAX_LISTED_LINES:
        return lines
    more = gettext("and {number} more lines: {command}", locale)
    left = len(lines) - MAX_LISTED_LINES
    return [*lines[:MAX_LISTED_LINES], more.format(number=left, command="tinwatch report")]


def health_lines(
    home: Home, db: Database, choice: EventFilter, now: datetime, locale: str
) -> Iterator[str]:
    """The present problems of the chosen sites, of the newest nightly batch and of the home."""
    sites = _sites(db, choice)
    runs = [one for one in sites_not_accepted(db) if one.site in sites]
    for one in runs:
        verdict = one.verdict if locale == "en" else label("verdict", one.verdict, locale)
        reason = f", {one_line(describe(one.reason, locale), 300)}" if one.reason else ""
        yield f"{publisher(db, one.site)}: {verdict}{reason}"
    name = latest_batch(db)
    batch = get_batch(db, name) if name else None
    for site, error in (batch.errors if batch else {}).items():
        if site in sites:
            broke_off = gettext("{site}: broke off, {reason}", locale)
            yield broke_off.format(site=site, reason=one_line(describe(error, locale), 300))
    reported = {(one.site, code) for one in runs for code in RUN_FINDINGS}
    for finding in health_findings(db, home, now, sites=sites):
        if (finding.site, finding.code) not in reported:
            subject = finding.site or "tinwatch"
            problem = one_line(describe(finding.reason, locale), 300)
            yield f"{subject}: {problem} ({one_line(describe(finding.remedy, locale), 200)})"


def _sites(db: Database, choice: EventFilter) -> set[str]:
    """Names of the chosen sites that are stored in this home."""
    names = site_names(db, choice.provinces)
    return {name for name in names if choice.sites is None or name in choice.sites}
