"""Pieces from an index of WARC files: CDXJ, as Common Crawl and pywb write it, or Parquet.

    com,example)/news/1 20250320100000 {"url": "...", "status": "200", "filename": "...",
    "offset": "123", "length": "456"}

Parquet is Common Crawl's columnar index (https://commoncrawl.org/columnar-index), of which only the
rows of wanted hosts are read. Only the records that the selection wants are read, each by a request
for its bytes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawlers.backfill.selection import STATUSES
from crawlers.bulk.selection import ArchiveSelection
from storage.bulk.pieces import GLOB, Piece, unreadable
from storage.extras import optional_extra

with optional_extra("bulk"):
    import fsspec
    import pyarrow as pa
    import pyarrow.dataset as parquet
    from fsspec.core import url_to_fs

PARQUET = ".parquet"
COLUMNS = (
    "url", "fetch_time", "fetch_status", "warc_filename", "warc_record_offset",
    "warc_record_length",
)  # fmt: skip
RECORDS_PER_PIECE = 1000
TIMESTAMP = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True)
class IndexedRecord:
    """A record that an index lists. `status` is "-" for one without an HTTP status."""

    url: str
    moment: datetime
    status: str
    file: str
    offset: int
    length: int


@dataclass(slots=True)
class IndexedPieces:
    """Pieces, and index file -> number of lines that are no index."""

    pieces: list[Piece] = field(default_factory=list)
    bad_lines: dict[str, int] = field(default_factory=dict)


def index_pieces(indexes: Iterable[str], selection: ArchiveSelection, base: str) -> IndexedPieces:
    """Return the pieces of the records that indexes list. Raise BadInput.

    Args:
        indexes: fsspec URLs or globs; .parquet is Common Crawl's columnar index, all else CDXJ
        base: what the file names of the index are relative to, such as s3://commoncrawl/
    """
    found = IndexedPieces()
    places: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for index in _expanded(indexes):
        bad = 0
        try:
            for record in (_rows if index.endswith(PARQUET) else _lines)(index, selection):
                if record is None:
                    bad += 1
                elif _is_wanted(record, selection):
                    places[record.file].add((record.offset, record.length))
        except (OSError, EOFError, UnicodeError, pa.ArrowException) as error:
            raise unreadable(index, error) from error
        if bad:
            found.bad_lines[index] = bad
    for file, listed in sorted(places.items()):
        records = sorted(listed)
        for start in range(0, len(records), RECORDS_PER_PIECE):
            found.pieces.append(_piece(base + file, records[start : start + RECORDS_PER_PIECE]))
    return found


def _expanded(indexes: Iterable[str]) -> Iterator[str]:
    """Yield the files that globs match, and other names as they are. Raise BadInput."""
    for index in indexes:
        if GLOB.isdisjoint(index):
            yield index
            continue
        try:
            fs, path = url_to_fs(index)
            matches = sorted(fs.glob(path))
        except OSError as error:
            raise unreadable(index, error) from error
        if not matches:
            raise unreadable(index, FileNotFoundError(index))
        yield from map(fs.unstrip_protocol, matches)


def _is_wanted(record: IndexedRecord, selection: ArchiveSelection) -> bool:
    wanted = record.status in STATUSES and selection.includes_day(record.moment)
    return wanted and selection.site_of(record.url) is not None


def _lines(index: str, selection: ArchiveSelection) -> Iterator[IndexedRecord | None]:
    """Yield the records of a CDXJ index; None for a line that is none of an index."""
    with fsspec.open(index, "rt", compression="infer", encoding="utf-8") as lines:
        for line in lines:
            try:
                yield _record_of(line)
            except (ValueError, KeyError):
                yield None


def _record_of(line: str) -> IndexedRecord:
    """Raise ValueError or KeyError for a line that is none of an index."""
    _, timestamp, stated = line.split(" ", 2)
    row = json.loads(stated)
    moment = datetime.strptime(timestamp, TIMESTAMP).replace(tzinfo=UTC)
    return IndexedRecord(
        row["url"], moment, row.get("status", "-"), row["filename"], int(row["offset"]),
        int(row["length"]),
    )  # fmt: skip


def _rows(index: str, selection: ArchiveSelection) -> Iterator[IndexedRecord]:
    """Yield the records of a columnar index, of the hosts that the selection wants."""
    fs, path = url_to_fs(index)
    table = parquet.dataset(path, format="parquet", filesystem=fs)
    hosts = selection.hosts
    of_hosts = None if hosts is None else parquet.field("url_host_name").isin(sorted(hosts))
    for batch in table.to_batches(columns=list(COLUMNS), filter=of_hosts):
        for url, moment, status, file, offset, length in zip(
            *(batch.column(name).to_pylist() for name in COLUMNS), strict=True
        ):
            at = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            yield IndexedRecord(url, at, str(status), file, offset, length)


def _piece(file: str, records: list[tuple[int, int]]) -> Piece:
    start, end = records[0][0], max(offset + length for offset, length in records)
    return Piece(file, "", start, end, start, end, records=tuple(records))
