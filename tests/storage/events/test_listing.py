"""Lists of filtered events: every page of every order, and the numbers by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from storage.events.filtered_counts import count_events, event_counts, totals
from storage.events.filters import EventFilter, matching_events, query_run_once
from storage.events.listing import (
    ORDERS,
    Order,
    Position,
    event_positions,
    first_positions,
    sortable,
)
from storage.search.parser import parse_query

if TYPE_CHECKING:
    from tests.conftest import Watcher

FILTERS = {
    "none": EventFilter(historical=True),
    "site": EventFilter(sites=frozenset({"alpha"}), historical=True),
    "sites": EventFilter(sites=frozenset({"alpha", "beta"}), historical=True),
    "province": EventFilter(provinces=frozenset({"lao-cai"}), historical=True),
    "kinds": EventFilter(kinds=frozenset({"edited", "removed"}), historical=True),
    "class": EventFilter(classes=frozenset({"correction"}), historical=True),
    "class and kind": EventFilter(
        classes=frozenset({"correction"}), kinds=frozenset({"new"}), historical=True
    ),
    "priority": EventFilter(min_priority=0.5, historical=True),
    "days": EventFilter(first_day=date(2025, 4, 8), last_day=date(2025, 4, 12), historical=True),
    "text": EventFilter(query=parse_query('"vào vụ"'), historical=True),
    "run": EventFilter(run=1, historical=True),
    "no past": EventFilter(),
    "no site": EventFilter(sites=frozenset({"gamma"}), historical=True),
}


@pytest.fixture
def nights(watcher: Watcher, day: Callable[[float], datetime], text: tuple[str, ...]) -> Watcher:
    """New articles of two sites, edits of two classes and a takedown."""
    watcher.batch(*(watcher.read(key=str(n), title=f"Tin {n}") for n in range(1, 5)))
    watcher.batch(watcher.read(key="5", site="beta"), site="beta")
    small = (text[0].replace("600", "900"), *text[1:])
    watcher.batch(watcher.read(key="1", title="Tin 1", body=small, at=day(1)), at=day(1))
    watcher.batch(watcher.read(key="2", title="Vào vụ mới", body=text[:2], at=day(1)), at=day(1))
    for number in (2, 4, 6):
        watcher.batch(watcher.missed("3", at=day(number)), at=day(number), stats={"read": 9})
    assert {"edited", "removed"} <= set(watcher.kinds())
    return watcher


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("order", ORDERS)
def test_pages_hold_every_matching_event_once(nights: Watcher, name: str, order: str) -> None:
    chosen = FILTERS[name]
    found: list[Position] = []
    after = None
    while page := event_positions(nights.db, chosen, order, limit=2, after=after):  # type: ignore[arg-type]
        found += page
        after = Position.parse(str(page[-1]), order)  # type: ignore[arg-type]
    wanted = {e.id for e in matching_events(nights.db, sortable(chosen, order))}  # type: ignore[arg-type]
    assert sorted(p.event for p in found) == sorted(wanted)
    keys = [p.key for p in found]
    assert keys == sorted(keys, reverse=order != "oldest")


@pytest.mark.parametrize("name", FILTERS)
def test_counts_by_day_are_those_of_the_events(nights: Watcher, name: str) -> None:
    chosen = FILTERS[name]
    kinds = Counter(event.kind for event in matching_events(nights.db, chosen))
    counts = event_counts(nights.db, chosen)
    assert totals(counts) == kinds
    assert count_events(nights.db, chosen) == kinds.total()
    recent = replace(chosen, historical=False)
    assert count_events(nights.db, recent) == sum(1 for _ in matching_events(nights.db, recent))
    for each in counts:
        one = date.fromisoformat(each)
        if not (chosen.first_day or chosen.last_day):
            assert event_counts(nights.db, replace(chosen, first_day=one, last_day=one)) == {
                each: counts[each]
            }


@pytest.mark.parametrize("most", [0, 1000], ids=["many", "few"])
@pytest.mark.parametrize("order", ORDERS)
def test_query_that_is_run_once_chooses_the_same_events(
    nights: Watcher, order: Order, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.events.filters.MAX_LOOKED_UP_ARTICLES", most)
    words = parse_query('tin OR "vào vụ"')
    for chosen in (EventFilter(query=words), EventFilter(query=words, kinds=frozenset({"edited"})),
                   EventFilter(query=words, sites=frozenset({"alpha"}), first_day=date(2025, 4, 9)),
                   EventFilter(query=parse_query("khôngcó"))):  # fmt: skip
        with query_run_once(nights.db, chosen) as once:
            found = event_positions(nights.db, once, order, limit=50)
            counts = event_counts(nights.db, once)
        assert found == event_positions(nights.db, chosen, order, limit=50)
        assert counts == event_counts(nights.db, chosen)
        assert found == first_positions(nights.db, chosen, order, limit=50)
        for after in found[:3]:
            rest = found[found.index(after) + 1 :][:2]
            assert rest == first_positions(nights.db, chosen, order, limit=2, after=after)
    assert len(list(nights.db.execute("SELECT 1 FROM sqlite_temp_master"))) == 0


@pytest.mark.parametrize("text", ["", "x", "2025~", "~-1", "0.5~" + "9" * 30, "a~1"])
def test_wrong_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Position.parse(text, "priority")
