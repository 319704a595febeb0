"""A redesign: the pages are there and read otherwise, most of them at once.

It shows in fields that are gone, in pages that cannot be read or fall to the generic reader, in
one text that enters many articles in a single night, and in more edits than a site ever made.
None of that is the doing of the people who write the articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from pipelines.changes.mass_inserted import EditedTexts
from schedules.gate.coverage import GONE, drops, shares
from schedules.gate.models import LEAST_PAGES, MOST, Case, SiteEvent, SiteEventKind, Verdict
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.run_stats import GENERIC, Coverage
from storage.runs.verdicts import VerdictStatus

LEAST_LEAKS = 3  # articles that one text enters or leaves
LEAST_EDITS = 5
EDITED_SHARE = 0.6  # of the rechecked articles
FAR_LOWER = 0.25  # the usual share of edits, as a part of tonight's
IN_USE = 0.2  # a selector that found something on so many earlier pages was in use
STOPPED = 0.02  # ... and has stopped where it finds something on fewer than this
QUOTED = 80  # characters of a leaked text that the reason quotes


def hollow(case: Case) -> Verdict | None:
    """Most pages came without title and text: looked for before the outage that it resembles."""
    count = case.stats.hollow
    pages = max(count, case.stats.read + case.stats.quarantined + case.stats.missing)
    if not case.has_past or count < LEAST_PAGES or count <= MOST * pages:
        return None
    return _redesign(case, Reason(GateReason.EMPTY_PAGES, number=count, total=pages))


def redesign(case: Case) -> Verdict | None:
    """The first sign that is found. Without a past the run is held and nothing is said of it."""
    for sign in (_unreadable, _generic, _fields_gone, _leak, _mass_edit):
        reason = sign(case)
        if reason is not None:
            return _redesign(case, reason) if case.has_past else Verdict(VerdictStatus.HELD, reason)
    return None


def _unreadable(case: Case) -> Reason | None:
    unread = case.stats.quarantined
    pages = unread + case.stats.read
    if unread < LEAST_PAGES or unread <= MOST * pages:
        return None
    return Reason(GateReason.PAGES_UNREADABLE, number=unread, total=pages)


def _generic(case: Case) -> Reason | None:
    """A site without rules is read generically by design; for any other one that is damage."""
    generic, read = case.stats.generic, case.stats.read
    if case.generic_site or generic < LEAST_PAGES or generic <= MOST * read:
        return None
    return Reason(GateReason.SELECTORS_FOUND_NOTHING, number=generic, total=read)


def _fields_gone(case: Case) -> Reason | None:
    gone = drops(case, GONE)
    return Reason(GateReason.FIELDS_GONE, fields=[one.reason() for one in gone]) if gone else None


def _leak(case: Case) -> Reason | None:
    """One and the same text entered, or left, most of the rechecked articles in one night."""
    edited = case.stats.edited
    if edited < LEAST_LEAKS or edited < MOST * case.stats.rechecked:
        return None
    edits = case.edits()
    sides: list[tuple[GateReason, Callable[[EditedTexts], frozenset[str]]]] = [
        (GateReason.TEXT_ADDED, lambda edit: edit.added),
        (GateReason.TEXT_REMOVED, lambda edit: edit.removed),
    ]
    for code, side in sides:
        texts = Counter(text for edit in edits for text in side(edit))
        text, count = max(texts.items(), key=lambda t: (t[1], t[0]), default=("", 0))
        if count >= LEAST_LEAKS and count >= MOST * case.stats.rechecked:
            return Reason(code, number=count, quote=_short(text))
    return None


def _mass_edit(case: Case) -> Reason | None:
    edited, rechecked = case.stats.edited, case.stats.rechecked
    if edited < LEAST_EDITS or edited < EDITED_SHARE * rechecked:
        return None
    checked_before = sum(stats.rechecked for stats in case.past)
    edited_before = sum(stats.edited for stats in case.past)
    if checked_before < LEAST_PAGES:
        return None
    usual, tonight = edited_before / checked_before, edited / max(rechecked, edited)
    if usual > FAR_LOWER * tonight:
        return None
    total = max(rechecked, edited)
    return Reason(GateReason.MASS_EDIT, number=edited, total=total, usual=round(usual, 4))


def _short(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1].rstrip()}…"


def _redesign(case: Case, reason: Reason) -> Verdict:
    detail: dict[str, Any] = {
        "stopped_selectors": stopped_selectors(case),
        "coverage": coverage_change(case),
    }
    event = SiteEvent(SiteEventKind.REDESIGN, reason, detail)
    return Verdict(VerdictStatus.HELD, reason, event)


def coverage_change(case: Case) -> dict[str, dict[str, float]]:
    """{field: {before, after}}: the share of pages on which the site's rules found it.

    Pages that could not be read had none of them.
    """
    read = case.stats.coverage.read
    unread = case.stats.quarantined + case.stats.hollow
    found = {}
    for field in sorted(Coverage.total(stats.coverage for stats in case.past).fields):
        before, after = shares(case, field)
        after *= read / (read + unread) if read else 0
        found[field] = {"before": round(before, 3), "after": round(after, 3)}
    return found


def stopped_selectors(case: Case) -> list[dict[str, str]]:
    """Rules that found a field on earlier nights and find nothing tonight: [{field, selector}]."""
    before = Coverage.total(stats.coverage for stats in case.past)
    tonight = case.stats.coverage
    stopped = []
    for field, rules in sorted(before.selectors.items()):
        now: Counter[str] = tonight.selectors.get(field, Counter())
        for rule, count in rules.most_common():
            if rule.startswith(GENERIC) and not case.generic_site:
                continue
            was_used = count >= IN_USE * before.read
            if was_used and now[rule] <= STOPPED * tonight.read:
                stopped.append({"field": field, "selector": rule})
    return stopped
