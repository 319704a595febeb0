"""The health gate, by what a run counted."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.leaks import EditedTexts
from schedules.health import Case, Verdict, judge
from storage.home import Settings

WELL: dict[str, Any] = {
    "requests": 40, "responses": 40, "listings": 2, "links": 30, "rechecked": 20, "read": 30,
    "ended": "finished",
}  # fmt: skip

VERDICTS: list[tuple[dict[str, Any], str, str | None]] = [
    ({}, "passed", None),
    ({"requests": 0}, "failed", "no request was made"),
    ({"responses": 0}, "outage", "no answer came from the site"),
    ({"listings": 0}, "failed", "no listing could be read"),
    ({"links": 0}, "failed", "the listings hold no link to an article"),
    ({"ended": "stopped by hand"}, "failed", "ended early: stopped by hand"),
    ({"missing": 11}, "outage", "11 of 20 known articles did not answer"),
    ({"missing": 10}, "passed", None),
    ({"missing": 2, "rechecked": 2}, "passed", None),
    ({"missing": 3, "rechecked": 3}, "outage", "3 of 3 known articles did not answer"),
    ({"failed": 31}, "outage", "31 of 61 pages could not be fetched"),
    ({"failed": 30}, "passed", None),
    ({"failed": 2, "read": 0}, "passed", None),
    ({"failed": 3, "read": 0}, "outage", "3 of 3 pages could not be fetched"),
    ({"quarantined": 31}, "held", "31 of 61 pages could not be read"),
    ({"quarantined": 30}, "passed", None),
    ({"quarantined": 4, "read": 0}, "passed", None),
    ({"quarantined": 5, "read": 0}, "held", "5 of 5 pages could not be read"),
    ({"broken_fields": {"published": 16}}, "held", "published is broken on 16 of 30 pages"),
    ({"broken_fields": {"published": 15}}, "passed", None),
    ({"read": 4, "broken_fields": {"published": 4}}, "passed", None),
    ({"listings": 0, "missing": 20}, "outage", "20 of 20 known articles did not answer"),
]


@pytest.mark.parametrize(("counted", "name", "reason"), VERDICTS)
def test_verdict(counted: dict[str, Any], name: str, reason: str | None) -> None:
    verdict = judge(Case(WELL | counted))
    assert (verdict.name, verdict.reason) == (name, reason)


def test_a_run_that_counted_nothing_failed() -> None:
    assert judge(Case({}, "replay")).name == "failed"


def test_an_import_asks_no_site() -> None:
    assert judge(Case({"quarantined": 50}, "import")).name == "passed"


def test_the_share_is_a_setting() -> None:
    counted = WELL | {"missing": 11}
    assert judge(Case(counted, settings=Settings(outage_share=0.6))).name == "passed"
    assert judge(Case(counted, settings=Settings(outage_share=0.1))).name == "outage"


# What a site's own past says

FIELDS = ("title", "body", "published", "byline")
RULES = {"title": "h1.title", "body": "div.content", "published": ".date", "byline": ".author"}


def covered(read: int, **found: int) -> dict[str, Any]:
    """The coverage of a run: every field on all pages, but for those named."""
    fields = {field: found.get(field, read) for field in FIELDS}
    selectors = {field: {RULES[field]: count} for field, count in fields.items() if count}
    return {"read": read, "fields": fields, "selectors": selectors}


def run(read: int = 30, **more: Any) -> dict[str, Any]:
    found = {field: more.pop(field) for field in FIELDS if field in more}
    return WELL | {"read": read, "coverage": covered(read, **found)} | more


PAST = (run(), run(), run(byline=27))


def verdict(stats: dict[str, Any], past: tuple[dict[str, Any], ...] = PAST, **more: Any) -> Verdict:
    return judge(Case(stats, past=past, **more))


JUDGED: list[tuple[dict[str, Any], str, str | None, str | None]] = [
    (run(), "passed", None, None),
    # A moved domain: the listings are gone with it, and the known articles.
    (run(0, listings=0, links=0, listings_failed=2, missing=20, redirected_to={"baomoi.vn": 22}),
     "held", "22 of 22 requests lead to baomoi.vn", "domain_moved"),
    (run(10, failed=10, redirected_to={"baomoi.vn": 12}), "passed", None, None),
    (run(10, failed=14, redirected_to={"baomoi.vn": 14}),
     "held", "14 of 26 requests lead to baomoi.vn", "domain_moved"),
    (run(1, redirected_to={"baomoi.vn": 2}, failed=2), "passed", None, None),
    (run(0, failed=8, redirected_to={"a.vn": 4, "b.vn": 4}),
     "outage", "8 of 8 pages could not be fetched", None),
    # Login and block pages.
    (run(blocked=32), "passed", None, None),
    (run(blocked=33), "held", "33 of 65 pages are login or block pages", None),
    (run(0, listings=0, links=0, blocked=12, failed=12),
     "outage", "12 of 12 pages are login or block pages", None),
    (run(0, blocked=12, failed=12), "held", "12 of 14 pages are login or block pages", None),
    # Shares of live articles, where they are counted.
    (run(missing=12, missing_live=2, rechecked_live=15), "passed", None, None),
    (run(missing=9, missing_live=9, rechecked_live=15),
     "outage", "9 of 15 known articles did not answer", None),
    # Pages without title and text, of known articles, are no outage.
    (run(5, hollow=15, missing=15, missing_live=15, rechecked_live=20),
     "held", "15 of 20 pages have neither title nor text any more", "redesign"),
    (run(15, hollow=7, missing=15), "outage", "15 of 20 known articles did not answer", None),
    # A rebuilt site has lost its listings as well.
    (run(5, quarantined=20, links=0), "held", "20 of 25 pages could not be read", "redesign"),
    (run(generic=16), "held", "the site's rules found nothing on 16 of 30 pages", "redesign"),
    (run(generic=15), "passed", None, None),
    # Fields that were there.
    (run(byline=19), "held", "fields are missing: byline on 63% of the pages, 97% before", None),
    (run(byline=20), "passed", None, None),
    (run(byline=15), "held", "fields are missing: byline on 50% of the pages, 97% before", None),
    (run(byline=14),
     "held", "fields are gone: byline on 47% of the pages, 97% before", "redesign"),
    (run(4, byline=0), "passed", None, None),
    (run(byline=0, published=0), "held",
     "fields are gone: published on 0% of the pages, 100% before; "
     "byline on 0% of the pages, 97% before", "redesign"),
    # More edits than ever.
    (run(edited=12), "held",
     "12 of 20 rechecked articles read otherwise; 0% did on earlier nights", "redesign"),
    (run(edited=11), "passed", None, None),
    (run(edited=4, rechecked=4), "passed", None, None),
    # Pinned pages.
    (run(canaries={"checked": 2, "failed": []}), "passed", None, None),
    (run(canaries={"checked": 2, "failed": [{"article": 1, "url": "u", "why": "reads otherwise"}]}),
     "held", "1 of 2 pinned pages reads otherwise: u (reads otherwise)", None),
]  # fmt: skip


@pytest.mark.parametrize(("stats", "name", "reason", "event"), JUDGED)
def test_verdict_by_the_past(
    stats: dict[str, Any], name: str, reason: str | None, event: str | None
) -> None:
    found = verdict(stats)
    assert (found.name, found.reason) == (name, reason)
    assert (found.event.kind if found.event else None) == event


ASKED = {"not_modified": 60, "unchanged": 60, "rechecked": 65, "rechecked_live": 65}


@pytest.mark.parametrize(
    ("seldom", "often"),
    [
        # Pages that came whole and are ill are few among those that the site said are unchanged.
        ({"quarantined": 7, "read": 5, "coverage": covered(5)}, {"quarantined": 66, "read": 5}),
        ({"generic": 6, "read": 8, "coverage": covered(8)}, {"generic": 61, "read": 61}),
        ({"hollow": 6, "missing": 6, "read": 5}, {"hollow": 62, "missing": 6, "read": 1}),
        (
            {"read": 6, "coverage": covered(6, byline=0)},
            {"read": 80, "coverage": covered(80, byline=0)},
        ),
        (
            {"read": 8, "broken_fields": {"byline": 7}},
            {"read": 70, "broken_fields": {"byline": 66}},
        ),
        ({"read": 8, "edited": 8}, {"read": 60, "edited": 42}),
    ],
)
def test_pages_that_a_304_confirmed_count_as_pages_that_came(
    seldom: dict[str, Any], often: dict[str, Any]
) -> None:
    assert verdict(WELL | ASKED | seldom).name == "passed"
    assert verdict(WELL | ASKED | often).name == "held"
    without = {name: 0 for name in ("not_modified", "unchanged")} | {"rechecked": 12}
    assert verdict(WELL | ASKED | seldom | without).name == "held"


def test_a_site_of_which_only_304s_came_has_a_past() -> None:
    past = (WELL | ASKED | {"read": 0},)
    found = verdict(run(0, quarantined=9), past)
    assert found.event is not None
    assert found.event.kind == "redesign"


def test_a_night_of_304s_alone_passes() -> None:
    quiet = WELL | ASKED | {"read": 0, "coverage": covered(0), "rechecked": 60}
    assert verdict(quiet, (quiet, *PAST)).name == "passed"


def test_a_night_as_poor_as_an_earlier_one_is_no_news() -> None:
    """Nights that only recheck old pages come and go; one of them passed, or was released."""
    assert verdict(run(byline=6), (*PAST, run(10, byline=2))).name == "passed"
    assert verdict(run(byline=5), (*PAST, run(10, byline=2))).name == "held"


def test_a_site_that_is_often_edited_is_not_held_for_it() -> None:
    busy = tuple(run(edited=6) for _ in range(5))
    assert verdict(run(edited=20), busy).name == "passed"


@pytest.mark.parametrize(
    "stats", [run(0, quarantined=9), run(generic=20), run(edited=20), run(byline=0)]
)
def test_without_a_past_nothing_is_called_a_redesign(stats: dict[str, Any]) -> None:
    assert verdict(stats, ()).event is None


def test_a_site_that_is_read_generically_has_its_coverage_too() -> None:
    generic = {"read": 30, "fields": {"byline": 30}, "selectors": {"byline": {"generic: end": 30}}}
    past = (WELL | {"coverage": generic},)
    assert verdict(run(generic=30), past, generic_site=True).name == "passed"
    assert verdict(run(generic=30, byline=0), past, generic_site=True).name == "held"


def test_what_the_generic_reader_found_does_not_stand_in_for_the_rules() -> None:
    tonight = run()
    tonight["coverage"]["selectors"]["byline"] = {"generic: end of body": 30}
    assert verdict(tonight).reason == "fields are gone: byline on 0% of the pages, 97% before"


LEAK = frozenset({"theo dõi báo trên các nền tảng số để không bỏ lỡ tin"})
NOTHING: frozenset[str] = frozenset()


def edits(leaked: int, whole: int, *, removed: bool = False) -> list[EditedTexts]:
    own = [frozenset({f"câu riêng của bài số {n}"}) for n in range(whole)]
    sides = [text | LEAK if n < leaked else text for n, text in enumerate(own)]
    return [EditedTexts(NOTHING, s) if removed else EditedTexts(s, NOTHING) for s in sides]


@pytest.mark.parametrize(
    ("leaked", "rechecked", "event"), [(3, 6, "redesign"), (3, 7, None), (2, 4, None)]
)
@pytest.mark.parametrize("removed", [False, True])
def test_a_template_text_that_leaks_into_the_bodies(
    leaked: int, rechecked: int, event: str | None, removed: bool
) -> None:
    found = verdict(
        run(edited=4, rechecked=rechecked), edits=lambda: edits(leaked, 4, removed=removed)
    )
    assert (found.event.kind if found.event else None) == event
    if event:
        verb = "removed from" if removed else "added to"
        assert f"the same text was {verb} 3 articles: “theo dõi báo" in str(found.reason)


def test_a_redesign_names_what_stopped_and_what_is_left() -> None:
    tonight = run(10, byline=1, quarantined=10)
    tonight["coverage"]["selectors"]["byline"] = {"end of body": 1}
    event = verdict(tonight).event
    assert event is not None
    assert event.detail["stopped_selectors"] == [{"field": "byline", "selector": ".author"}]
    assert event.detail["coverage"]["byline"] == {"before": 0.967, "after": 0.05}
    assert event.detail["coverage"]["title"] == {"before": 1.0, "after": 0.5}
