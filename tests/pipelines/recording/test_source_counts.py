"""Counts of the sources of each field: from pages to the counts of a site."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.record.normalise import normalise
from pipelines.record.raw_article import StructuredData, Verdict
from pipelines.recording.source_counts import MAX_PAGES, RunSources, add_run, source_verdicts
from storage.articles.source_counts import SourceCount, site_sources
from storage.messages.reasons_warnings import WarningCode
from storage.reasons import Reason
from storage.run_stats import RunStats

if TYPE_CHECKING:
    from pipelines.record.raw_article import RawArticle
    from tests.conftest import Watcher

Pages = Callable[..., "RawArticle"]
LEAD = "Mương dài sáu cây số được nạo vét xong trước vụ mới."


def verdicts(page: RawArticle) -> set[tuple[str, str, str]]:
    return set(source_verdicts(page, normalise(page)))


def test_used_and_given_up_sources_have_a_verdict(page: Pages) -> None:
    raw = page(
        lead=LEAD,
        rules={"title": "generic: h1", "lead": ".sapo", "body": ".detail"},
        verdicts={"title": Verdict.CONFIRMED},
        structured=StructuredData(lead=LEAD[:30] + "..."),
        warnings=[Reason(WarningCode.VALUE_DISPUTED, field="title", rule=".name")],
    )
    assert verdicts(raw) == {
        ("title", "generic", "confirmed"),
        ("title", ".name", "disputed"),
        ("lead", ".sapo", "confirmed"),
        ("body", ".detail", "unknown"),
    }


@pytest.mark.parametrize("stated", ["Trang tin của huyện Suối Vàng", "Mương"])
def test_another_description_is_no_witness_of_a_lead(page: Pages, stated: str) -> None:
    raw = page(lead=LEAD, rules={"lead": ".sapo"}, structured=StructuredData(lead=stated))
    assert ("lead", ".sapo", "unknown") in verdicts(raw)


def test_metadata_do_not_confirm_themselves(page: Pages) -> None:
    raw = page(lead=LEAD, rules={"lead": "structured data"}, structured=StructuredData(lead=LEAD))
    assert ("lead", "structured data", "unknown") in verdicts(raw)


def titled(page: Pages, verdict: Verdict, version: str = "4.aaaa", **fields: Any) -> RawArticle:
    rules, found = {"title": "h1"}, {"title": verdict}
    return page(rules=rules, verdicts=found, extractor_version=version, **fields)


def counts(watcher: Watcher) -> tuple[str, int, tuple[SourceCount, ...]]:
    found = site_sources(watcher.db, "alpha")
    return found.version, found.pages, found.counts


def test_runs_add_up_until_the_rules_change(watcher: Watcher) -> None:
    fields = {"rules": {"title": "h1"}, "verdicts": {"title": Verdict.CONFIRMED}}
    for version in ("4.aaaa", "4.aaaa.t2", "4.aaaa.t2.generic"):
        watcher.batch(watcher.read(extractor_version=version, **fields))
    assert counts(watcher) == ("4.aaaa", 3, (SourceCount("title", "h1", 3, 0, 0),))
    fields["verdicts"] = {"title": Verdict.DISPUTED}
    watcher.batch(watcher.read(extractor_version="4.bbbb", **fields))
    assert counts(watcher) == ("4.bbbb", 1, (SourceCount("title", "h1", 0, 0, 1),))
    watcher.batch()
    assert counts(watcher)[1] == 1


def test_old_pages_count_less(watcher: Watcher) -> None:
    watcher.add_site("alpha")
    run = RunSources()
    for number in range(MAX_PAGES + 1):
        verdict = Verdict.CONFIRMED if number else Verdict.DISPUTED
        run.add("4.aaaa", [("title", "h1", verdict), ("lead", f".{number}", verdict)])
    add_run(watcher.db, "alpha", run)
    expected = ("4.aaaa", MAX_PAGES // 2, (SourceCount("title", "h1", MAX_PAGES // 2, 0, 0),))
    assert counts(watcher) == expected
    add_run(watcher.db, "alpha", RunSources("4.aaaa", 1), replace=True)
    assert counts(watcher) == ("4.aaaa", 1, ())


def test_batch_that_failed_counts_once(watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = watcher.begin()
    recorder.record(watcher.read(rules={"title": "h1"}))
    with monkeypatch.context() as patch:
        patch.setattr(recorder, "_add_event", _locked)
        with pytest.raises(sqlite3.OperationalError):
            recorder.flush()
    recorder.finish(RunStats(), listings_complete=True)
    assert site_sources(watcher.db, "alpha").pages == 1


def _locked(*_: object) -> None:
    raise sqlite3.OperationalError("database is locked")
