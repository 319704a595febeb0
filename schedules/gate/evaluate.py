"""The health gate: decide whether the events of a run may be published.

A run that fetched nothing, read no listing or lost most of its rechecks proves nothing about the
site's articles. A run whose pages all differ from those of earlier runs shows a change of the site,
not of its articles. The events of such a run stay pending, with the reason, and its missed
rechecks are not counted.
"""

from __future__ import annotations

from schedules.gate import coverage, redesign, volume
from schedules.gate.models import (
    MAJORITY,
    GateInput,
    SiteEvent,
    Verdict,
    failed,
    held,
    outage,
    passed,
)
from storage.messages.reasons_gate import GateReason
from storage.models import EventKind
from storage.reasons import Reason
from storage.runs.repository import RunKind
from storage.runs.verdicts import VerdictStatus

MIN_MISSING = 3  # fewer missing articles are not an outage
MIN_REDIRECTED = 3  # fewer requests redirected to another host do not show a moved domain
MIN_REVERTS = 3  # articles that return to an earlier text in one run
MAX_LISTED_CANARIES = 3  # canaries that the reason names


def evaluate(run: GateInput) -> Verdict:
    """Return the verdict of the first check that fires. An import sends no request: it passes.

    A moved domain and block pages also empty the listings and make articles missing. They are
    checked first, because their reason is more specific. An outage comes before a redesign: a page
    that failed shows nothing of the site's template.
    """
    if run.kind == RunKind.IMPORT:
        return passed()
    return (
        _nothing_received(run)
        or _domain_moved(run)
        or _blocked(run)
        or _unknown_form(run)
        or _outage(run)
        or _no_listing(run)
        or redesign.redesign(run)
        or _old_copies(run)
        or _nothing_read(run)
        or coverage.rare_or_broken_fields(run)
        or volume.unusual_volume(run)
        or _canaries(run)
        or passed()
    )


def _nothing_received(run: GateInput) -> Verdict | None:
    ended = run.stats.ended
    if isinstance(ended, Reason):
        return failed(GateReason.ENDED_EARLY, reason=ended)
    if not run.stats.requests:
        return failed(GateReason.NO_REQUESTS)
    if not run.stats.responses:
        return outage(GateReason.NO_RESPONSES)
    unreadable = run.stats.robots_unreadable
    if unreadable and not run.stats.listings:
        return Verdict(VerdictStatus.OUTAGE, unreadable)
    return None


def _pages_received(run: GateInput) -> int:
    """The number of pages that were received, listings among them."""
    return run.stats.read + run.stats.quarantined + run.stats.listings


def _domain_moved(run: GateInput) -> Verdict | None:
    """Most requests are redirected to one other host: the site moved to another domain."""
    hosts = run.stats.redirected_to
    if not hosts:
        return None
    host, count = max(hosts.items(), key=lambda item: (item[1], item[0]))
    received = _pages_received(run)
    missed = run.stats.missing + run.stats.failed + run.stats.listings_failed
    requested = max(received + missed, received + sum(hosts.values()))
    if count < MIN_REDIRECTED or count <= MAJORITY * requested:
        return None
    reason = Reason(GateReason.REQUESTS_REDIRECTED, number=count, total=requested, host=host)
    detail = {"to_host": host, "redirected": count, "asked": requested}
    event = SiteEvent(EventKind.DOMAIN_MOVED, reason, detail)
    return Verdict(VerdictStatus.HELD, reason, event)


def _blocked(run: GateInput) -> Verdict | None:
    """Most pages are login, captcha or block pages: held; an outage if no article was read."""
    blocked = run.stats.blocked
    received = _pages_received(run)
    pages = blocked + received
    if blocked < MIN_MISSING or blocked <= MAJORITY * pages:
        return None
    verdict = held if run.stats.read else outage
    return verdict(GateReason.BLOCK_PAGES, number=blocked, total=pages)


def _unknown_form(run: GateInput) -> Verdict | None:
    """Most listings link to known titles at URLs that `article_url` does not match.

    If nothing redirects, all stored articles are missing, too: that is no outage. If the old URLs
    redirect, and feeds show what is new, the run is as good as any.
    """
    forms = run.stats.unknown_forms
    if not forms or len(forms) <= MAJORITY * run.stats.listings:
        return None
    if run.stats.links and _outage(run) is None:
        return None
    return Verdict(VerdictStatus.FAILED, forms[0].reason)


def _old_copies(run: GateInput) -> Verdict | None:
    """Most edits restore texts that were replaced before: a cache shows old copies of pages."""
    if run.stats.edited < MIN_REVERTS:
        return None
    number = run.reverts()
    if number < MIN_REVERTS or number <= MAJORITY * run.stats.edited:
        return None
    return held(GateReason.OLD_COPIES, number=number, total=run.stats.edited)


def _no_listing(run: GateInput) -> Verdict | None:
    """No listing, or no link in them: the run cannot find new articles.

    After a redesign both listings and articles often fail, so that is checked first.
    """
    if run.stats.listings and run.stats.links:
        return None
    rebuilt = redesign.redesign(run)
    if rebuilt is not None and rebuilt.event is not None:
        return rebuilt
    if run.in_outage and not run.stats.read:
        return outage(GateReason.NOTHING_READ)
    if not run.stats.listings:
        return failed(GateReason.NO_LISTING_READ)
    return failed(GateReason.NO_ARTICLE_LINKS)


def _nothing_read(run: GateInput) -> Verdict | None:
    """No article was read: an outage continues; otherwise requests for articles all failed."""
    stats = run.stats
    # Runs of earlier versions may have only 304 responses (not_modified).
    if stats.read or stats.not_modified:
        return None
    if run.in_outage:
        return outage(GateReason.NOTHING_READ)
    requested = stats.quarantined + stats.missing + stats.failed + stats.blocked
    return failed(GateReason.NOTHING_READ) if requested else None


def _outage(run: GateInput) -> Verdict | None:
    share, stats = run.settings.outage_share, run.stats
    checked, missing = stats.rechecked_live, stats.missing_live
    if not (checked or missing):  # a run of a version that counted all stored articles alike
        checked, missing = stats.rechecked, stats.missing
    if missing >= MIN_MISSING and missing > share * checked:
        return outage(GateReason.ARTICLES_MISSING, number=missing, total=checked)
    pages = stats.read + stats.quarantined
    if stats.textless >= MIN_MISSING and stats.textless > MAJORITY * pages:
        return outage(GateReason.OTHER_PAGES, number=stats.textless, total=pages)
    failures = stats.failed + (0 if stats.listings else stats.failed_again)
    requested = stats.read + stats.quarantined + stats.missing + failures
    if failures >= MIN_MISSING and failures > share * requested:
        return outage(GateReason.PAGES_NOT_FETCHED, number=failures, total=requested)
    return None


def _canaries(run: GateInput) -> Verdict | None:
    """A canary is extracted differently: the page changed, or its extraction did."""
    changed = run.stats.canaries.failed
    if not changed:
        return None
    number, total = len(changed), run.stats.canaries.checked
    pages = [
        Reason(GateReason.CANARY, url=one.url, reason=one.why)
        for one in changed[:MAX_LISTED_CANARIES]
    ]
    if number <= MAX_LISTED_CANARIES:
        return held(GateReason.CANARIES_CHANGED, number=number, total=total, pages=pages)
    more = number - MAX_LISTED_CANARIES
    return held(
        GateReason.MORE_CANARIES_CHANGED, number=number, total=total, pages=pages, more=more
    )
