"""Sentences of the released version become reasons with the codes and parameters of today."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from sqlite_utils import Database

from storage.db.migrations.run_sentences import reason_of
from storage.messages import all_codes, describe
from storage.reasons import LEGACY_TEXT, Reason

SENTENCES = {  # stored by the released version, and their codes
    "ended early: stopped by hand": "ended_early",
    "no request was made": "no_requests",
    "no answer came from the site": "no_responses",
    "no listing could be read": "no_listing_read",
    "the listings hold no link to an article": "no_article_links",
    "22 of 26 requests lead to baomoi.vn": "requests_redirected",
    "33 of 65 pages are login or block pages": "block_pages",
    "11 of 20 known articles did not answer": "articles_missing",
    "31 of 61 pages could not be fetched": "pages_not_fetched",
    "1 of 2 pinned pages reads otherwise: https://a.vn/1 (gone)": "canaries_changed",
    "2 of 2 pinned pages read otherwise: https://a.vn/1 (gone), "
    "https://a.vn/2 (gone)": "canaries_changed",
    "15 of 20 pages have neither title nor text any more": "empty_pages",
    "31 of 61 pages could not be read": "pages_unreadable",
    "the site's rules found nothing on 16 of 30 pages": "selectors_found_nothing",
    "fields are gone: published on 0% of the pages, 100% before; "
    "byline on 0% of the pages, 97% before": "fields_gone",
    "fields are missing: byline on 63% of the pages, 97% before": "fields_rare",
    "published is broken on 16 of 30 pages": "field_broken",
    "the same text was added to 3 articles: “theo dõi báo”": "text_added",
    "12 of 20 rechecked articles read otherwise; 0% did on earlier nights": "mass_edit",
    "too few: 1 new articles; 10.5 are usual on such a day": "too_few_new",
    "not begun: stopped by hand": "not_started",
    "an archive: the bloc was dissolved": "archive",
    "the replay files hold no page of it": "not_in_replay",
    "its process did not end well: was killed by signal 9": "process_failed",
    "its process did not end well after more than 30 minutes: exit code 1: x": "process_time_limit",
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_stored_sentence_becomes_a_reason(sentence: str) -> None:
    data = reason_of(sentence)
    assert data["code"] == SENTENCES[sentence]
    assert data["code"] in all_codes()
    assert describe(Reason.from_dict(data))


def test_old_rows_are_migrated(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.executescript(
            "CREATE TABLE jobs (name TEXT PRIMARY KEY) STRICT; INSERT INTO jobs VALUES ('night');"
            "CREATE TABLE job_runs (id INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT, due_at TEXT,"
            " started_at TEXT, ended_at TEXT, outcome TEXT, exit_code INTEGER, detail TEXT);"
            "CREATE TABLE runs (id INTEGER PRIMARY KEY, reason TEXT);"
            "CREATE TABLE nights (name TEXT, passed_over TEXT, errors TEXT);"
            "INSERT INTO job_runs VALUES (7, 'night', 'd', 's', 'e', 'trouble', 1, 'exit code 1');"
            "INSERT INTO job_runs VALUES (8, 'night', 'd', 's', 'e', 'timed out', 1, 'odd');"
            "INSERT INTO runs VALUES (1, 'no listing could be read'), (2, NULL);"
        )
        stopped = json.dumps({"alpha": "not begun: stopped by hand"})
        old.execute("INSERT INTO nights VALUES ('n', '{}', ?)", [stopped])
        old.commit()
    db = Database(tmp_path / "old.db")
    for name in ("0022_gate_reasons_as_codes", "0023_job_outcomes_in_standard_terms"):
        import_module(f"storage.db.migrations.{name}").migrate(db)
    assert Reason.from_json(db.execute("SELECT reason FROM runs").fetchone()[0]) == Reason(
        "no_listing_read"
    )
    (errors,) = db.execute("SELECT errors FROM nights").fetchone()
    assert json.loads(errors) == {"alpha": {"code": "not_started", "params": {}}}
    rows = db.execute("SELECT id, outcome, detail FROM job_runs").fetchall()
    assert [(row[0], row[1], Reason.from_json(row[2])) for row in rows] == [
        (7, "problems", Reason("exit_code", exit_code=1)),
        (8, "timed_out", Reason(LEGACY_TEXT, text="odd")),
    ]
    (highest,) = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'job_runs'").fetchone()
    assert highest == 8
    db.close()
