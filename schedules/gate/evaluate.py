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
    ended = case.stats.ended
    if isinstance(ended, Reason):
        return failed(GateReason.ENDED_EARLY, reason=ended)
    if not case.stats.requests:
        return failed(GateReason.NO_REQUESTS)
    if not case.stats.responses:
        return outage(GateReason.NO_RESPONSES)
    unreadable = case.stats.robots_unreadable
    if unreadable and not case.stats.listings:
        return Verdict(VerdictStatus.OUTAGE, unreadable)
    return None


def _came(case: Case) -> int:
    """Pages that came."""
    return case.stats.read + case.stats.quarantined + case.stats.listings


def _domain_moved(case: Case) -> Verdict | None:
    """Most of what was asked for leads to one other host: the site moved, its articles did not."""
    hosts = case.stats.redirected_to
    if not hosts:
        return None
    host, count = max(hosts.items(), key=lambda item: (item[1], item[0]))
    came = _came(case)
    missed = case.stats.missing + case.stats.failed + case.stats.listings_failed
    asked = max(came + missed, came + sum(hosts.values()))
    if count < LEAST_MOVED or count <= MOST * asked:
        return None
    reason = Reason(GateReason.REQUESTS_REDIRECTED, number=count, total=asked, host=host)
    detail = {"to_host": host, "redirected": count, "asked": asked}
    event = SiteEvent(SiteEventKind.DOMAIN_MOVED, reason, detail)
    return Verdict(VerdictStatus.HELD, reason, event)


def _blocked(case: Case) -> Verdict | None:
    """Login, captcha and block pages: held; where nothing else came at all, the site is out."""
    blocked = case.stats.blocked
    came = _came(case)
    pages = blocked + came
    if blocked < LEAST_CHECKS or blocked <= MOST * pages:
        return None
    verdict = held if came else outage
    return verdict(GateReason.BLOCK_PAGES, number=blocked, total=pages)


def _no_listing(case: Case) -> Verdict | None:
    """Without a listing nothing is known to be new. A rebuilt site often has lost both."""
    if case.stats.listings and case.stats.links:
        return None
    rebuilt = redesign.hollow(case) or redesign.redesign(case)
    if rebuilt is not None and rebuilt.event is not None:
        return rebuilt
    if not case.stats.listings:  # a site that is out answers for its listings no better
        return _outage(case) or failed(GateReason.NO_LISTING_READ)
    return failed(GateReason.NO_ARTICLE_LINKS)


def _outage(case: Case) -> Verdict | None:
    share, stats = case.settings.outage_share, case.stats
    checked, missing = stats.rechecked_live, stats.missing_live
    if not (checked or missing):  # a run of a version that counted all known articles alike
        checked, missing = stats.rechecked, stats.missing
    if missing >= LEAST_CHECKS and missing > share * checked:
        return outage(GateReason.ARTICLES_MISSING, number=missing, total=checked)
    lost = stats.failed
    asked = stats.read + stats.quarantined + stats.missing + lost
    if lost >= LEAST_CHECKS and lost > share * asked:
        return outage(GateReason.PAGES_NOT_FETCHED, number=lost, total=asked)
    return None


def _canaries(case: Case) -> Verdict | None:
    """A page that a person pinned reads otherwise: either it changed, or our reading of it did."""
    changed = case.stats.canaries.failed
    if not changed:
        return None
    number, total = len(changed), case.stats.canaries.checked
    pages = [Reason(GateReason.CANARY, url=one.url, reason=one.why) for one in changed[:NAMED]]
    if number <= NAMED:
        return held(GateReason.CANARIES_CHANGED, number=number, total=total, pages=pages)
    more = number - NAMED
    return held(
        GateReason.MORE_CANARIES_CHANGED, number=number, total=total, pages=pages, more=more
    )
