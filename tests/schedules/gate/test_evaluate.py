"""The health gate, evaluated on run statistics."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.changes.mass_inserted import EditedTexts
from schedules.gate.evaluate import evaluate
from schedules.gate.models import GateInput, Verdict
from storage.config import Settings
from storage.messages.reasons_batch import BatchReason
from storage.messages.reasons_gate import GateReason
from storage.messages.reasons_pages import PageReason
from storage.reasons import Reason
from storage.run_stats import RunStats

HEALTHY_COUNTS: dict[str, Any] = {
    "requests": 40, "responses": 40, "listings": 2, "links": 30, "rechecked": 20, "read": 30,
    "ended": "finished",
}  # fmt: skip

STOPPED = Reason(BatchReason.STOPPED_BY_HAND)


def count(code: GateReason, number: int, total: int, **more: Any) -> Reason:
    return Reason(code, number=number, total=total, **more)


def share(field: str, before: float, after: float) -> Reason:
    return Reason(GateReason.FIELD_SHARE, field=field, before=before, after=after)


def fields(code: GateReason, *shares: Reason) -> Reason:
    return Reason(code, fields=shares)


CANARY = Reason(GateReason.CANARY, url="u", reason=Reason("legacy_text", text="reads otherwise"))

NEW_FORM = Reason(PageReason.UNKNOWN_URL_FORM, url="/2026/12/tin-vui/")
LISTED = {"url": "/tin/", "reason": NEW_FORM.to_dict()}
VERDICTS: list[tuple[dict[str, Any], str, Reason | None]] = [
    ({}, "passed", None),
    ({"requests": 0}, "failed", Reason(GateReason.NO_REQUESTS)),
    ({"responses": 0}, "outage", Reason(GateReason.NO_RESPONSES)),
    ({"listings": 0}, "failed", Reason(GateReason.NO_LISTING_READ)),
    ({"links": 0}, "failed", Reason(GateReason.NO_ARTICLE_LINKS)),
    ({"ended": STOPPED.to_dict()}, "failed", Reason(GateReason.ENDED_EARLY, reason=STOPPED)),
    ({"missing": 11}, "outage", count(GateReason.ARTICLES_MISSING, 11, 20)),
    ({"missing": 10}, "passed", None),
    ({"missing": 2, "rechecked": 2}, "passed", None),
    ({"missing": 3, "rechecked": 3}, "outage", count(GateReason.ARTICLES_MISSING, 3, 3)),
    ({"failed": 31}, "outage", count(GateReason.PAGES_NOT_FETCHED, 31, 61)),
    ({"failed": 30}, "passed", None),
    ({"failed_again": 31}, "passed", None),
    ({"failed_again": 31, "listings": 0}, "outage", count(GateReason.PAGES_NOT_FETCHED, 31, 61)),
    ({"missing": 20, "unknown_forms": [LISTED] * 2}, "failed", NEW_FORM),
    ({"links": 0, "unknown_forms": [LISTED] * 2}, "failed", NEW_FORM),
    ({"unknown_forms": [LISTED] * 2}, "passed", None),
    ({"links": 0, "unknown_forms": [LISTED]}, "failed", Reason(GateReason.NO_ARTICLE_LINKS)),
    ({"failed": 2, "read": 0}, "failed", Reason(GateReason.NOTHING_READ)),
    ({"failed": 3, "read": 0}, "outage", count(GateReason.PAGES_NOT_FETCHED, 3, 3)),
    ({"quarantined": 31}, "held", count(GateReason.PAGES_UNREADABLE, 31, 61)),
    ({"quarantined": 30}, "passed", None),
    ({"quarantined": 4, "read": 0}, "failed", Reason(GateReason.NOTHING_READ)),
    ({"quarantined": 5, "read": 0}, "held", count(GateReason.PAGES_UNREADABLE, 5, 5)),
    ({"quarantined": 5, "read": 0, "textless": 5}, "outage", count(GateReason.OTHER_PAGES, 5, 5)),
    (
        {"quarantined": 5, "read": 0, "textless": 2},
        "held",
        count(GateReason.PAGES_UNREADABLE, 5, 5),
    ),
    (
        {"broken_fields": {"published": 16}},
        "held",
        count(GateReason.FIELD_BROKEN, 16, 30, field="published"),
    ),
    ({"broken_fields": {"published": 15}}, "passed", None),
    ({"read": 4, "broken_fields": {"published": 4}}, "passed", None),
    ({"listings": 0, "missing": 20}, "outage", count(GateReason.ARTICLES_MISSING, 20, 20)),
]


def case(counts: dict[str, Any], past: tuple[dict[str, Any], ...] = (), **more: Any) -> GateInput:
    """A run with these counts after past runs."""
    return GateInput(RunStats.from_dict(counts), past=tuple(map(RunStats.from_dict, past)), **more)


@pytest.mark.parametrize(("counted", "name", "reason"), VERDICTS)
def test_verdict(counted: dict[str, Any], name: str, reason: Reason | None) -> None:
    verdict = evaluate(case(HEALTHY_COUNTS | counted))
    assert (verdict.status, verdict.reason) == (name, reason)


def test_run_without_counts_fails() -> None:
    assert evaluate(case({}, kind="replay")).status == "failed"


def test_import_always_passes() -> None:
    assert evaluate(case({"quarantined": 50}, kind="import")).status == "passed"


def test_outage_share_is_a_setting() -> None:
    counted = HEALTHY_COUNTS | {"missing": 11}
    assert evaluate(case(counted, settings=Settings(outage_share=0.6))).status == "passed"
    assert evaluate(case(counted, settings=Settings(outage_share=0.1))).status == "outage"


# What a site's own past says

FIELDS = ("title", "body", "published", "byline")
RULES = {"title": "h1.title", "body": "div.content", "published": ".date", "byline": ".author"}


def covered(read: int, **result: int) -> dict[str, Any]:
    """The coverage of a run: every field on all pages, except for the given ones."""
    fields = {field: result.get(field, read) for field in FIELDS}
    selectors = {field: {RULES[field]: count} for field, count in fields.items() if count}
    return {"read": read, "fields": fields, "selectors": selectors}


def run(read: int = 30, **more: Any) -> dict[str, Any]:
    result = {field: more.pop(field) for field in FIELDS if field in more}
    return HEALTHY_COUNTS | {"read": read, "coverage": covered(read, **result)} | more


PAST = (run(), run(), run(byline=27))


def verdict(stats: dict[str, Any], past: tuple[dict[str, Any], ...] = PAST, **more: Any) -> Verdict:
    return evaluate(case(stats, past, **more))


JUDGED: list[tuple[dict[str, Any], str, Reason | None, str | None]] = [
    (run(), "passed", None, None),
    # A moved domain: the listings are gone with it, and the known articles.
    (run(0, listings=0, links=0, listings_failed=2, missing=20, redirected_to={"baomoi.vn": 22}),
     "held", count(GateReason.REQUESTS_REDIRECTED, 22, 22, host="baomoi.vn"), "domain_moved"),
    (run(10, failed=10, redirected_to={"baomoi.vn": 12}), "passed", None, None),
    (run(10, failed=14, redirected_to={"baomoi.vn": 14}),
     "held", count(GateReason.REQUESTS_REDIRECTED, 14, 26, host="baomoi.vn"), "domain_moved"),
    (run(1, redirected_to={"baomoi.vn": 2}, failed=2), "passed", None, None),
    (run(0, failed=8, redirected_to={"a.vn": 4, "b.vn": 4}),
     "outage", count(GateReason.PAGES_NOT_FETCHED, 8, 8), None),
    # Login and block pages.
    (run(blocked=32), "passed", None, None),
    (run(blocked=33), "held", count(GateReason.BLOCK_PAGES, 33, 65), None),
    (run(0, listings=0, links=0, blocked=12, failed=12),
     "outage", count(GateReason.BLOCK_PAGES, 12, 12), None),
    (run(0, blocked=12, failed=12), "outage", count(GateReason.BLOCK_PAGES, 12, 14), None),
    # Nothing was read.
    (run(0, missing=2, missing_live=2, rechecked_live=2),
     "failed", Reason(GateReason.NOTHING_READ), None),
    (run(0), "passed", None, None),
    # Shares of live articles, where they are counted.
    (run(missing=12, missing_live=2, rechecked_live=15), "passed", None, None),
    (run(missing=9, missing_live=9, rechecked_live=15),
     "outage", count(GateReason.ARTICLES_MISSING, 9, 15), None),
    # A rebuilt site has lost its listings as well.
    (run(5, quarantined=20, links=0), "held",
     count(GateReason.PAGES_UNREADABLE, 20, 25), "redesign"),
    (run(generic=16), "held", count(GateReason.SELECTORS_FOUND_NOTHING, 16, 30), "redesign"),
    (run(generic=15), "passed", None, None),
    # Fields that were there.
    (run(byline=19), "held", fields(GateReason.FIELDS_RARE, share("byline", 0.9667, 0.6333)), None),
    (run(byline=20), "passed", None, None),
    (run(byline=15), "held", fields(GateReason.FIELDS_RARE, share("byline", 0.9667, 0.5)), None),
    (run(byline=14),
     "held", fields(GateReason.FIELDS_GONE, share("byline", 0.9667, 0.4667)), "redesign"),
    (run(4, byline=0), "passed", None, None),
    (run(byline=0, published=0), "held",
     fields(GateReason.FIELDS_GONE, share("published", 1.0, 0.0), share("byline", 0.9667, 0.0)),
     "redesign"),
    # More edits than ever.
    (run(edited=12), "held",
     count(GateReason.MASS_EDIT, 12, 20, usual=0.0), "redesign"),
    (run(edited=11), "passed", None, None),
    (run(edited=4, rechecked=4), "passed", None, None),
    # Pinned pages.
    (run(canaries={"checked": 2, "failed": []}), "passed", None, None),
    (run(canaries={"checked": 2, "failed": [{"article": 1, "url": "u", "why": "reads otherwise"}]}),
     "held", count(GateReason.CANARIES_CHANGED, 1, 2, pages=[CANARY]), None),
]  # fmt: skip


@pytest.mark.parametrize(("stats", "name", "reason", "event"), JUDGED)
def test_verdict_with_earlier_runs(
    stats: dict[str, Any], name: str, reason: Reason | None, event: str | None
) -> None:
    result = verdict(stats)
    assert (result.status, result.reason) == (name, reason)
    assert (result.event.kind if result.event else None) == event


def test_run_as_poor_as_an_earlier_one_passes() -> None:
    """An earlier run that only rechecked old pages passed or was published."""
    assert verdict(run(byline=6), (*PAST, run(10, byline=2))).status == "passed"
    assert verdict(run(byline=5), (*PAST, run(10, byline=2))).status == "held"


def test_often_edited_site_is_not_held_for_edits() -> None:
    busy = tuple(run(edited=6) for _ in range(5))
    assert verdict(run(edited=17), busy).status == "passed"


@pytest.mark.parametrize(
    "stats", [run(0, quarantined=9), run(generic=20), run(edited=20), run(byline=0)]
)
def test_without_earlier_runs_there_is_no_redesign(stats: dict[str, Any]) -> None:
    assert verdict(stats, ()).event is None


def test_coverage_of_generic_site_is_evaluated() -> None:
    generic = {"read": 30, "fields": {"byline": 30}, "selectors": {"byline": {"generic: end": 30}}}
    past = (HEALTHY_COUNTS | {"coverage": generic},)
    assert verdict(run(generic=30), past, generic_site=True).status == "passed"
    assert verdict(run(generic=30, byline=0), past, generic_site=True).status == "held"


def test_generic_extraction_does_not_count_for_rules() -> None:
    tonight = run()
    tonight["coverage"]["selectors"]["byline"] = {"generic: end of body": 30}
    assert verdict(tonight).reason == fields(GateReason.FIELDS_GONE, share("byline", 0.9667, 0.0))


INSERTED_TEXT = frozenset({"theo dõi báo trên các nền tảng số để không bỏ lỡ tin"})
NOTHING: frozenset[str] = frozenset()


def edits(leaked: int, whole: int, *, removed: bool = False) -> list[EditedTexts]:
    own = [frozenset({f"câu riêng của bài số {n}"}) for n in range(whole)]
    sides = [text | INSERTED_TEXT if n < leaked else text for n, text in enumerate(own)]
    return [EditedTexts(NOTHING, s) if removed else EditedTexts(s, NOTHING) for s in sides]


@pytest.mark.parametrize(
    ("edited", "usual", "status"),
    [(20, 11, "held"), (20, 13, "passed"), (17, 11, "passed"), (17, 3, "held")],
)
def test_edits_of_nearly_all_articles_are_held_after_nights_with_many(
    edited: int, usual: int, status: str
) -> None:
    past = (run(edited=usual),) * 3
    assert verdict(run(edited=edited), past).status == status


@pytest.mark.parametrize(
    ("leaked", "rechecked", "status"), [(3, 6, "held"), (3, 7, "passed"), (2, 4, "passed")]
)
@pytest.mark.parametrize("removed", [False, True])
def test_text_inserted_into_most_bodies_is_held_without_an_event(
    leaked: int, rechecked: int, status: str, removed: bool
) -> None:
    result = verdict(
        run(edited=4, rechecked=rechecked), edits=lambda: edits(leaked, 4, removed=removed)
    )
    assert (result.status, result.event) == (status, None)
    if status == "held":
        assert result.reason is not None
        code = GateReason.TEXT_REMOVED if removed else GateReason.TEXT_ADDED
        assert (result.reason.code, result.reason.params["number"]) == (code, 3)
        assert result.reason.params["quote"] in INSERTED_TEXT


@pytest.mark.parametrize(
    ("edited", "reverted", "status"),
    [(3, 3, "held"), (5, 3, "held"), (6, 3, "passed"), (2, 2, "passed")],
)
def test_old_copies_of_pages_are_held(edited: int, reverted: int, status: str) -> None:
    result = verdict(run(edited=edited), reverts=lambda: reverted)
    assert (result.status, result.event) == (status, None)
    held = count(GateReason.OLD_COPIES, reverted, edited) if status == "held" else None
    assert result.reason == held


@pytest.mark.parametrize(("cut", "status"), [(8, "held"), (2, "passed")])
def test_inserted_block_that_swallows_the_ends_of_articles_is_held_without_an_event(
    cut: int, status: str
) -> None:
    """The bylines below the texts are swallowed too; earlier nights had many edits."""
    swallowed = [EditedTexts(NOTHING, frozenset({f"câu cuối {n}"}), n < cut) for n in range(8)]
    tonight = run(byline=0 if cut > 3 else 30, edited=8, rechecked=13)
    past = (run(edited=5),) * 3
    result = verdict(tonight, past, edits=lambda: swallowed)
    assert (result.status, result.event) == (status, None)
    if status == "held":
        assert result.reason == count(GateReason.ENDS_LOST, 8, 13)


@pytest.mark.parametrize("appeared", [True, False])
@pytest.mark.parametrize(
    ("alike", "rechecked", "status"), [(5, 10, "held"), (5, 11, "passed"), (4, 8, "passed")]
)
def test_field_that_most_articles_gain_or_lose_is_held_without_an_event(
    alike: int, rechecked: int, status: str, appeared: bool
) -> None:
    """Earlier nights had many edits, so their number alone says nothing."""
    fields = [frozenset({"byline" if n < alike else "lead"}) for n in range(7)]
    changed = [
        EditedTexts(NOTHING, NOTHING, appeared=f) if appeared
        else EditedTexts(NOTHING, NOTHING, vanished=f)
        for f in fields
    ]  # fmt: skip
    past = (run(edited=12),) * 3
    result = verdict(run(edited=7, rechecked=rechecked), past, edits=lambda: changed)
    assert (result.status, result.event) == (status, None)
    if status == "held":
        code = GateReason.FIELD_APPEARED if appeared else GateReason.FIELD_VANISHED
        assert result.reason == Reason(code, field="byline", number=5, total=10)


def test_redesign_names_stopped_selectors_and_coverage() -> None:
    tonight = run(10, byline=1, quarantined=10)
    tonight["coverage"]["selectors"]["byline"] = {"end of body": 1}
    event = verdict(tonight).event
    assert event is not None
    assert event.detail["stopped_selectors"] == [{"field": "byline", "selector": ".author"}]
    assert event.detail["coverage"]["byline"] == {"before": 0.967, "after": 0.05}
    assert event.detail["coverage"]["title"] == {"before": 1.0, "after": 0.5}
