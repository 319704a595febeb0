"""A database rebuilt from the captures has the same articles, revisions and events."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storage.archive.captures import newest_captures
from storage.archive.journal import read_journal, write_line
from storage.archive.writer import Capture
from storage.db.connection import utc_text
from storage.home import SiteBusy, open_home
from storage.runs.repository import get_run
from tinwatch.demo import player

if TYPE_CHECKING:
    from tests.schedules.publishing.rebuild.conftest import Rebuilder


def test_demo_home_is_rebuilt_identically(
    rebuilder: Rebuilder, demo_home: Path, tmp_path: Path
) -> None:
    rebuilt_folder, report = rebuilder.rebuilt(demo_home, tmp_path)
    assert (report.problems, report.left) == ([], 0)
    rebuilder.assert_same_home(demo_home, rebuilt_folder)
    kinds = {row[4] for row in rebuilder.state(rebuilt_folder)["events"]}
    assert {"new", "edited", "removed", "reposted"} <= kinds
    assert (report.runs, report.articles) == (
        len(rebuilder.state(demo_home)["runs"]),
        len(rebuilder.state(demo_home)["articles"]),
    )


@pytest.mark.slow
def test_rebuilt_home_can_be_rebuilt(rebuilder: Rebuilder, demo_home: Path, tmp_path: Path) -> None:
    rebuilt_folder, _ = rebuilder.rebuilt(demo_home, tmp_path)
    (tmp_path / "twice").mkdir()
    again, _ = rebuilder.rebuilt(rebuilt_folder, tmp_path / "twice")
    rebuilder.assert_same_home(demo_home, again)


def test_rebuild_does_not_change_the_source(
    rebuilder: Rebuilder, own: Path, tmp_path: Path
) -> None:
    before = {f: f.read_bytes() for f in own.rglob("*") if f.is_file() and f.suffix != ".lock"}
    rebuilder.rebuilt(own, tmp_path)
    assert before == {
        f: f.read_bytes() for f in own.rglob("*") if f.is_file() and f.suffix != ".lock"
    }


def test_rebuild_raises_site_busy(rebuilder: Rebuilder, own: Path, tmp_path: Path) -> None:
    with open_home(own).site_lock("haugiang"), pytest.raises(SiteBusy):
        rebuilder.rebuilt(own, tmp_path)


def test_rebuild_copies_settings(rebuilder: Rebuilder, demo_home: Path, tmp_path: Path) -> None:
    rebuilt_folder, _ = rebuilder.rebuilt(demo_home, tmp_path)
    assert player.DEMO_MARK in (rebuilt_folder / "settings.toml").read_text("utf-8")


def test_304_of_an_earlier_release_confirms_its_article(
    rebuilder: Rebuilder,
    own: Path,
    tmp_path: Path,
    append_304: Callable[[Path, Capture, datetime], tuple[int, int]],
) -> None:
    """Its run and its count `not_modified` are rebuilt; it makes no revision and no event."""
    with closing(open_home(own).database()) as db:
        query = "SELECT articles.id, articles.url, site FROM articles WHERE status = 'live'"
        article, url, site = db.execute(query).fetchone()
        page = newest_captures(db, site)[url]
        last = db.execute("SELECT max(id) FROM runs").fetchone()[0]
    at = page.captured_at + timedelta(days=90)
    name = f"{site}/{at.date()}.warc.gz"
    start, end = append_304(own / "captures" / name, page, at)
    stats = {"not_modified": 1, "audited": 0, "rechecked": 1}
    before = max(
        (line for line in read_journal(own / "captures").run_lines() if line["site"] == site),
        key=lambda line: line["run"],
    )
    moment = {"started_at": utc_text(at), "ended_at": utc_text(at), "clock": None}
    run = {"run": last + 1, "stats": stats, "wrote": {name: [start, end]}, "found": {}}
    write_line(own / "captures", before | moment | run | {"kind": "crawl", "unseen": []})
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert (report.problems, report.left) == ([], 0)
    with closing(open_home(rebuilt_folder).database()) as db:
        checked = "SELECT last_checked FROM articles WHERE id = ?"
        assert db.execute(checked, [article]).fetchone()[0] == utc_text(at)
        assert get_run(db, last + 1).stats.to_dict() == stats
    for table in ("revisions", "events", "captures"):
        assert rebuilder.state(rebuilt_folder)[table] == rebuilder.state(own)[table]
