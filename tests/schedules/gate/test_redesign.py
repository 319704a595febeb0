"""A redesign of a site is published once, is no edit, and loses nothing after the rules are fixed.

The pages are those of a sample site; a redesign gives other class names to their parts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from crawlers.crawl.from_capture import reparse_revision
from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage
from crawlers.registry import all_sites
from crawlers.reprocess.reparse import reparse_sites
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.store import current_boilerplate
from pipelines.items import ArticleRead, FetchFailed, Observation, PageUnreadable
from pipelines.recording.recorder import Recorder
from pipelines.site_store import SiteStore
from schedules.gate.models import passed
from schedules.publishing.overrides import publish_held_run, retract_run
from schedules.publishing.publish import Published, publish
from storage.articles.repository import articles_as_json, find_article
from storage.events.pending import pending_events_of_site
from storage.messages import describe
from storage.messages.reasons_gate import GateReason
from storage.reasons import Reason
from storage.run_stats import RunStats
from tinwatch.demo import sample_sites

if TYPE_CHECKING:
    from tests.conftest import Watcher

Day = Callable[[float], datetime]
SITE = "gialai"
HTML = "text/html; charset=utf-8"
COUNTS = {"requests": 30, "responses": 30, "listings": 2, "links": 8}

# Only parts get other names: the text is still found, without lead and author, with advert texts.
PARTLY = {
    "article__sapo": "detail-lede", "article__author": "detail-by", "sda_middle": "slot-mid",
    "rennab": "slot-ad", "related-news": "more-news", "article-relate": "more-list",
}  # fmt: skip
# Everything does: the rules find nothing.
WHOLLY = PARTLY | {"article__": "story-", "cms-body": "story-text", "cms-title": "story-head"}
MENDED = {
    "title": [".story-title"], "lead": [".detail-lede"], "body": [".story-body"],
    "byline": [".detail-by .name"], "tags": [".story-tag a"],
}  # fmt: skip
MENDED_DROP = [".slot-mid", ".slot-ad", ".more-news", ".more-list", ".detail-by", ".story-tag"]


@dataclass
class Nights:
    """Batches of the sample site, with its pages in one of several templates."""

    watcher: Watcher
    day: Day
    site: type[SiteConfig]
    number: int = 0
    pages: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = sample_sites.pages(SITE, 1)
        self.pages = {p.url: p.body.decode() for p in given if self.site.key_of(p.url)}

    def batch(
        self, names: dict[str, str] | None = None, changed: tuple[str, str] = ("", "")
    ) -> Published:
        """One batch that reads every page; `changed` replaces one text by another."""
        at = self.day(self.number)
        self.number += 1
        again = partial(
            reparse_revision, SiteStore(self.watcher.home, self.watcher.db, SITE), self.site
        )
        recorder = self.watcher.begin(SITE, at=at, reparse=again)
        template = current_boilerplate(self.watcher.db, SITE)
        known = 0
        for url, html in self.pages.items():
            body = _dressed(html.replace(*changed) if changed[0] else html, names or {})
            seen = self._look(recorder, url, body.encode(), at, template)
            known += find_article(self.watcher.db, SITE, str(self.site.key_of(url))) is not None
            recorder.record(seen)
        recorder.finish(RunStats.from_dict(COUNTS | {"rechecked": known}), listings_complete=True)
        (done,) = publish(self.watcher.db, self.watcher.home, [SITE])
        return done

    def _look(
        self, recorder: Recorder, url: str, body: bytes, at: datetime, template: Any
    ) -> Observation:
        capture = recorder.captures.write_response(
            url, at, 200, "OK", [("Content-Type", HTML)], body
        )
        key = str(self.site.key_of(url))
        stored = find_article(self.watcher.db, SITE, key) is not None
        try:
            page = extract_article(body, url, self.site, at, HTML, template, rules_only=stored)
        except UnreadablePage as error:
            return PageUnreadable(url, key, error.reason, capture, at, is_stored=stored)
        return ArticleRead(page, capture, at, (url,))

    def fix_rules(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Add the new selectors to the site module and keep the old ones."""
        select = {f: [*rules, *MENDED.get(f, [])] for f, rules in self.site.select.items()}
        stated = {"name": SITE, "select": select, "exclude": MENDED_DROP}
        mended = type("Mended", (self.site,), stated)
        monkeypatch.setitem(all_sites(), SITE, mended)  # type: ignore[arg-type]
        self.site = mended

    def kinds(self) -> list[str]:
        return [kind for kind in self.watcher.kinds() if kind != "new"]

    def credits(self) -> list[tuple[str, Any]]:
        """Return title and authors of each article: a title and a lead are found without rules."""
        return [(row["title"], row["authors"]) for row in articles_as_json(self.watcher.db, [SITE])]


def _dressed(html: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        html = html.replace(old, new)
    return html


@pytest.fixture
def nights(watcher: Watcher, day: Day) -> Nights:
    scenario = Nights(watcher, day, all_sites()[SITE])
    for _ in range(2):
        scenario.batch()
    assert scenario.kinds() == []
    assert len(watcher.events()) == 8
    return scenario


@pytest.mark.parametrize("names", [PARTLY, WHOLLY])
def test_redesign_is_one_event_and_no_edit(
    nights: Nights, names: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = nights.credits()
    verdicts = [nights.batch(names).verdict.status for _ in range(5)]
    assert verdicts == ["held"] * 5
    assert nights.kinds() == ["redesign"]
    nights.fix_rules(monkeypatch)
    done = reparse_sites(nights.watcher.home, [SITE])[SITE]
    assert done.unreadable == 0
    assert nights.kinds() == ["redesign"]
    assert nights.credits() == before
    for run in nights.watcher.runs[2:]:
        publish_held_run(nights.watcher.db, run, nights.watcher.home)
    assert nights.batch(names).verdict == passed()
    assert nights.kinds() == ["redesign"]
    assert nights.credits() == before


def test_redesign_event_names_pages_and_command(nights: Nights) -> None:
    nights.batch(WHOLLY)
    (event,) = nights.watcher.events(kind="redesign")
    reason = Reason(GateReason.PAGES_UNREADABLE, number=8, total=8)
    assert Reason.from_dict(event.detail["reason"]) == reason
    assert event.summary == describe(reason)
    assert event.detail["coverage"]["body"] == {"before": 1.0, "after": 0.0}
    stopped = {(one["field"], one["selector"]) for one in event.detail["stopped_selectors"]}
    assert ("lead", ".article__sapo") in stopped
    assert len(event.detail["pages"]) == 5
    page = event.detail["pages"][0]
    assert (nights.watcher.home.captures / page["warc"]).exists()
    assert page["url"] in nights.pages
    assert event.detail["command"] == f"tinwatch fixture {SITE} {page['url']}"


TRUE_EDIT = ("Đúng 19 giờ ngày mùng 5", "Đúng 20 giờ ngày mùng 5")


@pytest.mark.parametrize("reparse_first", [True, False])
def test_real_edit_during_a_redesign_is_published_alone(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, reparse_first: bool
) -> None:
    """With `reparse` or without it: publishing parses pending edits again."""
    nights.batch(PARTLY)
    nights.batch(PARTLY, TRUE_EDIT)
    nights.fix_rules(monkeypatch)
    if reparse_first:
        held = reparse_sites(nights.watcher.home, [SITE])[SITE].pending
        assert (held.deleted, held.updated) == (8, 1)
        (waiting,) = pending_events_of_site(nights.watcher.db, SITE)
        assert waiting.kind == "edited"
    publish_held_run(nights.watcher.db, nights.watcher.runs[-1], nights.watcher.home)
    (event,) = nights.watcher.events(kind="edited")
    assert (event.detail["syllables_added"], event.detail["syllables_removed"]) == (1, 1)
    assert nights.batch(PARTLY, TRUE_EDIT).verdict.status == "passed"
    assert nights.kinds() == ["redesign", "edited"]


def test_fixed_rules_pass_and_pending_edits_stay_correct(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without reparse: the next run passes, has an edit, and then the held run is published."""
    nights.batch(PARTLY, TRUE_EDIT)
    nights.fix_rules(monkeypatch)
    assert nights.batch(PARTLY, TRUE_EDIT).verdict.status == "passed"
    later = ("Đúng 19 giờ ngày mùng 5", "Đúng 21 giờ ngày mùng 5")
    assert nights.batch(PARTLY, later).verdict.status == "passed"
    publish_held_run(nights.watcher.db, nights.watcher.runs[2], nights.watcher.home)
    later_edit, first = nights.watcher.events(kind="edited")
    for event in (later_edit, first):
        assert event.detail["syllables_added"] == event.detail["syllables_removed"] == 1
    assert nights.kinds() == ["redesign", "edited", "edited"]


def test_retracted_redesign_restores_articles(nights: Nights) -> None:
    before = nights.credits()
    for _ in range(3):
        nights.batch(PARTLY)
    assert nights.credits() != before
    retract_run(nights.watcher.db, nights.watcher.runs[2], nights.watcher.home)
    assert nights.credits() == before
    assert nights.batch().verdict.status == "passed"
    assert nights.kinds() == ["redesign"]


def test_unclosed_advert_is_no_redesign(nights: Nights) -> None:
    """An excluded block that is never closed swallows the rest of every text."""
    unclosed = {"</p>\n<p>": '</p>\n<div class="rennab"><p>Đặt mua báo xuân</p>\n<p>'}
    verdict = nights.batch(unclosed).verdict
    assert (verdict.status, verdict.event) == ("held", None)
    assert verdict.reason is not None
    assert verdict.reason.code == GateReason.ENDS_LOST
    assert nights.batch().verdict == passed()
    assert nights.kinds() == []


def test_next_redesign_is_published_again(nights: Nights) -> None:
    for names in (WHOLLY, WHOLLY, {}, WHOLLY):
        nights.batch(names)
    assert nights.kinds() == ["redesign", "redesign"]


def test_moved_domain_is_published_once(watcher: Watcher, day: Day) -> None:
    """Published again only if it moves to another host, or returns and moves again."""
    watcher.batch(watcher.read())

    def moved(number: int, host: str) -> str:
        gone = [
            FetchFailed(
                f"https://alpha.vn/{n}",
                None,
                Reason("off_site", redirect_host=host),
                day(number),
                is_stored=True,
                redirect_host=host,
            )
            for n in range(9)
        ]
        (done,) = watcher.batch(*gone, at=day(number), stats={"listings": 0, "links": 0})
        return done.verdict.status

    assert [moved(n, "baomoi.vn") for n in (1, 2, 3)] == ["held"] * 3
    assert watcher.kinds() == ["new", "domain_moved"]
    (event,) = watcher.events(kind="domain_moved")
    assert (event.article, event.detail["to_host"]) == (None, "baomoi.vn")
    moved(4, "baomoi.com.vn")
    moved(5, "baomoi.com.vn")
    watcher.batch(watcher.read(at=day(6)), at=day(6))
    moved(7, "baomoi.com.vn")
    assert watcher.kinds() == ["new"] + ["domain_moved"] * 3
