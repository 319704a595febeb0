"""Published and retracted runs, and silences, are rebuilt."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlite_utils import Database

from crawlers.extraction.article import extract_article
from crawlers.registry import get_site
from crawlers.spider import SiteSpider
from pipelines.boilerplate.store import current_boilerplate
from pipelines.items import ArticleRead
from pipelines.recording.recorder import Recorder
from schedules.gate.models import held
from schedules.publishing.overrides import publish_held_run, retract_run
from schedules.publishing.publish import publish, publish_as
from storage.archive.journal import write_line
from storage.archive.reader import read_body
from storage.archive.writer import CaptureWriter
from storage.db.connection import transaction
from storage.home import Home, open_home
from storage.messages.reasons_damage import Damage
from storage.messages.reasons_gate import GateReason
from storage.run_stats import RunStats
from storage.verify import verify

if TYPE_CHECKING:
    from tests.schedules.publishing.rebuild.conftest import Rebuilder


def test_published_and_retracted_runs_are_rebuilt(
    rebuilder: Rebuilder, own: Path, tmp_path: Path
) -> None:
    home = open_home(own)
    for site, decide in (("haugiang", publish_held_run), ("travinh", retract_run)):
        with closing(home.database()) as db:
            decide(db, _held_run(home, db, get_site(site)), home)
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert report.problems == []
    rebuilder.assert_same_home(own, rebuilt_folder)
    assert {"released", "discarded"} <= {row[9] for row in rebuilder.state(rebuilt_folder)["runs"]}
    edits = [row for row in rebuilder.state(rebuilt_folder)["events"] if row[4] == "edited"]
    assert [row[2] for row in edits if row[5].startswith("2025-03-20")] == ["haugiang"]


def test_decision_of_a_killed_command_is_not_rebuilt(
    rebuilder: Rebuilder, own: Path, tmp_path: Path
) -> None:
    """Its line is in the journal, its transaction was never committed, and people decided anew."""
    home = open_home(own)
    with closing(home.database()) as db:
        for site, line, decide in (
            ("haugiang", "released", retract_run),
            ("travinh", "discarded", publish_held_run),
        ):
            run = _held_run(home, db, get_site(site))
            write_line(home.captures, {"line": line, "run": run})
            [problem] = verify(home.captures, db).problems
            differ = problem.params["problem"]
            assert (differ.code, differ.params["run"]) == (Damage.DECISIONS_DIFFER, run)
            decide(db, run, home)
            assert verify(home.captures, db).problems == []
    rebuilt_folder, report = rebuilder.rebuilt(own, tmp_path)
    assert report.problems == []
    rebuilder.assert_same_home(own, rebuilt_folder)


def _held_run(home: Home, db: Database, site: type[SiteSpider]) -> int:
    """A held run in which the text of an article has a new word."""
    at = datetime(2025, 3, 20, tzinfo=UTC)
    url, warc, offset = db.execute(
        "SELECT articles.url, warc, warc_offset FROM articles JOIN revisions "
        "ON article = articles.id JOIN captures ON captures.id = capture "
        "WHERE articles.site = ? AND articles.status = 'live' LIMIT 1",
        [site.name],
    ).fetchone()
    before = read_body(home.captures, warc, offset)
    body = before.body.replace(b"</p>", " Nước đã về ruộng.</p>".encode())
    assert body != before.body
    kind = before.header("Content-Type")
    with closing(CaptureWriter(home.captures, site.name)) as captures:
        recorder = Recorder(db, site.name, "replay", captures, clock=at)
        template = current_boilerplate(db, site.name)
        capture = captures.write_response(url, at, 200, "OK", before.headers, body)
        page = extract_article(body, url, site, at, kind, template)
        recorder.record(ArticleRead(page, capture, at))
        recorder.finish(RunStats(requests=1, responses=1), listings_complete=False)
    verdict = held(GateReason.TOO_FEW_NEW, number=1, usual=9)
    with transaction(db):
        publish_as(db, home.settings, {recorder.run: verdict})
    report = {"run": recorder.run, **verdict.to_dict()}
    write_line(home.captures, {"line": "published", "verdicts": [report], "settings": {}})
    return recorder.run


@pytest.mark.parametrize(("why", "nights", "links"), [("nothing_new", 16, 9), ("not_read", 4, 0)])
def test_silence_is_rebuilt(
    rebuilder: Rebuilder, own: Path, tmp_path: Path, why: str, nights: int, links: int
) -> None:
    home = open_home(own)
    first = datetime(2025, 4, 10, 18, 30, tzinfo=UTC)
    stats = {"requests": 9, "responses": 9, "rechecked": 9, "listings": 1, "links": links}
    with (
        closing(home.database()) as db,
        closing(CaptureWriter(home.captures, "haugiang")) as captures,
    ):
        for number in range(nights):
            at = first + timedelta(days=number)
            recorder = Recorder(db, "haugiang", "replay", captures, clock=at)
            recorder.finish(RunStats.from_dict(stats), listings_complete=True)
            publish(db, home, ["haugiang"])
    (report,) = [row for row in rebuilder.state(own)["events"] if row[4] == "silent"]
    assert f'"why": "{why}"' in str(report)
    rebuilt_folder, done = rebuilder.rebuilt(own, tmp_path)
    assert done.problems == []
    rebuilder.assert_same_home(own, rebuilt_folder)
