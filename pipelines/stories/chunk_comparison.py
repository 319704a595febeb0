"""Comparison of the texts of a chunk of article pairs: the task of `tinwatch bulk stories`.

A chunk is a file in the dataset with the texts and the candidates of some articles. Its comparison
is a pure function of the file and of the stock phrases that were known when it was started.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pipelines.stories.sentences import ShingledText, shingle_text
from pipelines.stories.stock_phrases import stock_phrase_shingles
from pipelines.stories.text_reuse import TextReuse, measure_reuse
from storage.bulk.dataset import DatasetFolder
from storage.bulk.story_join import text_of
from storage.extras import optional_extra
from storage.models import Article

with optional_extra("bulk"):
    import pyarrow as pa
    import pyarrow.parquet as pq

MAX_CACHED_TEXTS = 2000  # some 100 kB each with their shingles


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a task is given. `name`: of its file in the dataset; `stock`: min_shingles."""

    number: int
    folder: str
    name: str
    stock: frozenset[int]


@dataclass(slots=True)
class ChunkComparison:
    """What the texts of a chunk share.

    Attributes:
        reuse: of (article, candidate)
        min_shingles: article -> those of its sentences
    """

    reuse: dict[tuple[int, int], TextReuse] = field(default_factory=dict)
    min_shingles: dict[int, frozenset[int]] = field(default_factory=dict)


NOT_COMPARED = ChunkComparison()
Compare = Callable[[Iterable[Chunk]], Iterator[tuple[Chunk, ChunkComparison]]]


def compare_here(chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, ChunkComparison]]:
    """Compare chunks in this process, one after the other: a Compare."""
    for chunk in chunks:
        yield chunk, compare_chunk(chunk)


def write_chunk(
    dataset: DatasetFolder, name: str, texts: pa.Table, candidates: dict[int, list[int]]
) -> None:
    of_rows = [candidates.get(number) for number in texts.column("n").to_pylist()]
    table = texts.append_column("candidates", pa.array(of_rows, pa.list_(pa.int32())))
    output = io.BytesIO()
    pq.write_table(table, output, compression="zstd")
    dataset.write(name, output.getvalue())


def records_of(texts: pa.Table) -> dict[int, Article]:
    """Return the texts of a chunk as records, by the numbers of the articles."""
    columns = (texts.column(name).to_pylist() for name in ("n", "lead", "body"))
    return {number: text_of(lead, body) for number, lead, body in zip(*columns, strict=True)}


def compare_chunk(chunk: Chunk) -> ChunkComparison:
    """Compare the articles of a chunk with their candidates. Raise OSError."""
    table = DatasetFolder(chunk.folder).read_table(chunk.name)
    records = records_of(table)

    @lru_cache(MAX_CACHED_TEXTS)
    def text(number: int) -> ShingledText:
        return shingle_text(records[number], stock_phrase_shingles())

    found = ChunkComparison()
    pairs: list[Any] = [table.column(name).to_pylist() for name in ("n", "candidates")]
    for number, candidates in zip(*pairs, strict=True):
        for other in candidates or ():
            shared = measure_reuse(text(number), text(other), chunk.stock)
            found.reuse[number, other] = shared
            for one in (number, other):
                if one not in found.min_shingles:
                    found.min_shingles[one] = frozenset(text(one).sketch.min_shingles)
    return found
