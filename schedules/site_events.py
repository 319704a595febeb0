"""What is told of a site as a whole: each state once, when it begins."""

from __future__ import annotations

from schedules.verdict import SiteEvent, Verdict
from storage.database import Database
from storage.events import hold_event, last_site_event
from storage.run_pages import run_pages
from storage.runs import Run, believed_since, brought_new_since

SAVED_PAGES = 5


def tell(db: Database, run: Run, verdict: Verdict, *, out_before: bool) -> None:
    """Holds the event of a verdict, unless the ledger has told this state of the site already."""
    if verdict.name == "passed" and out_before:
        _hold(db, run, "recovered", "the site answers again")
    elif verdict.name == "outage" and not out_before:
        _hold(db, run, "outage", verdict.reason or "the site does not answer")
    event = verdict.event
    if event is None or _told(db, run.site, event):
        return
    more = _pages(db, run) if event.kind == "redesign" else {}
    _hold(db, run, event.kind, event.summary, {**event.detail, **more})


def _told(db: Database, site: str, event: SiteEvent) -> bool:
    """Said before, and no run has been believed since; of silence: and nothing new came since."""
    last = last_site_event(db, site, event.kind)
    if last is not None and event.detail.get("why") == "nothing_new":
        return last.detail.get("why") == "nothing_new" and not brought_new_since(db, site, last.run)
    if last is None or last.detail.get("to_host") != event.detail.get("to_host"):
        return False
    return not believed_since(db, site, last.run)


def _pages(db: Database, run: Run) -> dict[str, object]:
    """Saved pages, and the command that makes a fixture of the first one."""
    pages = run_pages(db, run.id, SAVED_PAGES)
    saved = [{"url": p.url, "warc": p.warc, "offset": p.offset} for p in pages]
    command = f"tinwatch fixture {run.site} {pages[0].url if pages else 'URL'}"
    return {"pages": saved, "command": command}


def _hold(
    db: Database, run: Run, kind: str, summary: str, detail: dict[str, object] | None = None
) -> None:
    moment = run.clock or run.ended_at or run.started_at
    hold_event(db, run.id, run.site, kind, moment, summary, detail=detail)
