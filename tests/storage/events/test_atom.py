"""Atom feeds of events, parsed with feedparser."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree

from storage.db.connection import open_database, transaction
from storage.events.atom import atom_of_events, clean, event_path
from storage.events.filters import EventFilter, matching_events
from storage.events.ledger import add_pending_event, publish_run
from storage.runs.repository import start_run
from storage.runs.sites import SiteFacts, register_site

AT = "2025-03-10T18:30:00Z"
BASE = "https://watch.example.org/"


class Ledger:
    """A database with two sites, in which events are published by hand."""

    def __init__(self, file: Path) -> None:
        self.db = open_database(file)
        for site, province in (("alpha", "lao-cai"), ("beta", "yen-bai"), ("gamma", "hau-giang")):
            facts = SiteFacts(site, f"Báo {site}", province, "newspaper", "P", "live", "1")
            register_site(self.db, facts)

    def add(
        self, site: str = "alpha", kind: str = "new", summary: str = "Khơi mương", at: str = AT,
        url: str | None = None, detail: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        with transaction(self.db):
            moment = datetime.fromisoformat(at)
            run = start_run(self.db, site, "replay", moment, moment)
            article = None
            if url is not None:
                article = self.db.execute(
                    "INSERT INTO articles (site, key, url, status, first_seen, last_seen, "
                    "last_checked, first_run) VALUES (?, ?, ?, 'live', ?, ?, ?, ?)",
                    [site, url, url, at, at, at, run],
                ).lastrowid
            add_pending_event(self.db, run, site, kind, at, summary, article, detail)
            publish_run(self.db, run)

    def feed(self, choice: EventFilter | None = None, **more: Any) -> Any:
        return read(atom_of_events(self.db, choice, **more))


def read(text: bytes) -> Any:
    found = feedparser.parse(text)
    assert not found.bozo, found.bozo_exception
    assert found.version == "atom10"
    return found


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "tinwatch.db")


def test_entry_has_title_link_and_time(ledger: Ledger) -> None:
    detail = {"from_revision": 1, "to_revision": 2, "priority": 0.8, "class": "title"}
    ledger.add(kind="edited", url="https://alpha.vn/1.html", detail=detail)
    feed = ledger.feed(base=BASE, address="https://watch.example.org/feeds/all.atom")
    [entry] = feed.entries
    assert entry.title == "edited · Báo alpha · Khơi mương"
    assert entry.updated == AT == feed.feed.updated
    assert {tag.term for tag in entry.tags} == {"edited", "alpha"}
    assert {link.rel: link.href for link in entry.links} == {
        "alternate": "https://alpha.vn/1.html",
        "related": "https://watch.example.org/articles/1/diff?from=1&to=2",
    }
    assert entry.content[0].type == "text/plain"
    assert "Báo alpha" in entry.content[0].value
    assert "priority 0.8" in entry.content[0].value
    assert {link.rel for link in feed.feed.links} == {"self", "alternate"}


def test_site_event_links_to_the_site(ledger: Ledger) -> None:
    ledger.add(kind="outage", summary="does not answer")
    [entry] = ledger.feed(base=BASE).entries
    assert entry.link == "https://watch.example.org/sites/alpha"
    [entry] = ledger.feed().entries
    assert "links" not in entry


def test_ids_are_stable(ledger: Ledger) -> None:
    ledger.add()
    before = ledger.feed(title="Tin")
    ledger.add(summary="Đắp bờ")
    after = ledger.feed(title="Tin", base=BASE, limit=7)
    assert before.feed.id == after.feed.id
    assert before.entries[0].id == after.entries[1].id != after.entries[0].id
    assert before.entries[0].id == f"tag:tinwatch.invalid,2025:event/1/alpha/{AT}"


def test_feed_has_the_newest_events_up_to_the_limit(ledger: Ledger) -> None:
    for number in range(5):
        ledger.add(summary=str(number), at=f"2025-03-1{number}T00:00:00Z")
    feed = ledger.feed(limit=2)
    assert [entry.title[-1] for entry in feed.entries] == ["4", "3"]
    assert feed.feed.updated == "2025-03-14T00:00:00Z"


def test_empty_feed_is_valid(ledger: Ledger) -> None:
    feed = ledger.feed()
    assert feed.entries == []
    assert feed.feed.updated == "1970-01-01T00:00:00Z"


HOSTILE = "<script>alert(1)</script> &amp; ]]> \x00\x1b[31m \u202eđảo \ud800 \ufffe Ế"


def test_page_text_is_never_markup(ledger: Ledger) -> None:
    ledger.add(summary=HOSTILE.replace("\ud800", ""), url="javascript:alert(1)")
    text = atom_of_events(ledger.db, title=HOSTILE, base=BASE)
    [entry] = read(text).entries
    tree = etree.fromstring(text)
    assert not tree.xpath("//*[local-name()='script']")
    title = tree.findtext("{*}entry/{*}title")
    assert title == "new · Báo alpha · <script>alert(1)</script> &amp; ]]> [31m đảo Ế"
    assert tree.findtext("{*}title") == clean(HOSTILE)
    assert "javascript" not in " ".join(link.href for link in entry.links)


@pytest.mark.parametrize(
    "bad", ["\x00", "\x1b", "\x7f", "\x9f", "\u202e", "\u2066", "\ud83d", "\ufffe"]
)
def test_characters_not_allowed_in_xml_are_removed(bad: str) -> None:
    assert clean(f"a{bad}b") == "ab"


def test_characters_allowed_in_xml_are_kept() -> None:
    text = "Đảng bộ\tHậu\u00a0Giang\n😀 “ế” e\u0302\u0301"
    assert clean(text) == text


CHOICES: list[tuple[EventFilter, list[int]]] = [
    (EventFilter(), [1, 2, 3, 4]),
    (EventFilter(sites=frozenset({"alpha"})), [1, 2]),
    (EventFilter(kinds=frozenset({"edited", "outage"})), [2, 3]),
    (EventFilter(provinces=frozenset({"yen-bai", "hau-giang"})), [3, 4]),
    (EventFilter(min_priority=0.5), [1, 3, 4]),
    (EventFilter(min_priority=0.3), [1, 2, 3, 4]),
    (EventFilter(sites=frozenset({"alpha"}), kinds=frozenset({"new"})), [1]),
    (EventFilter(sites=frozenset()), []),
    (EventFilter(classes=frozenset({"title", "date"})), [2]),
    (EventFilter(classes=frozenset({"cosmetic"})), []),
    (EventFilter(first_day=date(2025, 3, 11)), [1, 2, 3]),
    (EventFilter(last_day=date(2025, 3, 10)), [4]),
    (EventFilter(first_day=date(2025, 3, 10), last_day=date(2025, 3, 11)), [1, 2, 3, 4]),
    (EventFilter(run=3), [3]),
]


@pytest.mark.parametrize(("choice", "ids"), CHOICES, ids=[str(n) for n in range(len(CHOICES))])
def test_all_filter_conditions_must_hold(
    ledger: Ledger, choice: EventFilter, ids: list[int]
) -> None:
    ledger.add("alpha", "new")
    ledger.add("alpha", "edited", detail={"priority": 0.34, "class": "title"})
    ledger.add("beta", "outage")
    ledger.add("gamma", "removed", at="2025-03-10T16:59:59Z")  # 23:59:59 in Vietnam
    assert [event.id for event in matching_events(ledger.db, choice)] == ids
    newest = matching_events(ledger.db, choice, newest_first=True)
    assert [event.id for event in newest] == ids[::-1]
    between = matching_events(ledger.db, choice, since=1, upto=3)
    assert [event.id for event in between] == [i for i in ids if 1 < i <= 3]


def test_event_without_revisions_links_to_its_article(ledger: Ledger) -> None:
    ledger.add(url="https://alpha.vn/1.html")
    [event] = matching_events(ledger.db, EventFilter())
    assert event_path(event) == "/articles/1"
