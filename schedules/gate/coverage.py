"""Fields that were found on the pages of earlier runs and are missing in this run.

A field is compared if most earlier pages had it, and reported only if no earlier run found it on so
few pages: a run that only rechecks old pages, which never had a byline, is not reported.
"""

from __future__ import annotations

from dataclasses import dataclass

from schedules.gate.models import MAJORITY, MIN_PAGES, GateInput, Verdict, held
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.run_stats import Coverage

USUAL_SHARE = 0.8  # of earlier pages; a field found on fewer is not expected
GONE_SHARE = 0.5  # of pages; below it, the template of the site changed
RARE_SHARE = 0.65  # of pages; below it, the run is held


@dataclass(frozen=True, slots=True)
class FieldDrop:
    """The share of pages on which a field was found, in earlier runs and in this one."""

    field: str
    before: float
    after: float

    def reason(self) -> Reason:
        before, after = round(self.before, 4), round(self.after, 4)
        return Reason(GateReason.FIELD_SHARE, field=self.field, before=before, after=after)


def dropped_fields(run: GateInput, below: float) -> list[FieldDrop]:
    """Usual fields that are found on less than this share of the pages, the worst first."""
    current, generic = run.stats.coverage, run.generic_site
    if current.read < MIN_PAGES:
        return []
    names = {name for stats in run.past for name in stats.coverage.fields}
    current_shares = {name: field_share(current, name, generic=generic) for name in sorted(names)}
    rare = {name: share for name, share in current_shares.items() if share < below}
    if not rare:  # as in most runs; summing up the past is slow
        return []
    past = [stats.coverage for stats in run.past]
    past_runs, total = [c for c in past if c.read >= MIN_PAGES], Coverage.total(past)
    drops = []
    for field, after in rare.items():
        before = field_share(total, field, generic=generic)
        poorest = min((field_share(one, field, generic=generic) for one in past_runs), default=0.0)
        if before >= USUAL_SHARE and after < min(poorest, below):
            drops.append(FieldDrop(field, before, after))
    return sorted(drops, key=lambda drop: drop.after - drop.before)


def field_share(coverage: Coverage, field: str, *, generic: bool) -> float:
    """The share of pages with the field.

    What the generic extractor found as a fallback counts only for generic sites.
    """
    pages = coverage.fields[field] if generic else coverage.by_rules(field)
    return pages / coverage.read if coverage.read else 0.0


def rare_or_broken_fields(run: GateInput) -> Verdict | None:
    """Hold the run if a field became rare, or a required one is broken on most pages."""
    drops = dropped_fields(run, RARE_SHARE)
    if drops:
        return held(GateReason.FIELDS_RARE, fields=[drop.reason() for drop in drops])
    read = run.stats.read
    if read < MIN_PAGES:
        return None
    for field, count in sorted(run.stats.broken_fields.items()):
        if count > MAJORITY * read:
            return held(GateReason.FIELD_BROKEN, field=field, number=count, total=read)
    return None
