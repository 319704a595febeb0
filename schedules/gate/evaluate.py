"""The health gate: may what a run found be believed?

A run that fetched nothing, read no listing or lost most of its checks proves nothing about the
site's articles; one that reads its pages otherwise than all runs before it tells of the site and
not of its articles. Its events wait, with the reason, and its missed checks are not counted.
"""

from __future__ import annotations

from schedules.gate import coverage, redesign, volume
from schedules.gate.models import (
    MOST,
    Case,
    SiteEvent,
    SiteEventKind,
    Verdict,
    failed,
    held,
    outage,
    passed,
)
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.runs.verdicts import VerdictStatus

__all__ = ["Case", "SiteEvent", "Verdict", "judge"]

LEAST_CHECKS = 3  # fewer missing articles than this are no outage
LEAST_MOVED = 3  # fewer requests that end on another host are no move of the site
NAMED = 3  # pinned pages that the reason names


def judge(case: Case) -> Verdict:
    """The first gate that fires decides. An import asks no site, so it always passes.

    A moved domain, block pages and a redesign empty the listings as well. They are looked for
    before the gates that only see that nothing came, which would say less.
    """
    if case.kind == "import":
        return passed()
    return (
        _nothing_came(case)
        or _domain_moved(case)
        or _blocked(case)
        or _no_listing(case)
        or redesign.hollow(case)
        or _outage(case)
        or redesign.redesign(case)
        or coverage.drop(case)
        or volume.unusual(case)
        or _canaries(case)
        or passed()
    )


def _nothing_came(case: Case) -> Verdict | None:
    ended = case.stats.get("ended", "finished")
    if ended != "finished":
        return failed(GateReason.ENDED_EARLY, reason=Reason.of(ended))
    if not case.count("requests"):
        return failed(GateReason.NO_REQUESTS)
    if not case.count("responses"):
        return outage(GateReason.NO_RESPONSES)
    if case.stats.get("robots_unreadable") and not case.count("listings"):
        reason = Reason.of(case.stats["robots_unreadable"])
        return Verdict(VerdictStatus.OUTAGE, reason)
    return None


def _came(case: Case) -> int:
    """Pages that came."""
    names = ("read", "quarantined", "listings")
    return sum(case.count(name) for name in names)


def _domain_moved(case: Case) -> Verdict | None:
    """Most of what was asked for leads to one other host: the site moved, its articles did not."""
    hosts: dict[str, int] = case.stats.get("redirected_to") or {}
    if not hosts:
        return None
    host, count = max(hosts.items(), key=lambda item: (item[1], item[0]))
    came = _came(case)
    missed = case.count("missing") + case.count("failed") + case.count("listings_failed")
    asked = max(came + missed, came + sum(hosts.values()))
    if count < LEAST_MOVED or count <= MOST * asked:
        return None
    reason = Reason(GateReason.REQUESTS_REDIRECTED, number=count, total=asked, host=host)
    detail = {"to_host": host, "redirected": count, "asked": asked}
    event = SiteEvent(SiteEventKind.DOMAIN_MOVED, reason, detail)
    return Verdict(VerdictStatus.HELD, reason, event)


def _blocked(case: Case) -> Verdict | None:
    """Login, captcha and block pages: held; where nothing else came at all, the site is out."""
    blocked = case.count("blocked")
    came = _came(case)
    pages = blocked + came
    if blocked < LEAST_CHECKS or blocked <= MOST * pages:
        return None
    verdict = held if came else outage
    return verdict(GateReason.BLOCK_PAGES, number=blocked, total=pages)


def _no_listing(case: Case) -> Verdict | None:
    """Without a listing nothing is known to be new. A rebuilt site often has lost both."""
    if case.count("listings") and case.count("links"):
        return None
    rebuilt = redesign.hollow(case) or redesign.redesign(case)
    if rebuilt is not None and rebuilt.event is not None:
        return rebuilt
    if not case.count("listings"):  # a site that is out answers for its listings no better
        return _outage(case) or failed(GateReason.NO_LISTING_READ)
    return failed(GateReason.NO_ARTICLE_LINKS)


def _outage(case: Case) -> Verdict | None:
    share = case.settings.outage_share
    live = "missing_live" in case.stats or "rechecked_live" in case.stats
    checked = case.count("rechecked_live" if live else "rechecked")
    missing = case.count("missing_live" if live else "missing")
    if missing >= LEAST_CHECKS and missing > share * checked:
        return outage(GateReason.ARTICLES_MISSING, number=missing, total=checked)
    lost = case.count("failed")
    answered = ("read", "quarantined", "missing")
    asked = sum(case.count(name) for name in answered) + lost
    if lost >= LEAST_CHECKS and lost > share * asked:
        return outage(GateReason.PAGES_NOT_FETCHED, number=lost, total=asked)
    return None


def _canaries(case: Case) -> Verdict | None:
    """A page that a person pinned reads otherwise: either it changed, or our reading of it did."""
    said = case.stats.get("canaries") or {}
    changed = said.get("failed", [])
    if not changed:
        return None
    number, total = len(changed), said.get("checked", len(changed))
    pages = [
        Reason(GateReason.CANARY, url=one.get("url"), reason=Reason.of(one.get("why")))
        for one in changed[:NAMED]
    ]
    if number <= NAMED:
        return held(GateReason.CANARIES_CHANGED, number=number, total=total, pages=pages)
    more = number - NAMED
    return held(
        GateReason.MORE_CANARIES_CHANGED, number=number, total=total, pages=pages, more=more
    )
