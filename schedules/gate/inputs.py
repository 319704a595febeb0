"""The input of the health gate, read from the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from crawlers.registry import all_sites
from pipelines.changes.mass_inserted import EditedTexts, edited_texts
from schedules.gate.models import MAJORITY, GateInput
from schedules.gate.volume import USUAL_WEEKS
from storage.articles.revisions import revisions
from storage.config import Settings
from storage.db.connection import Database, from_utc_text, utc_text
from storage.events.pending import PendingEvent, pending_events_of_run
from storage.models import EventKind
from storage.run_stats import Coverage, RunStats
from storage.runs.history import accepted_runs, moved_articles, volumes, was_in_outage
from storage.runs.repository import Run

MAX_PAST_RUNS = 10
MAX_COMPARED_EDITS = 200  # edits of a run that are searched for mass-inserted text


def gate_input(db: Database, run: Run, settings: Settings) -> GateInput:
    """Read a run's statistics, its site's earlier runs and its edits."""
    past = [earlier.stats for earlier in accepted_runs(db, run.site, run.id, MAX_PAST_RUNS)]
    moment = from_utc_text(run.moment)
    since = utc_text(moment - timedelta(weeks=USUAL_WEEKS, days=2))
    moved = moved_articles(db, run.site)[run.id]
    return GateInput(
        stats=replace(run.stats, new=run.stats.new - moved),
        kind=run.kind,
        settings=settings,
        generic_site=is_generic(run.site, past),
        moment=moment,
        # A full crawl finds pages of old articles: its volume is not compared.
        listings_complete=run.listings_complete and not run.stats.deep,
        in_outage=was_in_outage(db, run.site),
        past=tuple(past),
        volumes=tuple(volumes(db, run, since)),
        edits=partial(_edits, db, run.id),
        reverts=partial(_reverts, db, run.id),
    )


def is_generic(name: str, past: list[RunStats]) -> bool:
    """Whether the generic extractor is expected to extract this site's pages.

    That is so for a site without rules, and for one whose rules no page has confirmed yet (by a
    body that they found). For any other site it shows that the rules no longer match.
    """
    read = Coverage.total(stats.coverage for stats in past)
    if read.by_rules("body") > MAJORITY * read.read:
        return False  # without the module: a report need not load all of them
    site = all_sites().get(name)
    return site is not None and (site.verified is None or site.generic)


def _reverts(db: Database, run: int) -> int:
    return sum("reverts_to" in edit.detail for edit in _pending_edits(db, run))


def _pending_edits(db: Database, run: int) -> list[PendingEvent]:
    return [event for event in pending_events_of_run(db, run) if event.kind == EventKind.EDITED]


def _edits(db: Database, run: int) -> list[EditedTexts]:
    edits = _pending_edits(db, run)
    texts = []
    for edit in edits[:MAX_COMPARED_EDITS]:
        assert edit.article is not None
        records = {r.number: r.record for r in revisions(db, edit.article)}
        start, end = edit.detail["from_revision"], edit.detail["to_revision"]
        texts.append(edited_texts(records[start], records[end]))
    return texts
