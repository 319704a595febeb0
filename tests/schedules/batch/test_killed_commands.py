"""Every command that writes may be killed at any step: the next one completes it, nothing is left.

A step is a statement to SQLite, or a call that opens, renames, deletes or flushes a file. A process
counts its steps and kills itself at one of them, or up to some milliseconds later. TINWATCH_KILLS
sets the number of kills, TINWATCH_SEED the random choice.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from storage.home import open_home
from storage.verify import verify
from tests.schedules.alerts.conftest import Service
from tests.schedules.batch.test_killed_batches import check_archive, rows, state
from tinwatch.demo import sample_sites
from tinwatch.demo.sample_sites import Page

KILLS = int(os.environ.get("TINWATCH_KILLS", "300"))
SEED = int(os.environ.get("TINWATCH_SEED", "1"))
SITES = ("backan", "haugiang")
HELD_SITE, HELD_RUN = "travinh", 4  # its second night: one text was inserted into all articles
TIME_LIMIT = 300
EVENTS = (
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.truncate",
    "sqlite3.connect",
)
COMMANDS = {  # {place}: a folder beside the home
    "nightly": "nightly backan haugiang --replay {place}/night.warc.gz",
    "import": "import --site haugiang {place}/import.warc.gz",
    "reparse": "reparse haugiang backan",
    "prune": "prune",
    "backup": "backup -o {place}/out/b.tar",
    "rebuild": "rebuild --from {home} --home {place}/out/rebuilt",
    "export": "export csv -o {place}/out/a.csv",
    "sqlite": "export sqlite -o {place}/out/a.db",
    "dataset": "dataset name --author Archive -o {place}/out/dataset",
    "recluster": "recluster",
    "reindex": "reindex",
    "pin": "pin 1",
    "restore": "restore {place}/first.tar --home {place}/out/restored",
    "evidence": "evidence 1 -o {place}/out/evidence",
    "publish-run": f"publish-run {HELD_RUN}",
    "retract-run": f"retract-run {HELD_RUN}",
    "alert": "alert",
}
DECISIONS = ("publish-run", "retract-run")
ALREADY_DECIDED = 2


def count_steps(step: Callable[[], None]) -> None:
    """Call `step` at each step of this process."""
    connect, fsync = sqlite3.connect, os.fsync

    def traced(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection = connect(*args, **kwargs)
        connection.set_trace_callback(lambda _: step())
        return connection

    def flushed(descriptor: int) -> None:
        step()
        fsync(descriptor)

    sqlite3.connect, os.fsync = traced, flushed
    sys.addaudithook(lambda event, args: step() if _writes(event, args) else None)


def _writes(event: str, args: tuple[Any, ...]) -> bool:
    return event in EVENTS and (event != "open" or any(c in str(args[1]) for c in "wax+"))


def run_command(arguments: list[str], kill_at: int, delay: float, steps: Any) -> None:
    """Run a command in this process, which has been forked for it."""
    from tinwatch.commands.app import main

    os.setsid()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)

    def step() -> None:
        steps.value += 1
        if steps.value == kill_at:
            if delay:
                threading.Thread(target=later, daemon=True).start()
            else:
                os.kill(os.getpid(), signal.SIGKILL)

    def later() -> None:
        time.sleep(delay)
        os.kill(os.getpid(), signal.SIGKILL)

    count_steps(step)
    sys.argv = ["tinwatch", *arguments]
    main()


def call(arguments: list[str], kill_at: int = 0, delay: float = 0.0) -> tuple[int, int]:
    """Run a command in a process of its own. Return its exit code and its number of steps."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tinwatch.commands.app", "tinwatch.commands.crawl"])
    steps = context.Value("i", 0, lock=False)
    process: multiprocessing.process.BaseProcess = context.Process(
        target=run_command, args=(arguments, kill_at, delay, steps)
    )
    process.start()
    process.join(TIME_LIMIT)
    assert process.exitcode is not None, arguments
    return process.exitcode, int(steps.value)


def arguments_of(command: str, home: Path) -> list[str]:
    words = COMMANDS[command].format(place=home.parent, home=home).split()
    return words if "--home" in words else [*words, "--home", str(home)]


def contents(folder: Path) -> list[str]:
    """Names of all files, but of those that may be there or not."""
    names = (str(f.relative_to(folder)) for f in folder.rglob("*"))
    return sorted(n for n in names if not n.endswith((".lock", ".log", "-wal", "-shm", "/log")))


@pytest.fixture(scope="module")
def webhook() -> Iterator[Service]:
    server = Service()
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, webhook: Service) -> Path:
    """A folder with a home that has a held run and an alert to send, and what commands read."""
    folder = tmp_path_factory.mktemp("start")
    first, second = (sample_sites.pack(n, folder, only=list(SITES)) for n in (1, 2))
    home = folder / "home"
    crawl(home, HELD_SITE, sample_sites.pack(1, folder / "held", only=[HELD_SITE]))
    subscription = f'[[subscription]]\nname = "đội"\nto = ["{webhook.address()}"]\n'
    (home / "alerts.toml").write_text(subscription, "utf-8")
    settings = f'keep_listings_days = 1\nallow_private_hosts = ["{webhook.host}"]\n'
    (home / "settings.toml").write_text(settings, "utf-8")
    succeed(["alert", "--home", str(home)])  # events from now on are reported
    for site in SITES:
        crawl(home, site, first)
    crawl_held_run(home, folder / "held")
    shutil.copy(first, folder / "import.warc.gz")
    shutil.move(second, folder / "night.warc.gz")
    succeed(["backup", "-o", str(folder / "first.tar"), "--home", str(home)])
    (folder / "out").mkdir()
    return folder


def succeed(arguments: list[str]) -> None:
    assert call(arguments)[0] == 0, arguments


def crawl(home: Path, site: str, file: Path) -> None:
    succeed(["nightly", site, "--replay", str(file), "--home", str(home)])


def crawl_held_run(home: Path, folder: Path) -> None:
    pages = sample_sites.pages

    def with_inserted_text(site: str, batch: int) -> Iterator[Page]:
        for page in pages(site, batch):
            body = page.body.replace(b"</p>", " Nước đã về ruộng.</p>".encode())
            yield replace(page, body=body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample_sites, "pages", with_inserted_text)
        second = sample_sites.pack(2, folder, only=[HELD_SITE])
    call(["nightly", HELD_SITE, "--recheck", "all", "--replay", str(second), "--home", str(home)])
    held = rows(home, "SELECT id, site FROM runs WHERE verdict = 'held'")
    assert held == [(HELD_RUN, HELD_SITE)]
    assert rows(home, "SELECT count(*) > 3 FROM pending_events") == [(1,)]


@pytest.fixture(scope="module")
def undisturbed(
    start: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[Path, int]]:
    """Command -> the folder after it ran, and its number of steps."""

    @cache
    def run(command: str) -> tuple[Path, int]:
        folder = Path(shutil.copytree(start, tmp_path_factory.mktemp(command) / "undisturbed"))
        code, steps = call(arguments_of(command, folder / "home"))
        assert code == 0, command
        return folder, steps

    return run


def kills() -> list[tuple[str, float, float]]:
    """Command, share of its steps after which it is killed, delay in seconds."""
    choice = random.Random(SEED)
    return [
        (command, choice.random(), choice.choice([0, choice.random() / 100]))
        for command in islice(cycle(COMMANDS), KILLS)
    ]


@pytest.mark.parametrize(("command", "share", "delay"), kills())
def test_killed_command_is_completed_by_the_next(
    command: str, share: float, delay: float, start: Path,
    undisturbed: Callable[[str], tuple[Path, int]], tmp_path: Path,
) -> None:  # fmt: skip
    expected, steps = undisturbed(command)
    folder = Path(shutil.copytree(start, tmp_path / "killed"))
    home = folder / "home"
    code, _ = call(arguments_of(command, home), 1 + int(share * steps), delay)
    assert code in (-signal.SIGKILL, 0)
    if code:
        for output in (folder / "out").glob("[!.]*"):  # no command writes over another's output
            shutil.rmtree(output) if output.is_dir() else output.unlink()
        repeated, _ = call(arguments_of(command, home))
        assert repeated == 0 or (repeated == ALREADY_DECIDED and command in DECISIONS)
    assert state(home) == state(expected / "home")
    check_archive(home)
    assert contents(folder) == contents(expected)
    with closing(sqlite3.connect(home / "tinwatch.db")) as db:
        assert db.execute("SELECT count(*) FROM runs WHERE state = 'running'").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM prunings WHERE state = 'begun'").fetchone() == (0,)
    with closing(open_home(home).database()) as database:
        assert verify(home / "captures", database).problems == []
