"""A new database from the captures: the same articles, revisions and events.

The homes are those of the demo (four nights of replays), of crawls of a real host with every fault
(tests/crawlers/faulty_server.py), and of nights that a killed process left behind.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from crawlers.discovery import get_site
from crawlers.importing import import_files
from crawlers.page import read_page
from crawlers.spider import SiteSpider
from pipelines.observations import ArticleRead
from pipelines.recorder import Recorder
from pipelines.template_store import current_template
from schedules import rebuilding
from schedules.decisions import discard, release
from schedules.publish import publish, publish_as
from schedules.rebuilding import Rebuilt, rebuild
from schedules.verdict import Verdict
from storage.backup import read_backup, write_backup
from storage.canaries import pin
from storage.captures import CaptureWriter
from storage.database import DatabaseError, from_utc_text, transaction
from storage.home import Home, Settings, SiteBusy, open_home
from storage.journal import NAME, write_line
from storage.retention import prune
from storage.reviews import add_review
from storage.saved_searches import save_search
from storage.warc import CaptureError, read_body, read_records
from tinwatch import demo_nights, sample_sites

ROOT = Path(__file__).resolve().parents[2]
LIVE = ROOT / "tests" / "crawlers" / "crawl_faulty_site.py"
KILLABLE = Path(__file__).with_name("killable_night.py")
SITES = ["backan", "haugiang", "travinh"]
SAME = {  # what must come back, without numbers of rows that nobody is told
    "runs": "id, site, kind, night, started_at, ended_at, clock, state, swept, verdict, reason",
    "articles": "id, site, key, url, status, first_seen, first_run, revision",
    "aliases": "*",
    "revisions": "article, number, cause, observed_at, run, reader, fingerprint, record",
    "events": "*",
    "held_events": "run, site, article, kind, observed_at, summary, detail",
    "checks": "article, run, observed_at, outcome, detail, settled",
    "quarantine": "site, url, run, observed_at, reason",
    "wanted": "*",
    "captures": "site, url, captured_at, http_status, content_type, sha256, warc, warc_offset",
    "payloads": "*",
    "validators": "*",
    "audits": "*",
    "lastmods": "*",
    "lastmod_audits": "*",
    "story_members": "*",
    "article_counts": "*",
    "event_counts": "*",
}


def state(home: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(home / "tinwatch.db")) as db:
        return {
            table: sorted(db.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in SAME.items()
        }


def rebuilt(home: Path, folder: Path) -> tuple[Path, Rebuilt]:
    place = folder / "rebuilt"
    place.mkdir()
    return place, rebuild(open_home(home), place)


def assert_the_same(home: Path, other: Path) -> None:
    wanted, found = state(home), state(other)
    for table in SAME:
        assert found[table] == wanted[table], table
    assert found["events"]
    assert_last_seen_alike(home, other)


def assert_last_seen_alike(home: Path, other: Path) -> None:
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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "home"
    command = [sys.executable, "-m", "tinwatch", "demo", "--home", str(home)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=200)
    return home


@pytest.fixture
def own(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo's home, to be damaged."""
    shutil.copytree(demo, tmp_path / "own")
    return tmp_path / "own"


def test_the_demo_comes_back_the_same(demo: Path, tmp_path: Path) -> None:
    place, told = rebuilt(demo, tmp_path)
    assert (told.problems, told.left) == ([], 0)
    assert_the_same(demo, place)
    kinds = {row[4] for row in state(place)["events"]}
    assert {"new", "edited", "removed", "reposted"} <= kinds
    assert (told.runs, told.articles) == (len(state(demo)["runs"]), len(state(demo)["articles"]))


def test_a_truncated_database_is_restored_or_rebuilt(own: Path, demo: Path, tmp_path: Path) -> None:
    write_backup(open_home(own), tmp_path / "b.tar", tmp_path)
    file = own / "tinwatch.db"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises((DatabaseError, sqlite3.DatabaseError)):
        open_home(own).database().execute("SELECT count(*) FROM articles").fetchall()
    read_backup(tmp_path / "b.tar", tmp_path / "restored")
    assert_the_same(demo, tmp_path / "restored")
    place, _ = rebuilt(own, tmp_path)
    assert_the_same(demo, place)


@pytest.mark.parametrize("table", ["articles", "revisions", "events"])
def test_a_deleted_table_is_restored_or_rebuilt(
    own: Path, demo: Path, tmp_path: Path, table: str
) -> None:
    write_backup(open_home(own), tmp_path / "b.tar", tmp_path)
    with closing(sqlite3.connect(own / "tinwatch.db")) as db:
        db.execute(f"DROP TABLE {table}")
    read_backup(tmp_path / "b.tar", tmp_path / "restored")
    assert_the_same(demo, tmp_path / "restored")
    place, _ = rebuilt(own, tmp_path)
    assert_the_same(demo, place)


def test_a_rebuilt_home_is_rebuilt_again(demo: Path, tmp_path: Path) -> None:
    place, _ = rebuilt(demo, tmp_path)
    (tmp_path / "twice").mkdir()
    again, _ = rebuilt(place, tmp_path / "twice")
    assert_the_same(demo, again)


def test_the_source_is_only_read(own: Path, tmp_path: Path) -> None:
    before = {f: f.read_bytes() for f in own.rglob("*") if f.is_file() and f.suffix != ".lock"}
    rebuilt(own, tmp_path)
    assert before == {
        f: f.read_bytes() for f in own.rglob("*") if f.is_file() and f.suffix != ".lock"
    }


def test_a_crawled_site_is_waited_for(own: Path, tmp_path: Path) -> None:
    with open_home(own).site_lock("haugiang"), pytest.raises(SiteBusy):
        rebuilt(own, tmp_path)


def test_without_captures_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="no captures"):
        rebuilt(tmp_path / "none", tmp_path)


def test_a_damaged_file_is_named_and_the_rest_is_made(own: Path, tmp_path: Path) -> None:
    file = sorted((own / "captures" / "haugiang").glob("*.warc.gz"))[0]
    whole = bytearray(file.read_bytes())
    whole[1000:1100] = bytes(100)
    file.write_bytes(whole)
    place, told = rebuilt(own, tmp_path)
    assert any(file.name in problem for problem in told.problems)
    others = [row for row in state(own)["articles"] if row[1] != "haugiang"]
    assert [row for row in state(place)["articles"] if row[1] != "haugiang"] == others


def test_a_site_without_a_module_is_named(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(name: str) -> type[SiteSpider]:
        return get_site("no_such_site" if name == "haugiang" else name)

    monkeypatch.setattr(rebuilding, "get_site", gone)
    place, told = rebuilt(own, tmp_path)
    assert len(told.problems) == 4
    assert all("no_such_site" in problem for problem in told.problems)
    assert "haugiang" not in {row[1] for row in state(place)["articles"]}


def test_from_captures_alone(own: Path, demo: Path, tmp_path: Path) -> None:
    """A home from before the journal: no verdicts, no takedowns that no answer shows."""
    (own / "captures" / NAME).unlink()
    place, told = rebuilt(own, tmp_path)
    assert told.problems == []
    wanted, found = state(demo), state(place)
    assert {row[1:4] for row in found["articles"]} == {row[1:4] for row in wanted["articles"]}
    assert sorted(row[6] for row in found["revisions"]) == sorted(
        row[6] for row in wanted["revisions"]
    )
    kinds = [
        [row[4] for row in s["events"] if row[4] in ("new", "edited")] for s in (found, wanted)
    ]
    assert sorted(kinds[0]) == sorted(kinds[1])


# A real host, with every fault


@pytest.mark.parametrize(
    "scenario", ["absent", "faults", "stopped", "conditional", "probed", "mapped"]
)
def test_live_crawls_come_back_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: str
) -> None:
    command = [sys.executable, str(LIVE), str(tmp_path / "live"), scenario]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    port = json.loads(done.stdout)["port"]
    monkeypatch.syspath_prepend(str(LIVE.parent))
    from crawl_faulty_site import watched

    mapped = {"SITEMAP": True} if scenario == "mapped" else {}
    site = watched(f"127.0.0.1:{port}", {"HONG": True, **mapped})
    monkeypatch.setattr(rebuilding, "get_site", lambda name: site)
    place, told = rebuilt(tmp_path / "live", tmp_path)
    assert (told.problems, told.left) == ([], 0)
    assert_the_same(tmp_path / "live", place)
    if scenario == "conditional":
        prune_and_rebuild(tmp_path / "live", site, tmp_path)


def prune_and_rebuild(live: Path, site: Any, folder: Path) -> None:
    """Without old listings a new database is the same, and each 304 leads to its page."""
    home = Home(live, Settings(keep_listings_days=5))
    with closing(home.database()) as db:
        later = datetime.now(UTC) + timedelta(days=30)
        pruned = prune(home, db, later, lambda name, url: site.key_of(url) is not None)
    assert pruned.records > 0
    (folder / "again").mkdir()
    place, told = rebuilt(live, folder / "again")
    assert (told.problems, told.left) == ([], 0)
    assert_the_same(live, place)
    [file] = (live / "captures").glob("*/*.warc.gz")
    kept = [record.body for record in read_records(file) if record.not_modified]
    assert len(kept) == 21
    assert all(b"noi-dung" in body for body in kept)


# Nights that were killed


def night(home: Path, file: Path, moment: str = "never", number: int = 0) -> None:
    command = [sys.executable, str(KILLABLE), moment, str(number), "nightly", *SITES]
    command += ["--home", str(home), "--replay", str(file)]
    subprocess.run(command, cwd=ROOT, capture_output=True, timeout=200, check=False)


@pytest.mark.parametrize(("moment", "number"), [("batch", 3), ("write", 9), ("publish", 2)])
def test_what_a_killed_night_read_comes_back(tmp_path: Path, moment: str, number: int) -> None:
    home = tmp_path / "home"
    files = [sample_sites.pack(n, tmp_path, only=SITES) for n in (1, 2)]
    night(home, files[0], moment, number)
    night(home, files[0])
    night(home, files[1])
    place, told = rebuilt(home, tmp_path)
    assert told.problems == []
    wanted, found = state(home), state(place)
    for table in ("articles", "events"):
        columns = slice(0, 8) if table == "articles" else slice(0, None)
        assert [r[columns] for r in found[table]] == [r[columns] for r in wanted[table]], table
    content = [[(r[0], r[1], r[2], r[6], r[7]) for r in s["revisions"]] for s in (found, wanted)]
    assert content[0] == content[1]


# Decisions of a person, and imports


def test_released_and_discarded_runs_come_back(own: Path, tmp_path: Path) -> None:
    home = open_home(own)
    for site, decide in (("haugiang", release), ("travinh", discard)):
        with closing(home.database()) as db:
            decide(db, _held_run(home, db, get_site(site)), home)
    place, told = rebuilt(own, tmp_path)
    assert told.problems == []
    assert_the_same(own, place)
    assert {"released", "discarded"} <= {row[9] for row in state(place)["runs"]}
    edits = [row for row in state(place)["events"] if row[4] == "edited"]
    assert [row[2] for row in edits if row[5].startswith("2025-03-20")] == ["haugiang"]


@pytest.mark.parametrize(("why", "nights", "links"), [("nothing_new", 16, 9), ("not_read", 4, 0)])
def test_a_silence_comes_back(own: Path, tmp_path: Path, why: str, nights: int, links: int) -> None:
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
            recorder.finish(stats, swept=True)
            publish(db, home, ["haugiang"])
    (told,) = [row for row in state(own)["events"] if row[4] == "silent"]
    assert f'"why": "{why}"' in str(told)
    place, done = rebuilt(own, tmp_path)
    assert done.problems == []
    assert_the_same(own, place)


def _held_run(home: Home, db: Database, site: type[SiteSpider]) -> int:
    """A run that is held, in which the text of an article has a new word."""
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
        template = current_template(db, site.name)
        kept = captures.write_response(url, at, 200, "OK", before.headers, body)
        page = read_page(body, url, site, at, kind, template)
        recorder.record(ArticleRead(page, kept, at))
        recorder.finish({"requests": 1, "responses": 1}, swept=False)
    held = Verdict("held", "a test")
    with transaction(db):
        publish_as(db, home.settings, {recorder.run: held})
    told = {"run": recorder.run, **asdict(held)}
    write_line(home.captures, {"line": "published", "verdicts": [told], "settings": {}})
    return recorder.run


def test_imported_files_come_back_the_same(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    file = sample_sites.pack(1, tmp_path, only=["haugiang"])
    assert import_files(home, get_site("haugiang"), [file]).read
    with closing(home.database()) as db:
        publish(db, home, ["haugiang"])
    place, told = rebuilt(home.path, tmp_path)
    assert told.problems == []
    assert_the_same(home.path, place)


PEOPLES = {  # by site and key: numbers are no part of what somebody wrote
    "saved_searches": "SELECT * FROM saved_searches",
    "canaries": "SELECT site, key, pinned_at, note FROM canaries JOIN articles ON id = article",
    "reviews": "SELECT event, mark, note, name, marked_at FROM reviews ORDER BY reviews.id",
    "alert_cursors": "SELECT * FROM alert_cursors",
    "alert_messages": "SELECT subscription, target, title, body FROM alert_messages",
}


def peoples(home: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(home / "tinwatch.db")) as db:
        return {table: db.execute(query).fetchall() for table, query in PEOPLES.items()}


@pytest.fixture
def written(own: Path) -> Path:
    """The demo's home, in which people saved, pinned, reviewed and subscribed."""
    home = open_home(own)
    now = datetime(2025, 3, 14, tzinfo=UTC)
    with closing(home.database()) as db:
        save_search(db, "muong-nuoc", "mương OR kênh", now)
        (edited,) = db.execute("SELECT max(id) FROM events WHERE kind = 'edited'").fetchone()
        add_review(db, home.captures, edited, "important", "Hỏi lại", "Thu Hà", now)
        with transaction(db):
            pin(db, 60, "trang mẫu", now)
            db.execute("INSERT INTO alert_cursors VALUES ('toa-soan', 70, '2025-03-13T00:00:00Z')")
            message = "'toa-soan', 1, '[70]', 'Tựa', 'Bài', '2025-03-13', '2025-03-13'"
            db.execute(
                "INSERT INTO alert_messages (subscription, target, events, title, body, "
                f"created_at, due_at) VALUES ({message})"
            )
    (own / "alerts.toml").write_text("# ai nghe gì", "utf-8")
    return own


def test_what_people_wrote_comes_back(written: Path, tmp_path: Path) -> None:
    place, told = rebuilt(written, tmp_path)
    assert (told.problems, told.notes) == ([], [])
    wanted = peoples(written)
    assert all(wanted.values())
    assert peoples(place) == wanted
    assert (place / "alerts.toml").read_text("utf-8") == "# ai nghe gì"


@pytest.mark.parametrize("table", ["saved_searches", "canaries", "alert_cursors"])
def test_what_is_left_of_what_people_wrote_comes_back(
    written: Path, tmp_path: Path, table: str
) -> None:
    wanted = peoples(written)
    with closing(sqlite3.connect(written / "tinwatch.db")) as db, db:
        db.execute(f"ALTER TABLE {table} RENAME COLUMN {NAMES[table]} TO gone")
    place, told = rebuilt(written, tmp_path)
    (note,) = told.notes
    assert f"table {table} of the old database cannot be read" in note
    assert peoples(place) == wanted | {table: []}


NAMES = {"saved_searches": "query", "canaries": "note", "alert_cursors": "event"}


def test_where_the_old_database_is_lost_that_is_said(written: Path, tmp_path: Path) -> None:
    file = written / "tinwatch.db"
    file.write_bytes(file.read_bytes()[:5000])
    place, told = rebuilt(written, tmp_path)
    assert [note.split(" (")[0] for note in told.notes] == ["the old database cannot be read"]
    assert [row[1:] for row in peoples(place)["reviews"]]  # the journal has them
    file.unlink()
    (tmp_path / "again").mkdir()
    _, told = rebuilt(written, tmp_path / "again")
    assert "there is no old database, so these are lost" in told.notes[0]


def test_a_pinned_page_that_did_not_come_back_is_named(written: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(written / "tinwatch.db")) as db, db:
        db.execute("UPDATE articles SET key = 'other' WHERE id = 60")
    place, told = rebuilt(written, tmp_path)
    assert "did not come back, so it is not pinned" in told.notes[0]
    assert peoples(place)["canaries"] == []


def test_settings_go_with_the_captures(demo: Path, tmp_path: Path) -> None:
    place, _ = rebuilt(demo, tmp_path)
    assert demo_nights.MARK in (place / "settings.toml").read_text("utf-8")
