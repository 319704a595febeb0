"""A process that is forked says what it found, or how it ended, whatever becomes of it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from schedules.batch.fork_server import Forking, Target
from schedules.batch.processes import Ended

LONG = timedelta(seconds=120)
ROOT = Path(__file__).parents[2]


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
def forking() -> Forking:
    return Forking([])


def run(
    forking: Forking, target: Target, limit: timedelta = LONG, *, stopped: bool = False
) -> Ended:
    async def main() -> Ended:
        stop = asyncio.Event()
        if stopped:
            stop.set()
        return await forking.run(target, ["một"], limit, stop)

    return asyncio.run(main())


def test_it_gives_what_the_function_returns(forking: Forking) -> None:
    ended = run(forking, shout)
    word, process, session = ended.out.split()
    assert (ended.code, word) == (0, "MỘT")
    assert int(process) == int(session) != os.getpid()


def test_it_says_what_broke(forking: Forking) -> None:
    assert run(forking, break_down).said == "exit code 1: ValueError: một"


def test_it_says_what_killed_it(forking: Forking) -> None:
    assert run(forking, die).said == "was killed by signal 9"


def test_it_is_ended_after_its_time(forking: Forking) -> None:
    ended = run(forking, sleep, timedelta(seconds=0.2))
    assert (ended.why, ended.code) == ("time limit", -signal.SIGTERM)


def test_it_is_stopped(forking: Forking) -> None:
    assert run(forking, sleep, stopped=True).why == "stopped"
