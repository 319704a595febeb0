"""The morning's digest: what happened since the last one, and what is not well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from schedules.alerts.formatting import by_weight, line
from schedules.alerts.messages import filled, totals
from schedules.alerts.subscriptions import Subscription
from schedules.monitoring.findings import FindingCode
from schedules.monitoring.report import health_items
from storage.db.connection import Database
from storage.events.filters import EventChoice
from storage.events.ledger import SITE_KINDS, Event
from storage.home import Home
from storage.messages import describe
from storage.runs.batches import night_notes
from storage.runs.repository import latest_night, unbelieved_sites
from storage.runs.sites import site_names
from storage.timezone import VIETNAM

SECTION_LIMIT = 3000  # characters of events
NEW_SHOWN = 5  # new articles of one site that are listed; the others are counted
LINES_SHOWN = 40  # lines of new articles, and of what is not well
# Findings that the verdict of a site's newest run says already
OF_ONE_RUN = (FindingCode.HELD, FindingCode.FAILING)
RARE = ("restored", "moved", "story_merged", "story_split")


def digest(
    home: Home, db: Database, subscription: Subscription, events: list[Event], now: datetime
) -> tuple[str, str] | None:
    """Title and body; None where there is nothing to say and the subscription wants no word then.

    events: those of the subscription's choice since the last digest.
    """
    health = list(unwell(home, db, subscription.choice, now))
    day = now.astimezone(VIETNAM).strftime("%d/%m/%Y")
    if not events and not health:
        if not subscription.say_nothing:
            return None
        return f"tinwatch {day}: nothing", "Nothing changed, and every site is well."
    sites = sorted({event.site for event in events})
    head = totals(events) or "nothing changed"
    many = f" ({len(sites)} site{'s' if len(sites) > 1 else ''})" if sites else ""
    parts = [f"{head}{many}", *_sections(db, events, health, subscription.page)]
    ill = f"; {len(health)} to look at" if health else ""
    return f"tinwatch {day}: {head}{ill}", "\n\n".join(parts)


def _sections(db: Database, events: list[Event], health: list[str], page: str) -> Iterator[str]:
    """Takedowns first, edits by priority, reposts, what came back or moved, health, what is new."""
    ordered = sorted(events, key=by_weight)
    for name, kinds in (
        ("TAKEN DOWN", ("removed",)), ("EDITED", ("edited",)), ("REPOSTED", ("reposted",)),
        ("BACK OR MOVED", RARE), ("SITES", SITE_KINDS),
    ):  # fmt: skip
        chosen = [event for event in ordered if event.kind in kinds]
        if chosen:
            yield f"{name}\n{filled(db, chosen, page, SECTION_LIMIT)}"
    if health:
        yield "\n".join(["HEALTH", *_bounded(health)])
    new = [event for event in ordered if event.kind == "new"]
    if new:
        yield "\n".join(["NEW", *_bounded(list(_new(new)))])


def _new(events: list[Event]) -> Iterator[str]:
    """Site by site a line for each of the first, with its URL, and how many more."""
    for site in sorted({event.site for event in events}):
        found = [event for event in events if event.site == site]
        yield f"{site}: {len(found)}"
        for event in found[:NEW_SHOWN]:
            yield f"  {line(event.summary)}" + (f" {line(event.url, 300)}" if event.url else "")
        if len(found) > NEW_SHOWN:
            yield f"  and {len(found) - NEW_SHOWN} more: tinwatch events --site {site} --kind new"


def _bounded(lines: list[str]) -> list[str]:
    if len(lines) <= LINES_SHOWN:
        return lines
    return [*lines[:LINES_SHOWN], f"and {len(lines) - LINES_SHOWN} more lines: tinwatch report"]


def unwell(home: Home, db: Database, choice: EventChoice, now: datetime) -> Iterator[str]:
    """What is not well now, in a line each: sites of the choice, the newest night, the home."""
    sites = _sites(db, choice)
    runs = [one for one in unbelieved_sites(db) if one.site in sites]
    for one in runs:
        yield f"{one.site}: {one.verdict}" + (
            f", {line(describe(one.reason), 300)}" if one.reason else ""
        )
    night = latest_night(db)
    notes = night_notes(db, night) if night else None
    for site, reason in (notes.errors if notes else {}).items():
        if site in sites:
            yield f"{site}: broke off, {line(reason, 300)}"
    told = {(one.site, code) for one in runs for code in OF_ONE_RUN}
    for found in health_items(db, home, now, sites=sites):
        if (found.site, found.code) not in told:
            who = found.site or "tinwatch"
            words, remedy = describe(found.reason), describe(found.remedy)
            yield f"{who}: {line(words, 300)} ({line(remedy, 200)})"


def _sites(db: Database, choice: EventChoice) -> set[str]:
    """Names of the choice's sites that this home knows."""
    names = site_names(db, choice.provinces)
    return {name for name in names if choice.sites is None or name in choice.sites}
