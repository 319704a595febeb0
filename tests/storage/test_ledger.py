"""The ledger of events, and runs whose owner died."""

from __future__ import annotations

import random
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage.articles.repository import add_article, known_frontier
from storage.checks.failed_checks import (
    CheckOutcome,
    add_failed_check,
    settle_checks,
    unsettled_checks,
)
from storage.db.connection import open_database, transaction
from storage.events import ledger as events
from storage.events.filters import EventFilter, matching_events
from storage.events.ledger import add_pending_event, publish_run
from storage.messages.reasons_crawl import http_status
from storage.messages.reasons_lookups import LookupReason
from storage.models import Article
from storage.run_stats import RunStats
from storage.runs import repository as runs
from storage.runs.history import was_in_outage
from storage.runs.sites import SiteFacts, register_site
from tests.sentences import has_code

NIGHT = datetime(2025, 4, 7, 18, 30, tzinfo=UTC)
EVERY_EVENT = EventFilter(historical=True)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = open_database(tmp_path / "tinwatch.db")
    for site in ("alpha", "beta"):
        register_site(db, SiteFacts(site, site, "p", "newspaper", "P", "live", "1"))
    return db


def begin(db: Database, site: str = "alpha") -> int:
    return runs.start_run(db, site, "crawl", NIGHT, None)


def end(db: Database, run: int, verdict: str | None) -> None:
    runs.finish_run(db, run, NIGHT, RunStats(read=1), listings_complete=True)
    if verdict:
        runs.set_verdict(db, run, verdict, None)


def add(db: Database, run: int, key: str = "1") -> int:
    article = Article(
        "alpha", key, None, "Tựa", "tua", None, None, (), (), None, None, None, None, None, (),
        None, None, None, None, (), (), "vi",
    )  # fmt: skip
    return add_article(db, article, run, NIGHT, checked=NIGHT)


def found(db: Database, **chosen: object) -> list[str]:
    return [event.summary for event in events.events(db, **chosen)]  # type: ignore[arg-type]


def test_the_ledger_takes_no_change(db: Database) -> None:
    run = begin(db)
    add_pending_event(db, run, "alpha", "new", NIGHT, "một")
    publish_run(db, run)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("UPDATE events SET summary = 'khác'")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("DELETE FROM events")
    assert found(db) == ["một"]


def test_publishing_twice_publishes_once(db: Database) -> None:
    run = begin(db)
    add_pending_event(db, run, "alpha", "new", NIGHT, "một")
    assert (events.pending_count(db, run), publish_run(db, run), publish_run(db, run)) == (1, 1, 0)
    assert events.pending_count(db, run) == 0
    assert found(db) == ["một"]


def test_site_events_stand_before_those_of_articles(db: Database) -> None:
    run = begin(db)
    second, first = add(db, run, "2"), add(db, run, "1")
    add_pending_event(db, run, "alpha", "new", NIGHT, "sau", max(first, second))
    add_pending_event(db, run, "alpha", "new", NIGHT, "trước", min(first, second))
    add_pending_event(db, run, "alpha", "recovered", NIGHT, "site")
    publish_run(db, run)
    assert found(db) == ["site", "trước", "sau"]


def test_a_consumer_misses_nothing_and_sees_nothing_twice(db: Database) -> None:
    """A cursor read between publications, of runs that are let out in any order."""
    chance = random.Random(7)
    held, written, seen, cursor = [], 0, [], 0
    for _ in range(120):
        if chance.random() < 0.5 or not held:
            run = begin(db, chance.choice(["alpha", "beta"]))
            for _ in range(chance.randrange(4)):
                add_pending_event(db, run, "alpha", "new", NIGHT, f"việc {written}")
                written += 1
            held.append(run)
            end(db, run, None)
        else:
            with transaction(db):
                publish_run(db, held.pop(chance.randrange(len(held))))
        if chance.random() < 0.6:
            page = list(matching_events(db, EVERY_EVENT, since=cursor))
            seen += [e.summary for e in page]
            cursor = page[-1].id if page else cursor
    for run in held:
        publish_run(db, run)
    seen += [event.summary for event in matching_events(db, EVERY_EVENT, since=cursor)]
    assert sorted(seen) == sorted(f"việc {n}" for n in range(written))
    assert seen == found(db)
    assert list(events.events(db)) == list(events.events(db))


def test_ids_are_never_given_again(db: Database) -> None:
    run = begin(db)
    add_pending_event(db, run, "alpha", "new", NIGHT, "một")
    with pytest.raises(ZeroDivisionError), transaction(db):  # noqa: PT012
        publish_run(db, run)
        raise ZeroDivisionError
    assert found(db) == []
    publish_run(db, run)
    (event,) = events.events(db)
    assert list(matching_events(db, EVERY_EVENT, since=event.id)) == []
    assert events.pending_count(db, run) == 0


def test_an_event_is_chosen_by_site_kind_run_and_article(db: Database) -> None:
    run, other = begin(db), begin(db, "beta")
    article = add(db, run)
    add_pending_event(db, run, "alpha", "new", NIGHT, "bài", article, {"class": "title"})
    add_pending_event(db, other, "beta", "outage", NIGHT, "hỏng")
    publish_run(db, run)
    publish_run(db, other)
    assert found(db, site="beta") == found(db, kind="outage") == found(db, run=other) == ["hỏng"]
    assert found(db, article=article) == ["bài"]
    row = next(events.events(db, article=article)).to_dict()
    assert {k: row[k] for k in ("id", "kind", "site", "article", "class", "observed_at")} == {
        "id": 1, "kind": "new", "site": "alpha", "article": article, "class": "title",
        "observed_at": "2025-04-07T18:30:00Z",
    }  # fmt: skip


def test_a_killed_run_is_taken_over(db: Database) -> None:
    dead = begin(db)
    article = add(db, dead)
    add_pending_event(db, dead, "alpha", "new", NIGHT, "một", article)
    add_failed_check(db, article, dead, NIGHT, CheckOutcome.NOT_FOUND, http_status(404), None)
    next_run = begin(db)
    assert runs.get_run(db, dead).state == "interrupted"
    assert runs.runs_without_verdict(db, ["alpha"]) == []
    assert (events.pending_count(db, dead), events.pending_count(db, next_run)) == (0, 1)
    assert unsettled_checks(db, dead) == unsettled_checks(db, next_run) == []
    assert known_frontier(db, "alpha") == set()
    end(db, next_run, "passed")
    assert known_frontier(db, "alpha") == {"1"}


def test_a_run_of_another_site_is_left_alone(db: Database) -> None:
    living = begin(db, "beta")
    begin(db)
    assert runs.get_run(db, living).state == "running"


def test_counted_checks_of_a_killed_run_stay_counted(db: Database) -> None:
    dead = begin(db)
    article = add(db, dead)
    add_failed_check(db, article, dead, NIGHT, CheckOutcome.NOT_FOUND, http_status(404), None)
    settle_checks(db, dead)
    begin(db)
    assert db.execute("SELECT count(*) FROM failed_checks WHERE settled = 1").fetchone()[0] == 1


@pytest.mark.parametrize(
    ("verdict", "adopted"), [("failed", 1), ("held", 0), ("passed", 0), ("outage", 0)]
)
def test_what_a_failed_run_found_waits_for_the_next(
    db: Database, verdict: str, adopted: int
) -> None:
    run = begin(db)
    add_pending_event(db, run, "alpha", "new", NIGHT, "một")
    end(db, run, verdict)
    assert events.pending_count(db, begin(db)) == adopted


def test_only_a_sweep_makes_known_ground(db: Database) -> None:
    run = begin(db)
    add(db, run)
    runs.finish_run(db, run, NIGHT, RunStats(), listings_complete=False)
    assert known_frontier(db, "alpha") == set()


def test_an_outage_lasts_until_a_crawl_passes(db: Database) -> None:
    assert not was_in_outage(db, "alpha")
    end(db, begin(db), "outage")
    imported = runs.start_run(db, "alpha", "import", NIGHT, None)
    end(db, imported, "passed")
    end(db, begin(db), "failed")
    assert was_in_outage(db, "alpha")
    end(db, begin(db), "passed")
    assert not was_in_outage(db, "alpha")


def test_an_unknown_run_is_named(db: Database) -> None:
    with pytest.raises(KeyError, check=has_code(LookupReason.NO_RUN)):
        runs.get_run(db, 99)
