"""The health gate: may what a run found be believed?

A run that fetched nothing, read no listing or lost most of its checks proves nothing about the
site's articles. Its events wait, with the reason, and its missed checks are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from storage.home import Settings

VerdictName = Literal["passed", "held", "outage", "failed"]

LEAST_CHECKS = 3  # fewer missing articles than this are no outage
LEAST_READ = 5  # pages read before shares of them mean anything
BROKEN_SHARE = 0.5  # of the pages read; more and it is our rules that broke


@dataclass(frozen=True, slots=True)
class Verdict:
    name: VerdictName
    reason: str | None = None


def judge(
    stats: dict[str, Any], kind: str, settings: Settings, *, generic_site: bool = False
) -> Verdict:
    """The verdict on a finished run, from its own counts (storage.runs.Run.stats)."""
    if kind == "import":
        return Verdict("passed")
    return (
        _nothing_came(stats)
        or _outage(stats, settings)
        or _unreadable(stats)
        or (None if generic_site else _generic(stats))
        or _broken_fields(stats)
        or Verdict("passed")
    )


def _nothing_came(stats: dict[str, Any]) -> Verdict | None:
    if stats.get("ended", "finished") != "finished":
        return Verdict("failed", f"ended early: {stats['ended']}")
    if not stats.get("requests"):
        return Verdict("failed", "no request was made")
    if not stats.get("responses"):
        return Verdict("outage", "no answer came from the site")
    if not stats.get("listings"):
        return Verdict("failed", "no listing could be read")
    if not stats.get("links"):
        return Verdict("failed", "the listings hold no link to an article")
    return None


def _generic(stats: dict[str, Any]) -> Verdict | None:
    generic, read = stats.get("generic", 0), stats.get("read", 0)
    if generic >= LEAST_READ and generic > BROKEN_SHARE * read:
        return Verdict("held", f"the site's rules found nothing on {generic} of {read} pages")
    return None


def _outage(stats: dict[str, Any], settings: Settings) -> Verdict | None:
    checked = stats.get("rechecked", 0)
    missing = stats.get("missing", 0)
    if missing >= LEAST_CHECKS and missing > settings.outage_share * checked:
        return Verdict("outage", f"{missing} of {checked} known articles did not answer")
    failed = stats.get("failed", 0)
    asked = stats.get("read", 0) + stats.get("quarantined", 0) + missing + failed
    if failed >= LEAST_CHECKS and failed > settings.outage_share * asked:
        return Verdict("outage", f"{failed} of {asked} pages could not be fetched")
    return None


def _unreadable(stats: dict[str, Any]) -> Verdict | None:
    unread, read = stats.get("quarantined", 0), stats.get("read", 0)
    if unread >= LEAST_READ and unread > BROKEN_SHARE * (unread + read):
        return Verdict("held", f"{unread} of {unread + read} pages could not be read")
    return None


def _broken_fields(stats: dict[str, Any]) -> Verdict | None:
    read = stats.get("read", 0)
    if read < LEAST_READ:
        return None
    for field, count in sorted(stats.get("broken_fields", {}).items()):
        if count > BROKEN_SHARE * read:
            return Verdict("held", f"{field} is broken on {count} of {read} pages")
    return None
