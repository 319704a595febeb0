"""The texts of `tinwatch bulk stories`, compared on a Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from crawlers.bulk.extract_piece import OtherRules
from crawlers.bulk.job import MAX_RETRIES, most_at_once, task_result
from pipelines.stories.chunk_comparison import Chunk, ChunkComparison, Compare, compare_chunk
from pipelines.stories.sentences import SHINGLE_RULES_VERSION
from storage.messages.reasons_bulk import BulkReason
from storage.messages.reasons_input import InputError
from storage.reasons import Reason


def compare_on(client: Any) -> Compare:
    """Return a Compare that runs on a cluster, a few chunks for each worker at once.

    It raises InputError for a chunk that could not be compared: there are no stories without it.
    """

    def compare(chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, ChunkComparison]]:
        left = iter(chunks)
        running: deque[tuple[Chunk, Any]] = deque()

        def start() -> None:
            while len(running) < most_at_once(client) and (chunk := next(left, None)) is not None:
                future = client.submit(
                    compare_with, SHINGLE_RULES_VERSION, chunk, retries=MAX_RETRIES, pure=False
                )
                running.append((chunk, future))

        start()
        while running:
            chunk, future = running.popleft()
            comparison = task_result(future)
            if isinstance(comparison, Reason):
                raise InputError(comparison)
            future.release()
            yield chunk, comparison
            start()

    return compare


def compare_with(version: int, chunk: Chunk) -> ChunkComparison:
    """Compare a chunk on a worker. Raise OtherRules if its rules are not those of the client."""
    if version != SHINGLE_RULES_VERSION:
        raise OtherRules(Reason(BulkReason.OTHER_RULES))
    return compare_chunk(chunk)
