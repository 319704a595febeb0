"""Detect a redesign: most pages of a site are extracted differently at once.

The signs are missing fields, unreadable pages, pages that only the generic extractor can extract,
and far more edits than usual. One text or field that many articles gain or lose, or a part of the
template that swallows their ends, is no redesign: the run is held without a site event. None of
these is an edit by the newsroom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from pipelines.changes.mass_inserted import EditedTexts
from schedules.gate.coverage import GONE_SHARE, dropped_fields, field_share
from schedules.gate.models import MAJORITY, MIN_PAGES, GateInput, SiteEvent, Verdict
from storage.messages.reasons_gate import GateReason
from storage.models import EventKind
from storage.reasons import Reason
from storage.run_stats import GENERIC, Coverage
from storage.runs.verdicts import VerdictStatus

MIN_INSERTIONS = 3  # articles into which one text was inserted, or from which it was removed
MIN_EDITS = 5
MIN_EDITED_SHARE = 0.6  # of the rechecked articles
MAX_USUAL_PART = 0.25  # the usual share of edits, divided by that of this run
NEARLY_ALL_SHARE = 0.9  # of the rechecked articles: the newsroom never edits so many at once ...
MAX_USUAL_PART_OF_ALL = 0.6  # ... even if it edited many in the batches before
IN_USE_SHARE = 0.2  # a selector that matched at least so many earlier pages was in use
STOPPED_SHARE = 0.02  # a selector that matches at most so many pages has stopped matching
MAX_QUOTE_CHARS = 80  # of a mass-inserted text
Sides = tuple[tuple[GateReason, Callable[[EditedTexts], frozenset[str]]], ...]
TEXT_SIDES: Sides = (
    (GateReason.TEXT_ADDED, lambda edit: edit.added),
    (GateReason.TEXT_REMOVED, lambda edit: edit.removed),
)
FIELD_SIDES: Sides = (
    (GateReason.FIELD_APPEARED, lambda edit: edit.appeared),
    (GateReason.FIELD_VANISHED, lambda edit: edit.vanished),
)
NO_REDESIGN = frozenset((
    GateReason.TEXT_ADDED, GateReason.TEXT_REMOVED, GateReason.ENDS_LOST,
    GateReason.FIELD_APPEARED, GateReason.FIELD_VANISHED,
))  # fmt: skip


def redesign(run: GateInput) -> Verdict | None:
    """Hold the run if a sign of a redesign is found; without a past there is no site event."""
    for sign in (
        _unreadable, _generic, _ends_lost, _fields_gone, _mass_inserted, _mass_field, _mass_edit,
    ):  # fmt: skip
        reason = sign(run)
        if reason is not None:
            is_redesign = run.has_past and reason.code not in NO_REDESIGN
            return _redesign(run, reason) if is_redesign else Verdict(VerdictStatus.HELD, reason)
    return None


def _unreadable(run: GateInput) -> Reason | None:
    unreadable = run.stats.quarantined
    pages = unreadable + run.stats.read
    if unreadable < MIN_PAGES or unreadable <= MAJORITY * pages:
        return None
    return Reason(GateReason.PAGES_UNREADABLE, number=unreadable, total=pages)


def _generic(run: GateInput) -> Reason | None:
    """The rules found no body on most pages. Sites without rules are not checked."""
    generic, read = run.stats.generic, run.stats.read
    if run.generic_site or generic < MIN_PAGES or generic <= MAJORITY * read:
        return None
    return Reason(GateReason.SELECTORS_FOUND_NOTHING, number=generic, total=read)


def _fields_gone(run: GateInput) -> Reason | None:
    gone = dropped_fields(run, GONE_SHARE)
    return Reason(GateReason.FIELDS_GONE, fields=[one.reason() for one in gone]) if gone else None


def _mass_edits(run: GateInput) -> list[EditedTexts]:
    """The edits, if so many articles were edited that a mass insertion is possible."""
    edited = run.stats.edited
    possible = edited >= MIN_INSERTIONS and edited >= MAJORITY * run.stats.rechecked
    return run.edits() if possible else []


def _ends_lost(run: GateInput) -> Reason | None:
    """Most rechecked articles lost their last paragraph: an inserted block is not closed.

    What follows the block, bylines among it, is lost with the paragraphs.
    """
    count, total = sum(edit.end_lost for edit in _mass_edits(run)), run.stats.rechecked
    if count < MIN_INSERTIONS or count < MAJORITY * total:
        return None
    return Reason(GateReason.ENDS_LOST, number=count, total=max(total, count))


def _mass_inserted(run: GateInput) -> Reason | None:
    """The same text was inserted into, or removed from, most rechecked articles in one run."""
    found = _most_common(run, TEXT_SIDES, MIN_INSERTIONS)
    if found is None:
        return None
    code, text, count = found
    return Reason(code, number=count, quote=_short(text))


def _mass_field(run: GateInput) -> Reason | None:
    """The same field appeared on, or vanished from, most rechecked articles in one run.

    So does the author box of a plugin, or a line that a new template prints or no longer prints.
    """
    found = _most_common(run, FIELD_SIDES, MIN_EDITS)
    if found is None:
        return None
    code, field, count = found
    return Reason(code, field=field, number=count, total=max(run.stats.rechecked, count))


def _most_common(run: GateInput, sides: Sides, least: int) -> tuple[GateReason, str, int] | None:
    """Return what most edits have on one side, and how many: `least`, and most articles."""
    edits = _mass_edits(run)
    for code, side in sides:
        counts = Counter(one for edit in edits for one in side(edit))
        one, count = max(counts.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        if count >= least and count >= MAJORITY * run.stats.rechecked:
            return code, one, count
    return None


def _mass_edit(run: GateInput) -> Reason | None:
    edited, rechecked = run.stats.edited, run.stats.rechecked
    if edited < MIN_EDITS or edited < MIN_EDITED_SHARE * rechecked:
        return None
    checked_before = sum(stats.rechecked for stats in run.past)
    edited_before = sum(stats.edited for stats in run.past)
    if checked_before < MIN_PAGES:
        return None
    total = max(rechecked, edited)
    usual, current = edited_before / checked_before, edited / total
    part = MAX_USUAL_PART_OF_ALL if current >= NEARLY_ALL_SHARE else MAX_USUAL_PART
    if usual > part * current:
        return None
    return Reason(GateReason.MASS_EDIT, number=edited, total=total, usual=round(usual, 4))


def _short(text: str) -> str:
    return text if len(text) <= MAX_QUOTE_CHARS else f"{text[: MAX_QUOTE_CHARS - 1].rstrip()}…"


def _redesign(run: GateInput, reason: Reason) -> Verdict:
    detail: dict[str, Any] = {
        "stopped_selectors": stopped_selectors(run),
        "coverage": coverage_change(run),
    }
    event = SiteEvent(EventKind.REDESIGN, reason, detail)
    return Verdict(VerdictStatus.HELD, reason, event)


def coverage_change(run: GateInput) -> dict[str, dict[str, float]]:
    """Return {field: {before, after}}: the share of pages on which the site's rules found it.

    Unreadable pages count as pages without any field.
    """
    past, current = Coverage.total(stats.coverage for stats in run.past), run.stats.coverage
    extracted = current.read / (current.read + run.stats.quarantined) if current.read else 0
    changes = {}
    for field in sorted(past.fields):
        before = field_share(past, field, generic=run.generic_site)
        after = field_share(current, field, generic=run.generic_site) * extracted
        changes[field] = {"before": round(before, 3), "after": round(after, 3)}
    return changes


def stopped_selectors(run: GateInput) -> list[dict[str, str]]:
    """Selectors that matched in earlier runs and no longer match: [{field, selector}]."""
    before = Coverage.total(stats.coverage for stats in run.past)
    current = run.stats.coverage
    stopped = []
    for field, rules in sorted(before.selectors.items()):
        now: Counter[str] = current.selectors.get(field, Counter())
        for rule, count in rules.most_common():
            if rule.startswith(GENERIC) and not run.generic_site:
                continue
            was_used = count >= IN_USE_SHARE * before.read
            if was_used and now[rule] <= STOPPED_SHARE * current.read:
                stopped.append({"field": field, "selector": rule})
    return stopped
