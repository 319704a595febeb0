"""Work on captures in one process per core, with the results in the order of the work."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import parent_process
from typing import TypeVar

CHUNK_CAPTURES = 50  # that a process works on at a time
MIN_PARALLEL_CHUNKS = 4  # with fewer, starting processes takes longer than the work
CHUNKS_PER_CORE = 4  # that are submitted ahead

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")


def in_processes(function: Callable[[Chunk], Result], chunks: Iterable[Chunk]) -> Iterator[Result]:
    """Yield the result of each chunk. The number of chunks in memory stays bounded."""
    waiting = iter(chunks)
    first = list(islice(waiting, MIN_PARALLEL_CHUNKS))
    cores = len(os.sched_getaffinity(0))
    if len(first) < MIN_PARALLEL_CHUNKS or cores == 1:
        yield from map(function, chain(first, waiting))
        return
    waiting = chain(first, waiting)
    with ProcessPoolExecutor(cores, initializer=_end_with_parent) as workers:
        running = [
            workers.submit(function, chunk) for chunk in islice(waiting, CHUNKS_PER_CORE * cores)
        ]
        while running:
            yield running.pop(0).result()
            running += [workers.submit(function, chunk) for chunk in islice(waiting, 1)]


def _end_with_parent() -> None:
    """End this process when a killed parent does: it would wait for ever, and hold the locks."""

    def wait() -> None:
        parent = parent_process()
        assert parent is not None
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
