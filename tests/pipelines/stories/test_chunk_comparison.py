"""Texts of a dataset are compared in chunks, anywhere: the stories are those of one process."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from distributed import Client

from crawlers.bulk.extract_piece import OtherRules
from crawlers.bulk.story_job import compare_on, compare_with
from pipelines.stories.bulk import FoundStories, cluster_dataset
from pipelines.stories.chunk_comparison import (
    NOT_COMPARED,
    Chunk,
    ChunkComparison,
    Compare,
    compare_chunk,
    compare_here,
)
from pipelines.stories.wide_sketch import wide_sketch
from storage.bulk.dataset import DatasetFolder, TaskWriter
from storage.bulk.story_join import text_of
from storage.bulk.tables import TABLES
from storage.messages.reasons_input import InputError

Compared = Iterator[tuple[Chunk, ChunkComparison]]
SYLLABLES = (
    "ba", "ca", "đa", "hai", "kim", "lan", "mây", "nam", "phong", "quê", "rừng", "sông", "tâm",
    "uyên", "vườn", "xanh", "yên",
)  # fmt: skip
STOCK_EVERY, PER_SITE = 4, 60


def sentence(source: random.Random, length: int = 14) -> str:
    return " ".join(source.choices(SYLLABLES, k=length)).capitalize() + "."


def texts(source: random.Random) -> Iterator[list[str]]:
    """Texts with reprints of earlier ones, and long phrases that many others quote."""
    phrases = [[sentence(source, 40) for _ in range(3)] for _ in range(3)]
    made: list[list[str]] = []
    for number in range(3 * PER_SITE):
        own = [sentence(source) for _ in range(8)]
        if number % 5 == 4:
            earlier = source.choice(made[-30:])
            own = [*earlier[: source.randint(4, 8)], *own[: source.randint(0, 4)]]
        if number % STOCK_EVERY == 1:
            own[2:2] = phrases[number // PER_SITE]
        made.append(own)
        yield own


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    dataset = DatasetFolder(str(folder))
    dataset.begin({})
    writer = TaskWriter(dataset, "made")
    for number, paragraphs in enumerate(texts(random.Random(11)), start=1):
        body = [{"kind": "paragraph", "text": text, "cells": None} for text in paragraphs]
        sketch = wide_sketch(text_of(None, body))
        captured_at = f"2025-03-{number // 24 + 1:02d}T{number % 24:02d}:00:00Z"
        common = {"capture": number, "article": number, "captured_at": captured_at}
        empty = dict.fromkeys(TABLES["articles"].names)
        article = empty | common | {"title": f"Bài {number}", "body": body, "fields": {}}
        site = ("alpha", "beta", "gamma")[number % 3]
        writer.add("articles", site, 2025, article)
        lists = {"shingles": sketch.shingles, "indexed": sketch.indexed}
        writer.add("shingles", site, 2025, common | lists)
    writer.flush()
    return folder


def stories(dataset: Path, compare: Compare) -> tuple[FoundStories, list[object]]:
    found = cluster_dataset(str(dataset), {}, 1, compare)
    assert not (dataset / "_stories").exists()
    files = ("stories.parquet", "story_pairs.parquet")
    return found, [pq.read_table(dataset / name).to_pylist() for name in files]


def one_by_one(chunks: Iterable[Chunk]) -> Compared:
    """No comparison beforehand: the rules as a home applies them, one article after the other."""
    return ((chunk, NOT_COMPARED) for chunk in chunks)


def all_at_once(chunks: Iterable[Chunk]) -> Compared:
    """Every chunk is compared before the first stock phrase is known."""
    return iter([(chunk, compare_chunk(chunk)) for chunk in list(chunks)])


@pytest.fixture(scope="module")
def expected(dataset: Path) -> tuple[FoundStories, list[object]]:
    return stories(dataset, one_by_one)


@pytest.mark.parametrize("compare", [all_at_once, compare_here])
@pytest.mark.parametrize("pairs", [40, 5000])
def test_when_a_chunk_is_compared_makes_no_difference(
    dataset: Path, expected: tuple[FoundStories, list[object]], compare: Compare, pairs: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("pipelines.stories.bulk.CHUNK_PAIRS", pairs)
    assert stories(dataset, compare) == expected


def test_the_dataset_has_reprints_and_stock_phrases(
    dataset: Path, expected: tuple[FoundStories, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = expected
    assert found.articles == 3 * PER_SITE
    assert found.stories > 10
    assert found.pairs > found.stories
    monkeypatch.setattr("pipelines.stories.bulk.CHUNK_PAIRS", 40)
    known: list[int] = []

    def noting(chunks: Iterable[Chunk]) -> Compared:
        for chunk, comparison in compare_here(chunks):
            known.append(len(chunk.stock))
            yield chunk, comparison

    stories(dataset, noting)
    assert known[0] == 0
    assert known[-1] > 0


def test_a_cluster_finds_the_same(
    dataset: Path, expected: tuple[FoundStories, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.stories.bulk.CHUNK_PAIRS", 40)
    with Client(processes=False, n_workers=2, threads_per_worker=1,
                dashboard_address=":0") as client:  # fmt: skip
        assert stories(dataset, compare_on(client)) == expected


def test_a_chunk_that_cannot_be_compared_ends_the_job(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawlers.bulk.story_job.MAX_RETRIES", 0)

    def lost(chunks: Iterable[Chunk], compare: Compare) -> Compared:
        for chunk in chunks:
            (dataset / chunk.name).unlink()
            yield from compare([chunk])

    with (
        Client(processes=False, n_workers=1, dashboard_address=":0") as client,
        pytest.raises(InputError) as caught,
    ):
        stories(dataset, lambda chunks: lost(chunks, compare_on(client)))
    assert caught.value.reason.code == "task_failed"


def test_a_worker_with_other_rules_is_refused() -> None:
    with pytest.raises(OtherRules):
        compare_with(-1, Chunk(0, "", "", frozenset()))
