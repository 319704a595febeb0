"""The service with real processes: isolated sites, killed, stopped, too slow, sharing a home."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schedules.batch.processes import ProcessResult, StopCause, run_process
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason
from storage.timezone import VIETNAM
from tinwatch.demo import sample_sites

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SITES = ["backan", "haugiang", "travinh", "yenbai"]
TIME_LIMIT = 120
PYTHON_WAITS = 5.0  # seconds, where nothing is said to sqlite3.connect


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_sites.pack(1, tmp_path_factory.mktemp("packed"), only=SITES)


@pytest.fixture(scope="module")
def undisturbed(replay: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """The state after an undisturbed batch in one process."""
    home = tmp_path_factory.mktemp("whole")
    ended(tinwatch("nightly", *SITES, "--replay", replay, "--home", home))
    return state(home)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that crawls one site at a time, in the order of SITES."""
    folder = tmp_path / "home"
    folder.mkdir()
    settle(folder, sites_at_once=1)
    return folder


def settle(home: Path, sites_at_once: int) -> None:
    """The batch was due an hour ago, so that the service runs it at once at any time of day."""
    due = datetime.now(VIETNAM) - timedelta(hours=1)
    lines = [f"sites_at_once = {sites_at_once}", f'night_at = "{due:%H:%M}"', ""]
    (home / "settings.toml").write_text("\n".join(lines), "utf-8")


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The crawl of travinh waits in its own process until this file exists."""
    monkeypatch.setenv("HOLD_SITE", "travinh")
    monkeypatch.setenv("HOLD_UNTIL", str(tmp_path / "go"))
    monkeypatch.setenv("PYTHONPATH", f"{HERE / 'paused_crawl'}{os.pathsep}{ROOT}")
    return tmp_path / "go"


STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Kill all processes of a test, even if it fails."""
    yield
    while STARTED:
        process = STARTED.pop()
        process.kill()
        process.wait()


def start(*command: object) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, *map(str, command)], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=dict(os.environ),
    )  # fmt: skip
    STARTED.append(process)
    return process


def tinwatch(*words: object) -> subprocess.Popen[str]:
    return start("-m", "tinwatch", *words)


def ended(process: subprocess.Popen[str], code: int = 0) -> str:
    try:
        output, _ = process.communicate(timeout=TIME_LIMIT)
    finally:
        process.kill()
    assert process.returncode == code, output
    return output


def rows(home: Path, sql: str, wait: float = 30) -> list[Any]:
    db = sqlite3.connect(f"file:{home}/tinwatch.db?mode=ro", uri=True, timeout=wait)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def state(home: Path, wait: float = 30) -> dict[str, list[Any]]:
    of_articles = (
        "SELECT articles.site, key, record ->> 'title', status FROM articles "
        "JOIN revisions ON article = articles.id AND number = revision ORDER BY 1, 2"
    )
    of_events = (
        "SELECT kind, events.site, key, summary FROM events "
        "LEFT JOIN articles ON articles.id = article ORDER BY 1, 2, 3, 4"
    )
    return {"articles": rows(home, of_articles, wait), "events": rows(home, of_events, wait)}


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + TIME_LIMIT
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def run_of(home: Path, site: str) -> list[Any]:
    try:
        return rows(home, f"SELECT 1 FROM runs WHERE site = '{site}'")
    except sqlite3.OperationalError:  # no database, no table, yet
        return []


def pid_of(home: Path, lock: str) -> int:
    return int((home / "locks" / f"{lock}.lock").read_text("utf-8") or 0)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text("utf-8").rpartition(")")[2].split()[0] == "Z"


def crawls(home: Path) -> dict[str, int]:
    return dict(rows(home, "SELECT site, count(*) FROM runs GROUP BY site"))


def night(home: Path, replay: Path, *words: object) -> subprocess.Popen[str]:
    return tinwatch("nightly", *SITES, "--isolate", *words, "--replay", replay, "--home", home)


@pytest.mark.slow
def test_isolated_batch_equals_batch_in_one_process(
    home: Path, replay: Path, undisturbed: dict[str, list[Any]]
) -> None:
    settle(home, sites_at_once=4)
    output = ended(night(home, replay, "--json"))
    assert state(home) == undisturbed
    report = json.loads(output.splitlines()[-1])
    assert {site["site"] for site in report["sites"]} == set(SITES)
    assert len(rows(home, "SELECT DISTINCT batch FROM runs")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_interrupted_isolated_batch_is_resumed(
    number: signal.Signals, home: Path, replay: Path, undisturbed: dict[str, list[Any]], go: Path
) -> None:
    process = night(home, replay, "--resume")
    until(lambda: run_of(home, "travinh"))
    crawl = pid_of(home, "travinh")
    process.send_signal(number)
    time.sleep(0.5)  # the crawl gets the signal while it is held
    go.touch()
    ended(process, -signal.SIGKILL if number == signal.SIGKILL else 130)
    until(lambda: is_gone(crawl))  # it ends with the process that started it
    assert "yenbai" not in crawls(home)
    ended(night(home, replay, "--resume"))
    assert state(home) == undisturbed
    assert crawls(home) == {"backan": 1, "haugiang": 1, "travinh": 2, "yenbai": 1}
    assert rows(home, "SELECT count(*), count(ended_at) FROM batches") == [(1, 1)]


@pytest.mark.slow
def test_next_batch_publishes_what_a_killed_isolated_one_read(
    home: Path, replay: Path, undisturbed: dict[str, list[Any]], go: Path
) -> None:
    process = night(home, replay)
    until(lambda: run_of(home, "travinh"))
    crawl = pid_of(home, "travinh")
    process.kill()
    time.sleep(0.5)  # the crawl gets the signal while it is held
    go.touch()
    ended(process, -signal.SIGKILL)
    until(lambda: is_gone(crawl))
    assert rows(home, "SELECT count(*) FROM events") == [(0,)]
    others = ("--isolate", "--replay", replay, "--home", home)
    ended(tinwatch("nightly", "yenbai", *others))
    complete = [event for event in undisturbed["events"] if event[1] != "travinh"]
    assert state(home)["events"] == complete
    verdicts = dict(rows(home, "SELECT site, verdict FROM runs"))
    assert verdicts == {s: "failed" if s == "travinh" else "passed" for s in SITES}
    ended(tinwatch("nightly", "travinh", *others))
    assert state(home) == undisturbed
    assert crawls(home) == {"backan": 1, "haugiang": 1, "travinh": 2, "yenbai": 1}


@pytest.mark.slow
def test_only_one_resumable_batch_runs_at_a_time(home: Path, replay: Path, go: Path) -> None:
    first = night(home, replay, "--resume")
    until(lambda: run_of(home, "travinh"))
    output = ended(night(home, replay, "--resume"), code=3)
    assert f"process {first.pid} already runs night on" in " ".join(output.split())
    go.touch()
    ended(first)


@pytest.mark.slow
def test_later_report_names_skipped_sites(home: Path, replay: Path) -> None:
    ended(tinwatch("nightly", "cantho", *SITES, "--replay", replay, "--home", home))
    report = json.loads(ended(tinwatch("report", "--json", "--home", home)))
    assert report["passed_over"] == {"cantho": "the replay files contain no page of it"}


def test_crawl_over_the_time_limit_stops_gracefully(home: Path, replay: Path) -> None:
    options = json.dumps({"replay": [str(replay)]})
    script = (
        "import sys; from schedules.batch.isolated_worker import crawl_in_this_process as crawl"
    )
    worker = ("-c", f"{script}; print(crawl(*sys.argv[1:]))", home, "haugiang", "0", options)
    output = ended(start(*worker))
    assert json.loads(output.splitlines()[-1]) == {"error": None, "busy": False}
    stats = rows(home, "SELECT state, stats ->> '$.ended.code' FROM runs")
    assert stats == [("finished", "time_limit")]


@pytest.mark.slow
def test_killed_service_resumes_the_batch(
    home: Path, replay: Path, undisturbed: dict[str, list[Any]], go: Path
) -> None:
    script = (HERE / "scheduler_over_replay.py", home, replay, *SITES)
    process = start(*script)
    until(lambda: run_of(home, "travinh"))
    pids = [pid_of(home, "travinh"), pid_of(home, "_night")]
    process.kill()
    process.wait()
    time.sleep(0.5)
    go.touch()
    until(lambda: all(map(is_gone, pids)))
    process = start(*script)
    until(lambda: rows(home, "SELECT 1 FROM job_runs WHERE outcome = 'ok'"))
    process.terminate()
    ended(process)
    assert state(home) == undisturbed
    outcomes = rows(home, "SELECT outcome, exit_code FROM job_runs ORDER BY id")
    assert outcomes == [("interrupted", None), ("ok", 0)]
    assert crawls(home) == {"backan": 1, "haugiang": 1, "travinh": 2, "yenbai": 1}


@pytest.mark.slow
def test_stopped_service_stops_its_batch(home: Path, replay: Path, go: Path) -> None:
    process = start(HERE / "scheduler_over_replay.py", home, replay, *SITES)
    until(lambda: run_of(home, "travinh"))
    process.terminate()
    time.sleep(0.5)
    go.touch()
    ended(process)
    assert rows(home, "SELECT outcome, exit_code FROM job_runs") == [("stopped", 130)]
    assert rows(home, "SELECT state FROM runs WHERE site = 'travinh'") == [("finished",)]
    (row,) = [
        row
        for line in ended(tinwatch("schedule", "--json", "--home", home)).splitlines()
        if (row := json.loads(line))["job"] == "night"
    ]
    assert (row["outcome"], row["exit_code"], row["watched"]) == ("stopped", 130, False)


class Reader(threading.Thread):
    """Read as fast as possible, with the default lock timeout of Python's sqlite3.

    Whoever waits for nothing (the sqlite3 shell) is turned away now and then by SQLite 3.40: each
    connection that closes, in whatever process, holds the lock of new readers for microseconds.
    """

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.home = home
        self.done = threading.Event()
        self.errors: list[str] = []
        self.reads = 0

    def run(self) -> None:
        while not self.done.is_set():
            try:
                state(self.home, PYTHON_WAITS)
                self.reads += 1
            except sqlite3.Error as error:
                self.errors.append(f"{error.sqlite_errorname}: {error}")


@pytest.mark.slow
def test_service_manual_crawl_and_reader_share_a_home(
    home: Path, replay: Path, undisturbed: dict[str, list[Any]]
) -> None:
    settle(home, sites_at_once=3)
    watch = start(HERE / "scheduler_over_replay.py", home, replay, *SITES[:3])
    until(lambda: (home / "locks" / "_night.lock").exists())
    reader = Reader(home)
    reader.start()
    output = ended(tinwatch("crawl", SITES[3], "--replay", replay, "--home", home))
    until(lambda: rows(home, "SELECT 1 FROM job_runs WHERE outcome IS NOT NULL"))
    reader.done.set()
    reader.join()
    watch.terminate()
    output += ended(watch) + (home / "log" / "tinwatch.log").read_text("utf-8")
    assert rows(home, "SELECT outcome FROM job_runs") == [("ok",)]
    assert "locked" not in output
    assert reader.errors == []
    assert reader.reads > 10
    assert state(home) == undisturbed


@pytest.mark.slow
def test_watch_command_runs_until_stopped(home: Path) -> None:
    process = tinwatch("watch", "--home", home)
    until(lambda: (home / "log" / "tinwatch.log").exists())
    until(lambda: "Scheduler started" in (home / "log" / "tinwatch.log").read_text("utf-8"))
    output = ended(tinwatch("watch", "--home", home), code=3)
    assert f"process {process.pid} already runs watch on" in " ".join(output.split())
    shown = ended(tinwatch("schedule", "--home", home))
    assert "the service is not running" not in shown
    process.terminate()
    assert "service stopped" in ended(process)
    assert "the service is not running" in ended(tinwatch("schedule", "--home", home))


# One process


def ran(script: str, limit: float = 60, *, stop_after: float | None = None) -> ProcessResult:
    async def play() -> ProcessResult:
        stop = asyncio.Event()
        if stop_after is not None:
            asyncio.get_running_loop().call_later(stop_after, stop.set)
        return await run_process(
            [sys.executable, "-c", script], timedelta(seconds=limit), stop,
            grace=timedelta(seconds=1),
        )  # fmt: skip

    return asyncio.run(play())


DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def test_process_result_has_exit_code_and_last_error_line() -> None:
    end = ran("import sys; print('a\\nb', file=sys.stderr); sys.exit(3)")
    assert end == ProcessResult(3, "", "b")
    assert end.reason == Reason(BatchReason.EXIT_CODE_SAID, exit_code=3, stderr="b")


def test_process_over_the_time_limit_is_terminated() -> None:
    end = ran("import time; time.sleep(60)", 0.5)
    assert (end.exit_code, end.stop_cause) == (-signal.SIGTERM, StopCause.TIME_LIMIT)
    assert end.reason == Reason(BatchReason.KILLED, signal=15)


def test_process_that_ignores_sigterm_is_killed() -> None:
    end = ran(DEAF, stop_after=1.0)
    assert (end.exit_code, end.stop_cause) == (-signal.SIGKILL, StopCause.STOPPED)
