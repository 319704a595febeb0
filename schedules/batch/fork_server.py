"""Running a function in a process that is forked from a server which has imported all it needs.

A new Python takes a second or two to import Scrapy and the sites, as long as a small site's
whole crawl; a fork takes milliseconds, and shares the memory of what was imported. The process
is no less on its own for it: it may crash, hang or be killed without harm to another.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from schedules.batch.processes import PATIENCE, Ended

Target = Callable[..., str]


class Forking:
    """Starts processes from one server, which ends with us. `imports`: modules it begins with."""

    def __init__(self, imports: list[str]) -> None:
        self.context = get_context("forkserver")
        self.context.set_forkserver_preload(imports)

    async def run(
        self, target: Target, words: list[str], limit: timedelta, stop: asyncio.Event
    ) -> Ended:
        """Calls target(*words) there and gives the text that it returns as `out`.

        SIGTERM where `stop` is set or the limit is over; later SIGKILL.
        """
        told, tell = self.context.Pipe(duplex=False)
        lifeline, held = self.context.Pipe(duplex=False)
        process = self.context.Process(
            target=_begin, args=(lifeline, tell, target, words), daemon=True
        )
        await asyncio.to_thread(process.start)  # the first one waits for the server's imports
        tell.close()
        lifeline.close()
        try:
            why = await _wait(process, limit, stop)
            if why:
                await _end(process)
            out, last = _said(told)
            return Ended(process.exitcode or 0, out, last, why)  # type: ignore[arg-type]
        finally:
            if process.is_alive():
                process.kill()
            held.close()
            told.close()


def _begin(lifeline: Connection, tell: Connection, target: Target, words: list[str]) -> None:
    """In the new process. A session of its own: Ctrl-C on a terminal reaches only the night."""
    os.setsid()
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    try:
        tell.send((target(*words), ""))
    except Exception as error:
        tell.send(("", f"{type(error).__name__}: {error}"))
        raise


def _end_with_parent(lifeline: Connection) -> None:
    """The night holds the other end and never writes; when it dies, however, this returns."""
    lifeline.poll(None)
    os.kill(os.getpid(), signal.SIGTERM)


def _said(told: Connection) -> tuple[str, str]:
    try:
        found: tuple[str, str] = told.recv() if told.poll() else ("", "")
    except EOFError:  # it ended without a word
        found = ("", "")
    return found


async def _wait(process: Any, limit: timedelta, stop: asyncio.Event) -> str:
    """Until it ends, is to be stopped or has had its time; says which of the two last."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(process.sentinel, ended.set)
    waits = [asyncio.create_task(event.wait()) for event in (ended, stop)]
    try:
        await asyncio.wait(
            waits, timeout=limit.total_seconds(), return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        loop.remove_reader(process.sentinel)
        for wait in waits:
            wait.cancel()
    if ended.is_set():
        process.join()
        return ""
    return "stopped" if stop.is_set() else "time limit"


async def _end(process: Any, patience: timedelta = PATIENCE) -> None:
    process.terminate()
    await _wait(process, patience, asyncio.Event())
    if process.is_alive():
        process.kill()
    await asyncio.to_thread(process.join)
