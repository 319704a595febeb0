"""Fields that pages had on earlier nights and lack tonight.

A field counts where most of the site's earlier pages had it, and no earlier night was as poor:
a night that only rechecks old pages, which never had a byline, is no news.
"""

from __future__ import annotations

from dataclasses import dataclass

from schedules.gate.models import LEAST_PAGES, MOST, Case, Verdict, held
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.run_stats import Coverage

USUAL = 0.8  # a field that so many pages had is expected
GONE = 0.5  # fewer pages than this: the template changed
POOR = 0.65  # fewer than this: somebody should look


@dataclass(frozen=True, slots=True)
class Drop:
    """A field's share of the pages before and tonight."""

    field: str
    before: float
    after: float

    def reason(self) -> Reason:
        before, after = round(self.before, 4), round(self.after, 4)
        return Reason(GateReason.FIELD_SHARE, field=self.field, before=before, after=after)


def drops(case: Case, below: float) -> list[Drop]:
    """Fields that were usual and are found on less than this share of the pages, worst first."""
    tonight, generic = case.stats.coverage, case.generic_site
    if tonight.read < LEAST_PAGES:
        return []
    known = {name for stats in case.past for name in stats.coverage.fields}
    found_on = {name: _share(tonight, name, generic=generic) for name in sorted(known)}
    rare = {name: share for name, share in found_on.items() if share < below}
    if not rare:  # as on most nights: the past, which is slow to sum up, is not asked
        return []
    past = [stats.coverage for stats in case.past]
    nights, whole = [c for c in past if c.read >= LEAST_PAGES], Coverage.total(past)
    found = []
    for field, after in rare.items():
        before = _share(whole, field, generic=generic)
        poorest = min((_share(night, field, generic=generic) for night in nights), default=0.0)
        if before >= USUAL and after < min(poorest, below):
            found.append(Drop(field, before, after))
    return sorted(found, key=lambda drop: drop.after - drop.before)


def shares(case: Case, field: str) -> tuple[float, float]:
    """A field's share of the pages on the earlier nights together, and tonight."""
    before = Coverage.total(stats.coverage for stats in case.past)
    tonight = case.stats.coverage
    generic = case.generic_site
    return _share(before, field, generic=generic), _share(tonight, field, generic=generic)


def _share(coverage: Coverage, field: str, *, generic: bool) -> float:
    """The generic reader stands in for rules that found nothing, so it does not count for them."""
    found = coverage.fields[field] if generic else coverage.by_rules(field)
    return found / coverage.read if coverage.read else 0.0


def drop(case: Case) -> Verdict | None:
    """Held where a field got rare, or a needed one is broken on most pages."""
    found = drops(case, POOR)
    if found:
        return held(GateReason.FIELDS_RARE, fields=[one.reason() for one in found])
    read = case.stats.read
    if read < LEAST_PAGES:
        return None
    for field, count in sorted(case.stats.broken_fields.items()):
        if count > MOST * read:
            return held(GateReason.FIELD_BROKEN, field=field, number=count, total=read)
    return None
