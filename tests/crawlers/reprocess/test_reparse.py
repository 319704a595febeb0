"""Reparse: the current rules over all captures; nothing is published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawlers.registry import get_site
from crawlers.reprocess.importer import import_files
from crawlers.reprocess.reparse import reparse_sites
from schedules.publishing.publish import publish
from storage.articles.repository import articles_as_json
from storage.articles.revisions import revisions
from storage.articles.source_counts import site_sources
from storage.events.ledger import events
from storage.home import Home, open_home
from storage.reasons import LEGACY_TEXT
from tinwatch.demo import sample_sites

SITE = "gialai"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = open_home(tmp_path / "home")
    packed = sample_sites.pack(1, tmp_path, [SITE])
    import_files(place, get_site(SITE), [packed])
    db = place.database()
    publish(db, place, [SITE])
    db.close()
    return place


def ledger(home: Home) -> list[int]:
    db = home.database()
    found = [event.id for event in events(db)]
    db.close()
    return found


def test_unchanged_rules_change_nothing(home: Home) -> None:
    done = reparse_sites(home, [SITE])[SITE]
    assert (done.articles, done.changed, done.unreadable) == (8, 0, 0)


def test_sources_of_fields_are_counted_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    db = home.database()
    imported = site_sources(db, SITE)
    assert (imported.pages, imported.of("title")[0].confirmed) == (8, 8)
    reparse_sites(home, [SITE])
    assert site_sources(db, SITE) == imported
    monkeypatch.setattr(get_site(SITE), "select", {**get_site(SITE).select, "lead": ["h1"]})
    monkeypatch.setattr(get_site(SITE), "extractor_version", "1.mended")
    reparse_sites(home, [SITE])
    mended = site_sources(db, SITE)
    assert (mended.version, mended.pages) == ("1.mended", 8)
    assert [count.source for count in mended.of("lead")] == ["h1"]
    db.close()


def test_changed_rule_adds_revisions_with_cause_extractor(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = get_site(SITE)
    before = ledger(home)
    select = {**site.select, "lead": [".article__title"]}
    monkeypatch.setattr(site, "select", select)
    monkeypatch.setattr(site, "extractor_version", "1.mended")
    done = reparse_sites(home, [SITE])[SITE]
    assert done.changed == 8
    assert done.fields["lead"] == 8
    db = home.database()
    for row in articles_as_json(db, [SITE]):
        first, second = revisions(db, row["id"])
        assert (first.cause, second.cause) == ("site", "extractor")
        assert second.extractor_version == "1.mended"
        assert second.capture == first.capture
        assert second.record.lead == second.record.title
    db.close()
    assert ledger(home) == before


def test_field_outside_the_fingerprint_is_replaced_in_place(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = get_site(SITE)
    monkeypatch.setattr(site, "select", {**site.select, "section": [".article__title"]})
    monkeypatch.setattr(site, "extractor_version", "1.sections")
    done = reparse_sites(home, [SITE])[SITE]
    assert done.fields == {"section": 8}
    db = home.database()
    for row in articles_as_json(db, [SITE]):
        assert row["revisions"] == 1
        assert row["section"] == row["title"]
        assert row["reader"] == "1.sections"
    db.close()


def test_warning_sentences_of_an_old_home_become_codes_without_a_revision(home: Home) -> None:
    db = home.database()
    update = "UPDATE revisions SET record = json_set(record, '$.warnings', json(?))"
    db.conn.execute(update, [json.dumps(["published: the weekday does not fit 'Thứ ba'"])])
    db.conn.commit()
    assert {w for row in articles_as_json(db, [SITE]) for w in row["warning_codes"]} == {
        LEGACY_TEXT
    }
    db.close()
    done = reparse_sites(home, [SITE])[SITE]
    assert (done.articles, done.changed) == (8, 0)
    db = home.database()
    for row in articles_as_json(db, [SITE]):
        assert (row["revisions"], row["warning_codes"]) == (1, [])
    db.close()


def test_lost_captures_are_counted_as_unreadable(home: Home) -> None:
    file = next((home.captures / SITE).glob("*.warc.gz"))
    file.write_bytes(b"")
    done = reparse_sites(home, [SITE])[SITE]
    assert (done.unreadable, done.changed) == (8, 0)


def test_parallel_reparse_has_the_same_result(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawlers.reprocess.parallel.MIN_PARALLEL_CHUNKS", 1)
    seen: list[tuple[int, int]] = []
    done = reparse_sites(home, [SITE], lambda count, total: seen.append((count, total)))[SITE]
    assert (done.articles, done.changed) == (8, 0)
    assert seen[-1] == (8, 8)
