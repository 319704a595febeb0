"""Run a command in its own process, with a time limit and a graceful stop."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from schedules.batch import parent_death as lifeline
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason

TERMINATION_GRACE = timedelta(seconds=120)  # between SIGTERM and SIGKILL
MAX_LINE_BYTES = 1_000_000


class StopCause(StrEnum):
    """Why a process was stopped before it ended by itself."""

    STOPPED = "stopped"  # the service was stopped, or somebody pressed Ctrl-C
    TIME_LIMIT = "time_limit"


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """How a process ended.

    Attributes:
        exit_code: as in subprocess: a negative number is the signal that killed the process
        stdout: what the function of a forked process returned; "" for a command
        last_error_line: the last line of its standard error
        stop_cause: why it was stopped; None if it ended by itself
    """

    exit_code: int
    stdout: str
    last_error_line: str
    stop_cause: StopCause | None = None

    @property
    def reason(self) -> Reason:
        """Its exit code or signal, and the last line of its standard error."""
        code, line = self.exit_code, self.last_error_line
        if code < 0:
            if line:
                return Reason(BatchReason.KILLED_SAID, signal=-code, stderr=line)
            return Reason(BatchReason.KILLED, signal=-code)
        if line:
            return Reason(BatchReason.EXIT_CODE_SAID, exit_code=code, stderr=line)
        return Reason(BatchReason.EXIT_CODE, exit_code=code)


async def run_process(
    command: list[str],
    limit: timedelta,
    stop: asyncio.Event,
    *,
    grace: timedelta = TERMINATION_GRACE,
) -> ProcessResult:
    """Run a command to completion.

    If `stop` is set or the limit is exceeded, the process gets SIGTERM, and SIGKILL after `grace`.
    It gets its own session, so that Ctrl-C on a terminal reaches only this process.
    """
    process = await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stderr=PIPE,
        env=lifeline.child_environment(), start_new_session=True, limit=MAX_LINE_BYTES,
    )  # fmt: skip
    last_line = asyncio.create_task(_last_line(process))
    cause: StopCause | None = None
    try:
        cause = await wait_for_end(process.wait(), limit, stop)
        if cause is not None:
            await _terminate(process, grace)
    finally:
        if process.returncode is None:
            process.kill()
    return ProcessResult(await process.wait(), "", await last_line, cause)


async def wait_for_end(
    end: Coroutine[Any, Any, object], limit: timedelta, stop: asyncio.Event
) -> StopCause | None:
    """Wait for the end of a process; return why it must be stopped if it does not end by itself."""
    ended, stopped = asyncio.create_task(end), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait(
            {ended, stopped},
            timeout=limit.total_seconds(),
            return_when=asyncio.FIRST_COMPLETED,
        )
        if ended.done():
            return None
        return StopCause.STOPPED if stopped.done() else StopCause.TIME_LIMIT
    finally:
        ended.cancel()
        stopped.cancel()


async def _terminate(process: Process, grace: timedelta) -> None:
    try:
        process.terminate()
        await asyncio.wait_for(process.wait(), grace.total_seconds())
    except ProcessLookupError:
        return
    except TimeoutError:
        process.kill()
        await process.wait()  # a second kill() now would take its exit code from asyncio


async def _last_line(process: Process) -> str:
    """Forward its standard error to ours; return the last line that is not empty."""
    assert process.stderr is not None
    last = ""
    async for line in process.stderr:
        text = line.decode("utf-8", "replace")
        sys.stderr.write(text)
        last = text.strip() or last
    return last
