"""Run a function in a process forked from a server that has already imported what it needs.

A new Python process takes one or two seconds to import Scrapy and the sites, as long as the whole
crawl of a small site. A fork takes milliseconds and shares the memory of the imports. The process
is still isolated: it may crash, hang or be killed without affecting others.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from schedules.batch.parent_death import exit_when_closed
from schedules.batch.processes import (
    TERMINATION_GRACE,
    ProcessResult,
    StopCause,
    wait_for_end,
)

Target = Callable[..., str]


class ForkServer:
    """Starts processes from one fork server, which exits with this process.

    imports: modules that the server imports before it forks
    """

    def __init__(self, imports: list[str]) -> None:
        self.context = get_context("forkserver")
        # With "__main__", the server runs the program's main file once, not each process again.
        self.context.set_forkserver_preload(["__main__", *imports])

    async def run(
        self, target: Target, arguments: list[str], limit: timedelta, stop: asyncio.Event
    ) -> ProcessResult:
        """Call target(*arguments) in a new process; its return value becomes `stdout`.

        If `stop` is set or the limit is exceeded, the process gets SIGTERM and later SIGKILL.
        """
        receiver, sender = self.context.Pipe(duplex=False)
        lifeline, write_end = self.context.Pipe(duplex=False)
        process = self.context.Process(
            target=_child, args=(lifeline, sender, target, arguments), daemon=True
        )
        await asyncio.to_thread(process.start)  # the first one waits for the server's imports
        sender.close()
        lifeline.close()
        try:
            cause = await _wait(process, limit, stop)
            if cause is not None:
                await _terminate(process)
            returned, error = _received(receiver)
            return ProcessResult(process.exitcode or 0, returned, error, cause)
        finally:
            if process.is_alive():
                process.kill()
            write_end.close()
            receiver.close()


def _child(lifeline: Connection, sender: Connection, target: Target, arguments: list[str]) -> None:
    """Run the target in the new process.

    It gets its own session, so that Ctrl-C on a terminal reaches only the parent.
    """
    os.setsid()
    exit_when_closed(lifeline.fileno())
    try:
        sender.send((target(*arguments), ""))
    except Exception as error:
        sender.send(("", f"{type(error).__name__}: {error}"))
        raise


def _received(receiver: Connection) -> tuple[str, str]:
    """What the target returned, and its error; both empty if the process sent nothing."""
    try:
        message: tuple[str, str] = receiver.recv() if receiver.poll() else ("", "")
    except EOFError:
        message = ("", "")
    return message


async def _wait(process: Any, limit: timedelta, stop: asyncio.Event) -> StopCause | None:
    """Wait until the process ends; return why it must be stopped if it does not end by itself."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(process.sentinel, ended.set)
    try:
        cause = await wait_for_end(ended.wait(), limit, stop)
    finally:
        loop.remove_reader(process.sentinel)
    if cause is None:
        process.join()
    return cause


async def _terminate(process: Any, grace: timedelta = TERMINATION_GRACE) -> None:
    process.terminate()
    await _wait(process, grace, asyncio.Event())
    if process.is_alive():
        process.kill()
    await asyncio.to_thread(process.join)
