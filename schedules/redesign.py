"""A redesign: the pages are there and read otherwise, most of them at once.

It shows in fields that are gone, in pages that cannot be read or fall to the generic reader, in
one text that enters many articles in a single night, and in more edits than a site ever made.
None of that is the doing of the people who write the articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from pipelines.coverage import GENERIC, Coverage
from pipelines.leaks import EditedTexts
from schedules.coverage_drop import GONE, drops, shares
from schedules.verdict import LEAST_PAGES, MOST, Case, SiteEvent, Verdict

LEAST_LEAKS = 3  # articles that one text enters or leaves
LEAST_EDITS = 5
EDITED_SHARE = 0.6  # of the rechecked articles
FAR_LOWER = 0.25  # the usual share of edits, as a part of tonight's
IN_USE = 0.2  # a selector that found something on so many earlier pages was in use
STOPPED = 0.02  # ... and has stopped where it finds something on fewer than this
QUOTED = 80  # characters of a leaked text that the reason quotes


def hollow(case: Case) -> Verdict | None:
    """Most pages came without title and text: looked for before the outage that it resembles."""
    count = case.count("hollow")
    pages = max(count, case.well + case.count("quarantined") + case.count("missing"))
    if not case.has_past or count < LEAST_PAGES or count <= MOST * pages:
        return None
    return _redesign(case, f"{count} of {pages} pages have neither title nor text any more")


def redesign(case: Case) -> Verdict | None:
    """The first sign that is found. Without a past the run is held and nothing is said of it."""
    for sign in (_unreadable, _generic, _fields_gone, _leak, _mass_edit):
        reason = sign(case)
        if reason is not None:
            return _redesign(case, reason) if case.has_past else Verdict("held", reason)
    return None


def _unreadable(case: Case) -> str | None:
    unread = case.count("quarantined")
    pages = unread + case.well
    if unread < LEAST_PAGES or unread <= MOST * pages:
        return None
    return f"{unread} of {pages} pages could not be read"


def _generic(case: Case) -> str | None:
    """A site without rules is read generically by design; for any other one that is damage."""
    generic, read = case.count("generic"), case.well
    if case.generic_site or generic < LEAST_PAGES or generic <= MOST * read:
        return None
    return f"the site's rules found nothing on {generic} of {read} pages"


def _fields_gone(case: Case) -> str | None:
    gone = drops(case, GONE)
    return f"fields are gone: {'; '.join(map(str, gone))}" if gone else None


def _leak(case: Case) -> str | None:
    """One and the same text entered, or left, most of the rechecked articles in one night."""
    edited = case.count("edited")
    if edited < LEAST_LEAKS or edited < MOST * case.count("rechecked"):
        return None
    edits = case.edits()
    sides: list[tuple[str, Callable[[EditedTexts], frozenset[str]]]] = [
        ("added to", lambda edit: edit.added),
        ("removed from", lambda edit: edit.removed),
    ]
    for verb, side in sides:
        texts = Counter(text for edit in edits for text in side(edit))
        text, count = max(texts.items(), key=lambda t: (t[1], t[0]), default=("", 0))
        if count >= LEAST_LEAKS and count >= MOST * case.count("rechecked"):
            return f"the same text was {verb} {count} articles: “{_short(text)}”"
    return None


def _mass_edit(case: Case) -> str | None:
    edited, rechecked = case.count("edited"), case.count("rechecked")
    if edited < LEAST_EDITS or edited < EDITED_SHARE * rechecked:
        return None
    checked_before = sum(stats.get("rechecked", 0) for stats in case.past)
    edited_before = sum(stats.get("edited", 0) for stats in case.past)
    if checked_before < LEAST_PAGES:
        return None
    usual, tonight = edited_before / checked_before, edited / max(rechecked, edited)
    if usual > FAR_LOWER * tonight:
        return None
    return (
        f"{edited} of {max(rechecked, edited)} rechecked articles read otherwise; "
        f"{usual:.0%} did on earlier nights"
    )


def _short(text: str) -> str:
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1].rstrip()}…"


def _redesign(case: Case, reason: str) -> Verdict:
    detail: dict[str, Any] = {
        "reason": reason,
        "stopped_selectors": stopped_selectors(case),
        "coverage": coverage_change(case),
    }
    return Verdict("held", reason, SiteEvent("redesign", reason, detail))


def coverage_change(case: Case) -> dict[str, dict[str, float]]:
    """{field: {before, after}}: the share of pages on which the site's rules found it.

    Pages that could not be read had none of them.
    """
    read = Coverage.of_stats(case.stats).read
    unread = case.count("quarantined") + case.count("hollow")
    found = {}
    for field in sorted(Coverage.total(map(Coverage.of_stats, case.past)).fields):
        before, after = shares(case, field)
        after *= read / (read + unread) if read else 0
        found[field] = {"before": round(before, 3), "after": round(after, 3)}
    return found


def stopped_selectors(case: Case) -> list[dict[str, str]]:
    """Rules that found a field on earlier nights and find nothing tonight: [{field, selector}]."""
    before = Coverage.total(map(Coverage.of_stats, case.past))
    tonight = Coverage.of_stats(case.stats)
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
