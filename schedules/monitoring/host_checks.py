"""Signs of trouble with a site's host: certificate, robots.txt, domain, retired domains.

What they look at was noted by the crawl and by `tinwatch domains`; nothing is asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from crawlers.crawl.soft404_patterns import PARKED, SUSPENDED
from schedules.monitoring.findings import Facts, Finding, Level
from storage.db.connection import from_utc_text
from storage.runs.repository import Run
from storage.timezone import VIETNAM

EXPIRES, EXPIRES_SOON = timedelta(days=14), timedelta(days=3)
NEWS = timedelta(days=7)  # so long a changed robots.txt or retired domain is told
LED_AWAY = 3  # requests that ended on one foreign host
SHOWN = 4  # lines of robots.txt that are quoted
LOST = ("elsewhere", "parked", "dead")  # states of a retired domain


def certificate(facts: Facts) -> Iterator[Finding]:
    run = _newest(facts, "certificate")
    if run is None:
        return
    host, expires = run.stats["certificate"]["host"], run.stats["certificate"]["not_after"]
    left = from_utc_text(expires) - facts.now
    if left >= EXPIRES:
        return
    day = f"{from_utc_text(expires).astimezone(VIETNAM):%d/%m/%Y}"
    verb = "expired" if left < timedelta(0) else "expires"
    level: Level = "trouble" if left < EXPIRES_SOON else "warning"
    words = f"the certificate of {host} {verb} on {day}"
    remedy = "tell the site's staff; tinwatch goes on reading"
    yield Finding(facts.site, "certificate", level, words, remedy)


def robots(facts: Facts) -> Iterator[Finding]:
    """robots.txt that forbids what is watched, or changed lately."""
    seen = [run for run in facts.runs if "robots" in run.stats]
    if not seen:
        return
    now: dict[str, Any] = seen[0].stats["robots"]
    forbidden = now.get("listings_forbidden", 0), now.get("articles_forbidden", 0)
    before = next((r for r in seen if r.stats["robots"]["sha256"] != now["sha256"]), None)
    change = _lines(before.stats["robots"], now) if before else ""
    remedy = f"look at https://HOST/robots.txt of {facts.site}; ask its staff, or watch it no more"
    if any(forbidden):
        words = (
            f"robots.txt forbids {forbidden[0]} of {now['listings']} listings and "
            f"{forbidden[1]} of {now['articles']} articles that are watched"
        )
        words += f"; what changed: {change}" if change else ""
        yield Finding(facts.site, "robots", "trouble", words, remedy)
    elif before is not None and _changed_at(seen, now) > facts.now - NEWS:
        words = f"robots.txt changed and forbids nothing that is watched: {change}"
        yield Finding(facts.site, "robots", "warning", words, remedy)


def _changed_at(seen: list[Run], now: dict[str, Any]) -> Any:
    """When the present robots.txt was met first, of runs that are newest first."""
    since = seen[0]
    for run in seen:
        if run.stats["robots"]["sha256"] != now["sha256"]:
            break
        since = run
    return from_utc_text(since.started_at)


def _lines(before: dict[str, Any], now: dict[str, Any]) -> str:
    """What came and what went: "+ Disallow: /tin, - Allow: /"."""
    old, new = before.get("lines", []), now.get("lines", [])
    found = [f"+ {line}" for line in new if line not in old]
    found += [f"- {line}" for line in old if line not in new]
    more = f" and {len(found) - SHOWN} more lines" if len(found) > SHOWN else ""
    return ", ".join(found[:SHOWN]) + more if found else "only its comments or order"


def domain(facts: Facts) -> Iterator[Finding]:
    """The site's own address parked, suspended, or leading elsewhere, on the newest run."""
    if not facts.runs:
        return
    stats = facts.runs[0].stats
    given_up = (PARKED, SUSPENDED)
    parked = [p for p in stats.get("problems", []) if any(w in p["reason"] for w in given_up)]
    if parked:
        words = f"{len(parked)} addresses show a page of a parked, expired or suspended domain"
        remedy = "look at the site; if it moved, change the domains of its module"
        yield Finding(facts.site, "domain", "trouble", words, remedy)
    hosts: dict[str, int] = stats.get("redirected_to") or {}
    host, count = max(hosts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if count >= LED_AWAY:
        words = f"{count} requests lead to {host}"
        remedy = f"is {host} its new home? Then it belongs into the domains of its module"
        yield Finding(facts.site, "domain", "trouble", words, remedy)


def retired_domains(facts: Facts) -> Iterator[Finding]:
    """Retired domains that led to the site and since lately do not: old links break, or worse."""
    for one in facts.domains:
        fresh = from_utc_text(one.since) > facts.now - NEWS
        if one.state not in LOST or not one.led_home or not fresh:
            continue
        words = f"its retired domain {one.domain} {one.words}; before, it {one.words_before}"
        yield Finding(facts.site, "retired_domain", "warning", words,
                      f"tinwatch domains --site {facts.site}")  # fmt: skip


def _newest(facts: Facts, name: str) -> Run | None:
    return next((run for run in facts.runs if name in run.stats), None)


SIGNS = (certificate, robots, domain, retired_domains)
