"""SIGINT and SIGTERM as an asyncio event."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run_until_stopped(main: Callable[[asyncio.Event], Coroutine[Any, Any, T]]) -> T:
    """Run `main` with an event that the first signal sets; a second signal ends the process."""

    async def watched() -> T:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def first() -> None:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
            stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, first)
        return await main(stop)

    return asyncio.run(watched())
