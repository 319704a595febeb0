"""Rebuild a home from its captures and compare the databases."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from schedules.publishing.rebuild import RebuildReport, rebuild
from storage.db.connection import from_utc_text
from storage.home import open_home

COMPARED_COLUMNS = {  # columns that a rebuild must restore: without internal row ids
    "runs": "id, site, kind, batch, started_at, ended_at, clock, state, listings_complete, "
    "verdict, reason",
    "articles": "id, site, key, url, status, first_seen, first_run, revision",
    "aliases": "*",
    "revisions": "article, number, cause, observed_at, run, extractor_version, fingerprint, record",
    "events": "*",
    "pending_events": "run, site, article, kind, observed_at, summary, detail",
    "failed_checks": "article, run, observed_at, outcome, detail, settled",
    "quarantine": "site, url, run, observed_at, reason",
    "retry_queue": "*",
    "captures": "site, url, captured_at, http_status, content_type, sha256, warc, warc_offset",
    "payloads": "*",
    "story_members": "*",
    "article_counts": "*",
    "event_counts": "*",
    "event_days": "*",
    "source_counts_state": "*",
    "source_counts": "*",
}


class Rebuilder:
    """Rebuilds a home and compares it with the old one."""

    def state(self, home: Path) -> dict[str, list[Any]]:
        with closing(sqlite3.connect(home / "tinwatch.db")) as db:
            return {
                table: sorted(db.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
                for table, columns in COMPARED_COLUMNS.items()
            }

    def rebuilt(self, home: Path, folder: Path) -> tuple[Path, RebuildReport]:
        rebuilt_folder = folder / "rebuilt"
        rebuilt_folder.mkdir()
        return rebuilt_folder, rebuild(open_home(home), rebuilt_folder)

    def assert_same_home(self, home: Path, other: Path) -> None:
        expected, actual = self.state(home), self.state(other)
        for table in COMPARED_COLUMNS:
            assert actual[table] == expected[table], table
        assert actual["events"]
        self.assert_similar_last_seen(home, other)

    def assert_similar_last_seen(self, home: Path, other: Path) -> None:
        """A page that a run fetched twice (as a canonical duplicate of another) counts by its last
        answer in a new database, and by its own check in the old one: seconds apart, in one run."""
        query = "SELECT id, last_seen, last_checked FROM articles ORDER BY id"
        both = []
        for folder in (home, other):
            with closing(sqlite3.connect(folder / "tinwatch.db")) as db:
                both.append(db.execute(query).fetchall())
        for expected, actual in zip(*both, strict=True):
            assert expected[0] == actual[0]
            for one, two in zip(expected[1:], actual[1:], strict=True):
                apart = from_utc_text(two) - from_utc_text(one)
                assert abs(apart.total_seconds()) <= 10, expected[0]


@pytest.fixture
def rebuilder() -> Rebuilder:
    return Rebuilder()


@pytest.fixture
def own(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of the demo home, to be damaged."""
    return Path(shutil.copytree(demo_home, tmp_path / "own"))
