"""Running a command as a process of its own: within a time limit, and stopped in good order."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from schedules.batch import parent_death as lifeline
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason

PATIENCE = timedelta(seconds=120)  # what a process may take to end in good order
LONGEST_LINE = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """`code` as subprocess gives it: below 0 it was killed by that signal. `last`: of stderr."""

    code: int
    out: str
    last: str
    why: Literal["", "stopped", "time limit"] = ""

    @property
    def reason(self) -> Reason:
        """How it ended: its exit code or signal, and the last line of its standard error."""
        if self.code < 0:
            if self.last:
                return Reason(BatchReason.KILLED_SAID, signal=-self.code, stderr=self.last)
            return Reason(BatchReason.KILLED, signal=-self.code)
        if self.last:
            return Reason(BatchReason.EXIT_CODE_SAID, exit_code=self.code, stderr=self.last)
        return Reason(BatchReason.EXIT_CODE, exit_code=self.code)


async def run_process(
    command: list[str],
    limit: timedelta,
    stop: asyncio.Event,
    *,
    keep_output: bool = False,
    patience: timedelta = PATIENCE,
) -> Ended:
    """Runs it to its end. SIGTERM where `stop` is set or the limit is over; later SIGKILL.

    A session of its own: Ctrl-C on a terminal reaches only us, and it hears of it once.
    keep_output: its standard output is returned; else it goes where ours goes.
    """
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE if keep_output else None, stderr=PIPE,
        env=lifeline.environment(), start_new_session=True, limit=LONGEST_LINE,
    )  # fmt: skip
    streams = asyncio.gather(_output(process), _last_line(process))
    why = ""
    try:
        why = await _wait(process, limit, stop)
        if why:
            await _end(process, patience)
    finally:
        if process.returncode is None:
            process.kill()
    out, last = await streams
    code = await process.wait()
    return Ended(code, out, last, why)  # type: ignore[arg-type]


async def _wait(process: Process, limit: timedelta, stop: asyncio.Event) -> str:
    """Until it ends, is to be stopped or has had its time; says which of the two last."""
    ended = asyncio.create_task(process.wait())
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait(
            {ended, stopped},
            timeout=limit.total_seconds(),
            return_when=asyncio.FIRST_COMPLETED,
        )
        if ended.done():
            return ""
        return "stopped" if stopped.done() else "time limit"
    finally:
        ended.cancel()
        stopped.cancel()


async def _end(process: Process, patience: timedelta) -> None:
    try:
        process.terminate()
        await asyncio.wait_for(process.wait(), patience.total_seconds())
    except ProcessLookupError:
        return
    except TimeoutError:
        process.kill()
        await process.wait()  # a second kill() now would take its exit code from asyncio


async def _output(process: Process) -> str:
    if process.stdout is None:
        return ""
    return (await process.stdout.read()).decode("utf-8", "replace")


async def _last_line(process: Process) -> str:
    """Hands on what it says on standard error, and keeps the last line."""
    assert process.stderr is not None
    last = ""
    async for line in process.stderr:
        text = line.decode("utf-8", "replace")
        sys.stderr.write(text)
        last = text.strip() or last
    return last
