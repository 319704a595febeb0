"""A forked process returns its result, or reports how it ended."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from schedules.batch.fork_server import ForkServer, Target
from schedules.batch.processes import ProcessResult, StopCause
from storage.messages.reasons_batch import BatchReason
from storage.reasons import Reason

LONG = timedelta(seconds=120)
ROOT = Path(__file__).parents[3]


def shout(word: str) -> str:
    return f"{word.upper()} {os.getpid()} {os.getsid(0)}"


def break_down(word: str) -> str:
    raise ValueError(word)


def die(word: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return word


def sleep(word: str) -> str:
    time.sleep(600)
    return word


@pytest.fixture(scope="module")
def server() -> ForkServer:
    return ForkServer([])


def run(
    server: ForkServer, target: Target, limit: timedelta = LONG, *, stopped: bool = False
) -> ProcessResult:
    async def main() -> ProcessResult:
        stop = asyncio.Event()
        if stopped:
            stop.set()
        return await server.run(target, ["một"], limit, stop)

    return asyncio.run(main())


def test_forked_process_returns_the_result(server: ForkServer) -> None:
    ended = run(server, shout)
    word, process, session = ended.stdout.split()
    assert (ended.exit_code, word) == (0, "MỘT")
    assert int(process) == int(session) != os.getpid()


def test_forked_process_reports_an_exception(server: ForkServer) -> None:
    code = BatchReason.EXIT_CODE_SAID
    expected = Reason(code, exit_code=1, stderr="ValueError: một")
    assert run(server, break_down).reason == expected


def test_forked_process_reports_the_signal(server: ForkServer) -> None:
    assert run(server, die).reason == Reason(BatchReason.KILLED, signal=9)


def test_forked_process_is_terminated_after_the_time_limit(server: ForkServer) -> None:
    ended = run(server, sleep, timedelta(seconds=0.2))
    assert (ended.stop_cause, ended.exit_code) == (StopCause.TIME_LIMIT, -signal.SIGTERM)


def test_forked_process_is_stopped(server: ForkServer) -> None:
    assert run(server, sleep, stopped=True).stop_cause == StopCause.STOPPED
