"""A finished run as the health gate looks at it, gathered from the database."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from crawlers.registry import all_sites
from pipelines.changes.mass_inserted import EditedTexts, edited_texts
from schedules.gate.models import MOST, Case
from schedules.gate.volume import WEEKS
from storage.articles.repository import revisions
from storage.config import Settings
from storage.db.connection import Database, from_utc_text, utc_text
from storage.events.pending import held_of_run
from storage.run_stats import Coverage, RunStats
from storage.runs.repository import Run, believed_runs, volumes

PAST_RUNS = 10
MOST_EDITS = 200  # edits of a run that are compared with each other


def case_of(db: Database, run: Run, settings: Settings) -> Case:
    """The run, its site's past and its edits."""
    past = [earlier.stats for earlier in believed_runs(db, run.site, run.id, PAST_RUNS)]
    moment = from_utc_text(run.moment)
    since = utc_text(moment - timedelta(weeks=WEEKS, days=2))
    return Case(
        stats=run.stats,
        kind=run.kind,
        settings=settings,
        generic_site=is_generic(run.site, past),
        moment=moment,
        swept=run.swept and not run.stats.deep,  # which finds old articles by the page
        past=tuple(past),
        volumes=tuple(volumes(db, run, since)),
        edits=partial(_edits, db, run.id),
    )


def is_generic(name: str, past: list[RunStats]) -> bool:
    """Read generically by design: a site without rules, or whose rules no page has proved yet.

    For any other one that is damage. What proves rules is a body that they found.
    """
    site = all_sites().get(name)
    if site is None or (site.verified is not None and not site.generic):
        return False
    read = Coverage.total(stats.coverage for stats in past)
    return site.generic or read.by_rules("body") <= MOST * read.read


def _edits(db: Database, run: int) -> list[EditedTexts]:
    edits = [held for held in held_of_run(db, run) if held.kind == "edited"]
    found = []
    for edit in edits[:MOST_EDITS]:
        assert edit.article is not None
        texts = revisions(db, edit.article)
        start, end = edit.detail["from_revision"], edit.detail["to_revision"]
        found.append(edited_texts(texts[start - 1].record, texts[end - 1].record))
    return found
