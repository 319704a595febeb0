"""The second step of a bulk job: revisit records are read with the bytes that they repeat.

Its tasks follow from the dataset, not from the files: they are chunks of the revisits in the order
of their originals. A task is run again if its chunk has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from crawlers.bulk.extract_piece import (
    DAMAGED,
    REPEATED,
    PieceExtraction,
    capture_of,
    check_rules,
)
from crawlers.bulk.selection import ArchiveSelection
from storage.archive.decoding import DecodingError
from storage.archive.reader import Record, StoredRecord
from storage.bulk.dataset import DatasetFolder, FinishedTask, TaskWriter
from storage.bulk.records import Entry, records_at
from storage.bulk.revisit_join import Revisit, has_revisits, joined_revisits
from storage.messages.reasons_bulk import BulkReason
from storage.reasons import Reason

CHUNK_REVISITS = 1000
NAME = "revisits"  # begins the names of these tasks
NO_ORIGINAL = Reason(BulkReason.NO_ORIGINAL)


def revisit_tasks(folder: str, rules: str) -> Iterator[tuple[FinishedTask, list[Revisit]]]:
    """Yield the tasks that are to be run, before they are. Remove those of an earlier dataset."""
    dataset = DatasetFolder(folder)
    finished = {n: task for n, task in dataset.finished().items() if is_revisit_task(task)}
    if has_revisits(dataset):
        with TemporaryDirectory(prefix="tinwatch-") as work:
            chunks = joined_revisits(dataset, Path(work), CHUNK_REVISITS)
            for number, chunk in enumerate(chunks):
                task = _task(number, chunk, rules)
                before = finished.pop(task.name, None)
                if before is None or before.identity != task.identity:
                    yield task, chunk
    for task in finished.values():
        dataset.drop(task)


def is_revisit_task(task: FinishedTask) -> bool:
    return task.name.startswith(NAME)


def _task(number: int, chunk: list[Revisit], rules: str) -> FinishedTask:
    identity = sha256(repr((chunk, rules)).encode("utf-8", "replace")).hexdigest()
    return FinishedTask(f"{NAME}{number:06d}", identity, "", 0, 0)


def resolve_chunk(
    folder: str, selection: ArchiveSelection, rules: str, task: FinishedTask, chunk: list[Revisit]
) -> FinishedTask:
    """Write what revisits show into the dataset. Raise BadInput, OSError or OtherRules."""
    check_rules(selection, rules)
    dataset = DatasetFolder(folder)
    writer = TaskWriter(dataset, task.name)
    for file, revisits in groupby(chunk, lambda one: one.original and one.original[1]):
        if file is None:
            for revisit in revisits:
                _add(revisit, NO_ORIGINAL, selection, writer, task)
            continue
        waiting = {
            offset: list(of_one)
            for offset, of_one in groupby(revisits, lambda one: one.original and one.original[2])
            if offset is not None
        }
        for offset, original in records_at(file, waiting):
            for revisit in waiting[offset]:
                _add(revisit, original, selection, writer, task)
    writer.flush()
    task.files = writer.files
    task.counts |= writer.counts
    dataset.finish(task)
    return task


def _add(
    revisit: Revisit,
    original: StoredRecord | Reason,
    selection: ArchiveSelection,
    writer: TaskWriter,
    task: FinishedTask,
) -> None:
    site = selection.site_of(revisit.url)
    assert site is not None, "the first step has asked"
    extraction = PieceExtraction(revisit.warc, selection, writer, task)
    stored, payload = _stored(revisit), b""
    if isinstance(original, StoredRecord):
        stored, payload = stored.completed(original), original.payload
    entry = Entry(revisit.offset, stored)
    capture = capture_of(stored, payload, site, revisit.offset, revisit.warc)
    if not isinstance(original, StoredRecord):
        capture = replace(capture, sha256="")
        outcome = REPEATED if original is NO_ORIGINAL else DAMAGED
        extraction.capture(entry, stored, site, capture, outcome, original)
        return
    number = revisit.original[0] if revisit.original else None
    try:
        body = original.decoded()
    except DecodingError as error:
        extraction.capture(entry, stored, site, capture, DAMAGED, error.reason, number)
        return
    record: Record = stored.record(body)
    extraction.observed(entry, stored, record, capture, site, number)


def _stored(revisit: Revisit) -> StoredRecord:
    return StoredRecord(
        revisit.url, datetime.fromisoformat(revisit.captured_at), revisit.status, revisit.headers,
        b"", "revisit", revisit.digest, revisit.not_modified, revisit.source_url,
    )  # fmt: skip
