"""A dataset in a folder at an fsspec URL, written by many tasks at once.

    FOLDER/_dataset.json          the selection that all tasks share
    FOLDER/_tasks/<task>.json     a finished task: what it read and which files it wrote
    FOLDER/<table>/site=S/year=Y/part-<task>-<n>.parquet

A file is complete or absent, and its name depends on the task alone: a task that runs twice, on
two workers or after a crash, writes the same files again. A task is finished when its JSON file is
there, which is written last. Readers of Parquet datasets skip names that begin with "_".
"""

from __future__ import annotations

import io
import json
import os
import re
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from storage.bulk.tables import FORMAT, TABLES
from storage.exports.parquet import arrow_table
from storage.extras import optional_extra
from storage.messages.reasons_bulk import BulkReason
from storage.messages.reasons_input import InputError
from storage.reasons import Reason

with optional_extra("bulk"):
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from fsspec.core import url_to_fs

MAX_BUFFERED_CHARS = 24_000_000  # of texts in a task; then its rows are written
COMPRESSION = "zstd"
PART_NAME = re.compile(r"/part-(\w+)-\d+\.parquet$")
ROW_GROUP_ROWS = 2000
# Object stores write an object whole or not at all, and cannot rename one.
OBJECT_STORES = frozenset(("s3", "s3a", "gs", "gcs", "abfs", "az", "memory"))
Row = dict[str, Any]


@dataclass(slots=True)
class FinishedTask:
    """What a task did. `first`, `next`: see PieceReader.

    Attributes:
        name, identity: of its piece
        file: URL of the archive file, and where the piece begins and ends in it
        counts: rows by table, records, and articles by outcome
        problems: (URL or file, offset, reason as data) of what could not be read
        files: written, relative to the folder
    """

    name: str
    identity: str
    file: str
    start: int
    end: int
    first: int | None = None
    next: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_json(cls, data: bytes) -> FinishedTask:
        return cls(**json.loads(data))


class DatasetFolder:
    """The folder of a dataset. Any number of processes may use it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.fs, path = url_to_fs(url)
        self.path = path.rstrip("/")
        protocols = {self.fs.protocol} if isinstance(self.fs.protocol, str) else self.fs.protocol
        self.is_object_store = not OBJECT_STORES.isdisjoint(protocols)

    def full(self, name: str) -> str:
        return f"{self.path}/{name}"

    def write(self, name: str, data: bytes) -> None:
        """Write a file, which is there whole or not at all."""
        if self.is_object_store:
            self.fs.pipe_file(self.full(name), data)
            return
        with self._temporary() as temporary:
            if "file" in self.fs.protocol:
                with open(temporary, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            else:
                self.fs.pipe_file(temporary, data)
            self._replace(temporary, name)

    def put(self, name: str, file: Path) -> None:
        """Copy a local file, however large, into the dataset: whole or not at all."""
        if self.is_object_store:
            self.fs.put_file(str(file), self.full(name))
            return
        with self._temporary() as temporary:
            self.fs.put_file(str(file), temporary)
            self._replace(temporary, name)

    @contextmanager
    def _temporary(self) -> Iterator[str]:
        """Yield the name of a file that is removed if writing fails, such as on a full disk."""
        self.fs.makedirs(self.full("_tmp"), exist_ok=True)
        name = self.full(f"_tmp/{uuid.uuid4().hex}")
        try:
            yield name
        except BaseException:
            with suppress(OSError):
                self.fs.rm_file(name)
            raise

    def _replace(self, temporary: str, name: str) -> None:
        path = self.full(name)
        self.fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        if "file" in self.fs.protocol:
            os.replace(temporary, path)
            return
        if self.fs.exists(path):
            self.fs.rm_file(path)
        self.fs.mv(temporary, path)

    def remove(self, folder: str) -> None:
        """Remove a folder, if it is there."""
        self.fs.invalidate_cache()
        if self.fs.exists(self.full(folder)):
            self.fs.rm(self.full(folder), recursive=True)

    def remove_file(self, name: str) -> None:
        self.fs.rm_file(self.full(name))

    def read_table(self, name: str) -> pa.Table:
        with self.fs.open(self.full(name), "rb") as file:
            return pq.read_table(file)

    def begin(self, selection: dict[str, Any]) -> None:
        """Create the dataset, or continue one of the same selection. Raise InputError."""
        stated = {"format": FORMAT, **selection}
        before = self._json("_dataset.json")
        if before is None:
            self.write("_dataset.json", json.dumps(stated, sort_keys=True).encode())
        elif before != stated:
            options = json.dumps({k: v for k, v in before.items() if v}, sort_keys=True)
            raise InputError(Reason(BulkReason.OTHER_SELECTION, folder=self.url, options=options))

    def remove_unfinished(self, finished: Collection[str]) -> None:
        """Remove the files of tasks that did not finish, whose client or worker was killed."""
        self.fs.invalidate_cache()
        for table in (t for t in TABLES if self.fs.exists(self.full(t))):
            for path in self.fs.find(self.full(table)):
                found = PART_NAME.search(path)
                if found is None or found[1] not in finished:
                    self.fs.rm_file(path)
        if not self.is_object_store:
            self.remove("_tmp")

    def check(self) -> None:
        """Raise InputError if there is no dataset."""
        if self._json("_dataset.json") is None:
            raise InputError(Reason(BulkReason.NO_DATASET, folder=self.url))

    def sites(self) -> list[str]:
        """Return the sites that have captures."""
        folder = self.full("captures")
        paths = self.fs.ls(folder, detail=False) if self.fs.exists(folder) else []
        names = (path.rpartition("/")[2] for path in paths)
        return sorted(unquote(n.removeprefix("site=")) for n in names if n.startswith("site="))

    def captures(self, site: str) -> Iterator[Row]:
        """Yield the rows of a site's captures."""
        columns = ["url", "captured_at", "http_status", "sha256", "length", "warc", "warc_offset",
                   "outcome", "original"]  # fmt: skip
        for table in self._tables(f"captures/site={quote(site, safe='')}", columns):
            yield from table.to_pylist()

    def locations(self, captures: Collection[int]) -> dict[int, tuple[str, int]]:
        """Return file and offset of the records of captures, of any site, by their numbers."""
        wanted = pa.array(captures, pa.int64())
        found: dict[int, tuple[str, int]] = {}
        for table in self._tables("captures", ["capture", "warc", "warc_offset"]):
            rows = table.filter(pc.is_in(table["capture"], value_set=wanted)).to_pylist()
            found |= {row["capture"]: (row["warc"], row["warc_offset"]) for row in rows}
        return found

    def _tables(self, folder: str, columns: list[str]) -> Iterator[pa.Table]:
        """Yield the columns of each Parquet file below a folder."""
        for path in sorted(self.fs.find(self.full(folder))):
            with self.fs.open(path, "rb") as file:
                yield pq.ParquetFile(file).read(columns)

    def _json(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self.fs.cat_file(self.full(name)))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            raise
        except Exception as error:  # of a client of object storage: no address, no credentials
            raise OSError(f"{self.url}: {error}") from error
        return found

    def finished(self) -> dict[str, FinishedTask]:
        """Return the finished tasks by name."""
        folder = self.full("_tasks")
        self.fs.invalidate_cache()
        if not self.fs.exists(folder):
            return {}
        paths = [path for path in self.fs.ls(folder, detail=False) if path.endswith(".json")]
        contents = self.fs.cat(paths) if paths else {}
        tasks = map(FinishedTask.from_json, contents.values())
        return {task.name: task for task in tasks}

    def finish(self, task: FinishedTask) -> None:
        """Mark a task as finished; remove what an earlier run of it wrote and this one did not."""
        before = self._json(f"_tasks/{task.name}.json")
        self.write(f"_tasks/{task.name}.json", task.to_json())
        self._remove({*before["files"]} - {*task.files} if before else set())

    def drop(self, task: FinishedTask) -> None:
        """Remove a task whose file is not what it was."""
        self._remove({*task.files})
        self.fs.rm_file(self.full(f"_tasks/{task.name}.json"))

    def _remove(self, names: set[str]) -> None:
        for name in sorted(names):
            if self.fs.exists(self.full(name)):
                self.fs.rm_file(self.full(name))


class TaskWriter:
    """Collects the rows of a task and writes them, a file for each partition.

    Memory stays bounded: when many texts are held, all partitions are written, and the next rows
    go to further files.
    """

    def __init__(self, folder: DatasetFolder, task: str) -> None:
        self.folder = folder
        self.task = task
        self.files: list[str] = []
        self.counts: dict[str, int] = dict.fromkeys(TABLES, 0)
        self._rows: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
        self._chars = 0
        self._parts = 0

    def add(self, table: str, site: str, year: int, row: Row, chars: int = 0) -> None:
        self._rows[table, site, year].append(row)
        self.counts[table] += 1
        self._chars += chars
        if self._chars > MAX_BUFFERED_CHARS:
            self.flush()

    def flush(self) -> None:
        for (table, site, year), rows in sorted(self._rows.items()):
            name = (
                f"{table}/site={quote(site, safe='')}/year={year}/"
                f"part-{self.task}-{self._parts:03d}.parquet"
            )
            output = io.BytesIO()
            pq.write_table(
                arrow_table(rows, TABLES[table]), output, compression=COMPRESSION,
                row_group_size=ROW_GROUP_ROWS,
            )  # fmt: skip
            self.folder.write(name, output.getvalue())
            self.files.append(name)
        self._rows.clear()
        self._parts += 1
        self._chars = 0
