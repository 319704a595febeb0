"""Events about a site as a whole: each state is published once, when it begins."""

from __future__ import annotations

from dataclasses import replace

from schedules.gate.models import SiteEvent, Verdict
from storage.archive.captures import run_pages
from storage.db.connection import Database
from storage.events.ledger import add_pending_event, last_site_event
from storage.messages import describe
from storage.messages.reasons_gate import GateReason
from storage.models import EventKind
from storage.reasons import Reason
from storage.runs.history import accepted_since, found_new_since
from storage.runs.repository import Run
from storage.runs.verdicts import VerdictStatus

MAX_SAVED_PAGES = 5


def queue_site_events(db: Database, run: Run, verdict: Verdict, *, out_before: bool) -> None:
    """Add the pending event of a verdict, unless this state of the site is already published."""
    if verdict.status == VerdictStatus.PASSED and out_before:
        _queue(db, run, SiteEvent(EventKind.RECOVERED, Reason(GateReason.SITE_RECOVERED)))
    elif verdict.status == VerdictStatus.OUTAGE and not out_before:
        reason = verdict.reason or Reason(GateReason.SITE_DOWN)
        _queue(db, run, SiteEvent(EventKind.OUTAGE, reason))
    event = verdict.event
    if event is None or _is_published(db, run.site, event):
        return
    more = _pages(db, run) if event.kind == EventKind.REDESIGN else {}
    _queue(db, run, replace(event, detail={**event.detail, **more}))


def _is_published(db: Database, site: str, event: SiteEvent) -> bool:
    """Whether the event was published before and the state has not ended since.

    A silence ends with a new article, any other state with a believed run.
    """
    last = last_site_event(db, site, event.kind)
    if last is not None and event.detail.get("why") == "nothing_new":
        return last.detail.get("why") == "nothing_new" and not found_new_since(db, site, last.run)
    if last is None or last.detail.get("to_host") != event.detail.get("to_host"):
        return False
    return not accepted_since(db, site, last.run)


def _pages(db: Database, run: Run) -> dict[str, object]:
    """Captured pages of the run, and the command that makes a fixture of the first one."""
    pages = run_pages(db, run.id, MAX_SAVED_PAGES)
    saved = [{"url": p.url, "warc": p.warc, "offset": p.offset} for p in pages]
    command = f"tinwatch fixture {run.site} {pages[0].url if pages else 'URL'}"
    return {"pages": saved, "command": command}


def _queue(db: Database, run: Run, event: SiteEvent) -> None:
    """The summary is the English sentence; the detail holds the reason as data."""
    moment = run.clock or run.ended_at or run.started_at
    detail = {**event.detail, "reason": event.reason.to_dict()}
    add_pending_event(
        db, run.id, run.site, event.kind, moment, describe(event.reason), detail=detail
    )
