"""A command's cost while it runs: time, CPU time and memory of it and of all that it starts."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# The server from which crawls are forked imports nights.one_site before it is told our sys.path.
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
CPU_SECONDS = 0.02  # between two looks
MEMORY_LOOKS = 10  # every so many of them


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
    before = _ticks([os.getpid()], itself=False)
    began = time.monotonic()
    with log.open("ab") as out:
        started = [
            subprocess.Popen(command, cwd=cwd, stdout=out, stderr=out, env=ENVIRONMENT)
            for command in commands
        ]
        done = threading.Event()
        watcher = threading.Thread(target=_watch, args=(os.getpid(), before, cost, done))
        watcher.start()
        cost.code = max(abs(process.wait()) for process in started)
        cost.seconds = time.monotonic() - began
        done.set()
        watcher.join()
    return cost


def _watch(root: int, before: int, cost: Cost, done: threading.Event) -> None:
    """A process that ends adds its time to its parent's children, so that none of it is missed."""
    looks = 0
    while not done.wait(CPU_SECONDS):
        below = descendants(root)
        used = _ticks([root], itself=False) + _ticks(below) - before
        cost.cpu = max(cost.cpu, used / TICKS)
        if looks % MEMORY_LOOKS == 0:
            cost.shared_once = max(cost.shared_once, sum(map(_shared_once, below)))
            cost.resident = max(cost.resident, sum(map(_resident, below)))
        looks += 1


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


def _ticks(pids: list[int], *, itself: bool = True) -> int:
    """Time in user and kernel mode, of the processes and of those of their children that ended."""
    first = 11 if itself else 13
    return sum(int(value) for pid in pids for value in _stat(pid)[first:15])


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
