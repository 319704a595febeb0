"""A command's cost while it runs: time, CPU time and memory of it and of all that it starts."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
# The server from which crawls are forked imports nights.one_site before it is told our sys.path.
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
LOOK_SECONDS = 0.3  # between two looks at memory, which take a few milliseconds themselves
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


@dataclass(slots=True)
class Cost:
    """`seconds` on the clock, `cpu` of all processes, memory in bytes at its highest.

    `shared_once` counts memory that processes share once (PSS), `resident` for each (RSS).
    """

    seconds: float = 0.0
    cpu: float = 0.0
    shared_once: int = 0
    resident: int = 0
    code: int = 0

    def and_then(self, other: Cost) -> Cost:
        """Of both, one after the other."""
        return Cost(
            self.seconds + other.seconds,
            self.cpu + other.cpu,
            max(self.shared_once, other.shared_once),
            max(self.resident, other.resident),
        )

    def without(self, part: Cost) -> Cost:
        """Less the time of a part of it."""
        return replace(self, seconds=self.seconds - part.seconds, cpu=self.cpu - part.cpu)


def run(commands: list[list[str]], cwd: Path, log: Path) -> Cost:
    """Runs the commands side by side and watches them. Their output goes to `log`."""
    cost = Cost()
    _adopt_orphans()
    before = _cpu_of_the_ended()
    began = time.monotonic()
    with log.open("ab") as out:
        started = [
            subprocess.Popen(command, cwd=cwd, stdout=out, stderr=out, env=ENVIRONMENT)
            for command in commands
        ]
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(os.getpid(), cost, done))
        watcher.start()
        cost.code = max(abs(process.wait()) for process in started)
        cost.seconds = time.monotonic() - began
        done.set()
        watcher.join()
    _wait_for_orphans()
    cost.cpu = _cpu_of_the_ended() - before
    return cost


def _adopt_orphans() -> None:
    """What a command leaves behind when it ends becomes our child, so that its time is counted."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def _wait_for_orphans() -> None:
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _cpu_of_the_ended() -> float:
    """Seconds of all that ended below us: who waits for a process is given its time."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(root: int, cost: Cost, done: threading.Event) -> None:
    while not done.wait(LOOK_SECONDS):
        below = descendants(root)
        cost.shared_once = max(cost.shared_once, sum(map(_shared_once, below)))
        cost.resident = max(cost.resident, sum(map(_resident, below)))


def descendants(root: int) -> list[int]:
    """Process ids below `root`, without it."""
    parents: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, left = [], [root]
    while left:
        below = parents.get(left.pop(), [])
        found += below
        left += below
    return found


def _stat(pid: int) -> list[str]:
    """The fields behind the name in /proc/PID/stat: state, parent, ...; empty where it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _resident(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[21]) * PAGE if fields else 0


def _shared_once(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    line = next((one for one in text.splitlines() if one.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) * 1024
