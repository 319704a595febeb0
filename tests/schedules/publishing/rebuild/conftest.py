"""Making a new database of a home's captures, and comparing the two."""

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

SAME = {  # columns that a rebuild must restore: without internal row ids
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
}


class Remake:
    """Rebuilds a home and compares it with the old one."""

    def state(self, home: Path) -> dict[str, list[Any]]:
        with closing(sqlite3.connect(home / "tinwatch.db")) as db:
            return {
                table: sorted(db.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
                for table, columns in SAME.items()
            }

    def rebuilt(self, home: Path, folder: Path) -> tuple[Path, RebuildReport]:
        place = folder / "rebuilt"
        place.mkdir()
        return place, rebuild(open_home(home), place)

    def assert_the_same(self, home: Path, other: Path) -> None:
        wanted, found = self.state(home), self.state(other)
        for table in SAME:
            assert found[table] == wanted[table], table
        assert found["events"]
        self.assert_last_seen_alike(home, other)

    def assert_last_seen_alike(self, home: Path, other: Path) -> None:
        """A page that a run fetched twice (as a twin that another page names) counts by its last
        answer in a new database, and by its own check in the old one: seconds apart, in one run."""
        query = "SELECT id, last_seen, last_checked FROM articles ORDER BY id"
        both = []
        for folder in (home, other):
            with closing(sqlite3.connect(folder / "tinwatch.db")) as db:
                both.append(db.execute(query).fetchall())
        for wanted, found in zip(*both, strict=True):
            assert wanted[0] == found[0]
            for one, two in zip(wanted[1:], found[1:], strict=True):
                apart = from_utc_text(two) - from_utc_text(one)
                assert abs(apart.total_seconds()) <= 10, wanted[0]


@pytest.fixture
def remake() -> Remake:
    return Remake()


@pytest.fixture
def own(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of the demo's home, to be damaged."""
    return Path(shutil.copytree(demo_home, tmp_path / "own"))
