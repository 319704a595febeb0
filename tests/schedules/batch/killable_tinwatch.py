"""The command `tinwatch` in a process that is killed, or runs out of disk, at a chosen moment.

    python killable_tinwatch.py MOMENT NUMBER ARGUMENT...

MOMENT: batch (after the NUMBERth committed batch), write (in the middle of the NUMBERth WARC
record), publish (in the publishing transaction, before the NUMBERth run), full (no file may grow
beyond NUMBER bytes), full-captures (no WARC file may), slow (NUMBER milliseconds at every page),
hold (before the first page is recorded, until the file that the environment names as HOLD is
there), never. Small batches, so that there are many moments to die at.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pipelines.recording.recorder
import schedules.publishing.publish
import storage.archive.writer
import tinwatch.commands.app

BATCH_OBSERVATIONS = 4


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after_batch(number: int) -> None:
    flush, done = pipelines.recording.recorder.Recorder.flush, count(1)

    def dying(self: pipelines.recording.recorder.Recorder) -> None:
        had = bool(self._batch)
        flush(self)
        if had and next(done) == number:
            die()

    pipelines.recording.recorder.Recorder.flush = dying  # type: ignore[method-assign]


def in_write(number: int) -> None:
    class HalfWriter:
        """A WARC file whose NUMBERth write stops halfway."""

        def __init__(self, file: Any) -> None:
            self.file = file

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def write(self, data: bytes) -> int:
            if next(written) == number:
                self.file.write(data[: len(data) // 2])
                self.file.flush()
                die()
            return int(self.file.write(data))

    written = count(1)
    opened = storage.archive.writer.CaptureWriter._open

    def half(self: Any, *args: Any) -> Any:
        return HalfWriter(opened(self, *args))

    storage.archive.writer.CaptureWriter._open = half  # type: ignore[method-assign]


def in_publishing(number: int) -> None:
    publish_run, done = schedules.publishing.publish.publish_run, count(1)

    def dying(*args: Any) -> int:
        if next(done) == number:
            die()
        return publish_run(*args)

    schedules.publishing.publish.publish_run = dying  # type: ignore[assignment]


def full(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def full_captures(size: int) -> None:
    append = storage.archive.writer.CaptureWriter._append

    def limited(*args: Any) -> Any:
        full(size)
        try:
            return append(*args)
        finally:
            full(resource.RLIM_INFINITY)

    storage.archive.writer.CaptureWriter._append = limited  # type: ignore[method-assign]


def slow(milliseconds: int) -> None:
    record = pipelines.recording.recorder.Recorder.record

    def waiting(self: Any, observation: Any) -> None:
        time.sleep(milliseconds / 1000)
        record(self, observation)

    pipelines.recording.recorder.Recorder.record = waiting  # type: ignore[method-assign]


def hold(number: int) -> None:
    record, go = pipelines.recording.recorder.Recorder.record, Path(os.environ["HOLD"])

    def waiting(self: Any, observation: Any) -> None:
        while not go.exists():
            time.sleep(0.02)
        record(self, observation)

    pipelines.recording.recorder.Recorder.record = waiting  # type: ignore[method-assign]


MOMENTS: dict[str, Callable[[int], None]] = {
    "batch": after_batch, "write": in_write, "publish": in_publishing, "full": full,
    "full-captures": full_captures, "slow": slow, "hold": hold, "never": lambda number: None,
}  # fmt: skip


if __name__ == "__main__":
    pipelines.recording.recorder.MAX_BATCH_OBSERVATIONS = BATCH_OBSERVATIONS
    MOMENTS[sys.argv[1]](int(sys.argv[2]))
    sys.argv = ["tinwatch", *sys.argv[3:]]
    tinwatch.commands.app.main()
