"""A batch that is killed, stopped, run twice at once or out of disk loses and duplicates nothing.

Each batch is a process of its own (killable_tinwatch.py) over the packed sample sites. Its home is
compared with the home after an undisturbed batch.
"""

from __future__ import annotations

import hashlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.archive.reader import read_body, read_records
from tinwatch.demo import sample_sites

SCRIPT = Path(__file__).with_name("killable_tinwatch.py")
SITES = ["backan", "haugiang", "travinh", "yenbai"]  # takedown, edit, reprint, headline
TIME_LIMIT = 120

State = dict[str, list[Any]]
Moment = tuple[str, int]
NEVER: Moment = ("never", 0)


@pytest.fixture(scope="module")
def batch_files(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("packed")
    return {number: sample_sites.pack(number, folder, only=SITES) for number in (1, 2)}


@pytest.fixture(scope="module")
def undisturbed(
    batch_files: dict[int, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[int, Path]:
    """Homes after undisturbed batches."""
    folder = tmp_path_factory.mktemp("whole")
    run_batch(folder / "1", batch_files[1])
    shutil.copytree(folder / "1", folder / "2")
    run_batch(folder / "2", batch_files[2])
    return {1: folder / "1", 2: folder / "2"}


def start(
    home: Path, replay: Path, moment: Moment = NEVER, sites: list[str] = SITES
) -> subprocess.Popen[str]:
    what = [moment[0], str(moment[1]), "nightly", *sites]
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *what, "--home", str(home), "--replay", str(replay)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=SCRIPT.parents[3],
    )


def end(process: subprocess.Popen[str], code: int = 0) -> str:
    try:
        output, _ = process.communicate(timeout=TIME_LIMIT)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == code, output
    return " ".join(output.split())


def run_batch(
    home: Path, replay: Path, moment: Moment = NEVER, code: int = 0, sites: list[str] = SITES
) -> str:
    """Run a batch until it ends; return its output."""
    return end(start(home, replay, moment, sites), code)


def rows(home: Path, sql: str) -> list[Any]:
    db = sqlite3.connect(home / "tinwatch.db", timeout=60)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def state(home: Path) -> State:
    return {
        "articles": rows(
            home,
            "SELECT site, key, record ->> 'title', status, revision FROM articles "
            "JOIN revisions ON article = articles.id AND number = revision ORDER BY site, key",
        ),
        "events": rows(
            home,
            "SELECT kind, events.site, url, summary FROM events "
            "LEFT JOIN articles ON articles.id = article ORDER BY 1, 2, 3, 4",
        ),
        "held": rows(home, "SELECT kind, site, summary FROM pending_events"),
        "suspicions": rows(
            home,
            "SELECT DISTINCT articles.site, key, outcome FROM failed_checks "
            "JOIN articles ON articles.id = article WHERE settled = 1 ORDER BY 1, 2",
        ),
        "wanted": rows(home, "SELECT site, key FROM retry_queue ORDER BY 1, 2"),
    }


def check_archive(home: Path) -> None:
    """Every WARC file is readable, and every row refers to existing bytes."""
    for file in home.glob("captures/*/*.warc.gz"):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests="raise"):
                record.content_stream().read()
        assert list(read_records(file))
    for table in ("captures", "payloads"):
        for warc, offset, digest in rows(home, f"SELECT warc, warc_offset, sha256 FROM {table}"):
            body = read_body(home / "captures", warc, offset).body
            assert hashlib.sha256(body).hexdigest() == digest


def assert_same_state(undisturbed: Path, home: Path) -> None:
    assert state(home) == state(undisturbed)
    check_archive(home)
    assert rows(home, "SELECT count(*) FROM runs WHERE state = 'running'") == [(0,)]


def test_undisturbed_batches_contain_every_kind_of_event(undisturbed: dict[int, Path]) -> None:
    """The reference homes contain every kind of event."""
    assert len(state(undisturbed[1])["events"]) == len(state(undisturbed[1])["articles"]) > 30
    current = state(undisturbed[2])
    kinds = [kind for kind, *_ in current["events"]]
    assert (kinds.count("edited"), kinds.count("reposted")) == (2, 1)
    assert len(current["suspicions"]) == 2
    assert [a for a in current["articles"] if a[3] == "suspect"]


MOMENTS: dict[int, list[Moment]] = {
    1: [("batch", 3), ("write", 1), ("write", 30), ("publish", 2)],
    2: [("batch", 8), ("write", 20), ("publish", 4)],
}


@pytest.mark.parametrize(
    ("number", "moment"), [(n, moment) for n, moments in MOMENTS.items() for moment in moments]
)
def test_next_run_completes_a_killed_batch(
    number: int,
    moment: Moment,
    batch_files: dict[int, Path],
    undisturbed: dict[int, Path],
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    if number > 1:
        shutil.copytree(undisturbed[number - 1], home)
    before = state(home)["events"] if number > 1 else []
    run_batch(home, batch_files[number], moment, code=-signal.SIGKILL)
    assert state(home)["events"] == before  # nothing of a broken night is published
    run_batch(home, batch_files[number])
    assert_same_state(undisturbed[number], home)


@pytest.mark.parametrize("number", [1, 2])
def test_batch_killed_repeatedly(
    number: int, batch_files: dict[int, Path], undisturbed: dict[int, Path], tmp_path: Path
) -> None:
    """Kill three batches in a row, each after some milliseconds."""
    home = tmp_path / "home"
    if number > 1:
        shutil.copytree(undisturbed[number - 1], home)
    codes = []
    for milliseconds in (30, 150, 350):
        process = start(home, batch_files[number], ("slow", 20))
        wait_for_writing(home, process)
        time.sleep(milliseconds / 1000)
        process.kill()
        process.communicate(timeout=TIME_LIMIT)
        codes.append(process.returncode)
    assert codes.count(-signal.SIGKILL) >= 2, codes  # a fast machine may be done before the last
    run_batch(home, batch_files[number])
    assert_same_state(undisturbed[number], home)


def archive_size(home: Path) -> int:
    return sum(file.stat().st_size for file in home.glob("captures/*/*.warc.gz"))


def wait_for_writing(home: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the batch has started to write, or has ended."""
    before, deadline = archive_size(home), time.monotonic() + TIME_LIMIT
    while archive_size(home) == before and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_the_batch_gracefully(
    number: signal.Signals,
    batch_files: dict[int, Path],
    undisturbed: dict[int, Path],
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    process = start(home, batch_files[1], ("slow", 100))
    wait_for_writing(home, process)
    process.send_signal(number)
    output = end(process, code=130)
    assert "stopped by the user" in output
    assert rows(home, "SELECT DISTINCT state, verdict FROM runs") == [("finished", "failed")]
    assert rows(home, "SELECT count(*) FROM events") == [(0,)]
    check_archive(home)
    run_batch(home, batch_files[1])
    assert_same_state(undisturbed[1], home)


def test_stopped_batch_starts_no_further_sites(
    batch_files: dict[int, Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("sites_at_once = 1\n", encoding="utf-8")
    process = start(home, batch_files[1], ("slow", 100))
    wait_for_writing(home, process)
    process.send_signal(signal.SIGTERM)
    assert "not started: stopped by the user" in end(process, code=130)
    assert rows(home, "SELECT count(*) FROM runs") == [(1,)]


def test_site_is_crawled_by_one_process_at_a_time(
    batch_files: dict[int, Path],
    undisturbed: dict[int, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("HOLD", str(tmp_path / "go"))
    first = start(home, batch_files[1], ("hold", 0), ["haugiang"])
    wait_for_writing(home, first)
    output = run_batch(home, batch_files[1], code=1, sites=["haugiang", "backan"])
    assert f"haugiang is being crawled by process {first.pid}" in output
    (tmp_path / "go").touch()
    end(first)
    assert rows(home, "SELECT DISTINCT verdict FROM runs") == [("passed",)]
    run_batch(home, batch_files[1], sites=["travinh", "yenbai"])
    assert_same_state(undisturbed[1], home)


def test_processes_share_a_home(
    batch_files: dict[int, Path], undisturbed: dict[int, Path], tmp_path: Path
) -> None:
    """Each process has its own sites; the empty database is created only once."""
    home = tmp_path / "home"
    both = [start(home, batch_files[1], ("slow", 5), [site]) for site in SITES]
    output = [end(process) for process in both]
    assert not any("locked" in text for text in output)
    assert "locked" not in (home / "log" / "tinwatch.log").read_text(encoding="utf-8")
    assert_same_state(undisturbed[1], home)


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (("full", 400_000), "cannot store the results"),
        (("full-captures", 12_000), "cannot write captures: File too large"),
    ],
)
def test_full_disk_stops_the_batch_with_its_reason(
    moment: Moment,
    reason: str,
    batch_files: dict[int, Path],
    undisturbed: dict[int, Path],
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    assert reason in run_batch(home, batch_files[1], moment, code=1)
    check_archive(home)
    assert rows(home, "SELECT count(*) FROM events") == [(0,)]
    run_batch(home, batch_files[1])
    assert_same_state(undisturbed[1], home)
