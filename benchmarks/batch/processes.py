"""Measure commands with all their child processes: time, CPU time and memory."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
BENCHMARKS = Path(__file__).parents[1]
# The fork server imports batch.one_site before it gets our sys.path. The repository's root: without
# it the commands would import an installed tinwatch, not this checkout.
ENVIRONMENT = os.environ | {"PYTHONPATH": f"{BENCHMARKS.parent}{os.pathsep}{BENCHMARKS}"}
MEMORY_SAMPLE_SECONDS = 0.3  # each sample takes a few milliseconds
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


@dataclass(slots=True)
class Cost:
    """The cost of some commands.

    Attributes:
        seconds: wall-clock time
        cpu: CPU seconds of all processes
        pss_bytes: peak memory; memory shared by processes counts once
        rss_bytes: peak memory; shared memory counts for each process
        code: the highest exit code
    """

    seconds: float = 0.0
    cpu: float = 0.0
    pss_bytes: int = 0
    rss_bytes: int = 0
    code: int = 0

    def plus(self, other: Cost) -> Cost:
        """The cost of both, one after the other."""
        return Cost(
            self.seconds + other.seconds,
            self.cpu + other.cpu,
            max(self.pss_bytes, other.pss_bytes),
            max(self.rss_bytes, other.rss_bytes),
        )

    def minus(self, part: Cost) -> Cost:
        """The cost without the time of a part."""
        return replace(self, seconds=self.seconds - part.seconds, cpu=self.cpu - part.cpu)


def run(commands: list[list[str]], cwd: Path, log: Path) -> Cost:
    """Run the commands concurrently and measure them. Their output goes to `log`."""
    cost = Cost()
    _adopt_orphans()
    before = _children_cpu_seconds()
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
    cost.cpu = _children_cpu_seconds() - before
    return cost


def _adopt_orphans() -> None:
    """Make orphaned grandchildren our children, so that their CPU time is counted."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def _wait_for_orphans() -> None:
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children_cpu_seconds() -> float:
    """CPU seconds of all ended descendants that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(root: int, cost: Cost, done: threading.Event) -> None:
    while not done.wait(MEMORY_SAMPLE_SECONDS):
        below = descendants(root)
        cost.pss_bytes = max(cost.pss_bytes, sum(map(_pss_bytes, below)))
        cost.rss_bytes = max(cost.rss_bytes, sum(map(_rss_bytes, below)))


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
    """The fields after the name in /proc/PID/stat: state, parent, ...; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _rss_bytes(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[21]) * PAGE_BYTES if fields else 0


def _pss_bytes(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    line = next((one for one in text.splitlines() if one.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) * 1024
