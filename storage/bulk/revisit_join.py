"""The originals of revisit records: the captures of a dataset whose bytes these repeat.

A revisit (WARC 1.1, section 6.7) names the record with its bytes by WARC-Refers-To-Target-URI and
WARC-Refers-To-Date, or only by the digest of its payload. The record may be in any file of the
archive. So tasks write revisits to a table of their own, and DuckDB joins it with the captures when
all tasks have finished, within bounded memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.bulk.dataset import DatasetFolder
from storage.bulk.duckdb_tables import connect, disk_errors, parquet_table
from storage.bulk.tables import REVISITS
from storage.db.connection import utc_text

MEMORY_GIGABYTES = 2.0
_JOIN = """
WITH originals AS (
    SELECT url, captured_at, upper(digest) AS digest, warc, warc_offset,
      {'capture': capture, 'warc': warc, 'warc_offset': warc_offset} AS place
    FROM CAPTURES WHERE kind <> 'revisit' AND outcome <> 'damaged'),
  -- one record stands for all with the same bytes: the first one
  by_place AS (
    SELECT url, captured_at, digest, arg_min(place, row(warc, warc_offset)) AS place
    FROM originals GROUP BY ALL),
  by_digest AS (
    SELECT digest, arg_min(place, row(captured_at, warc, warc_offset)) AS place
    FROM originals WHERE digest <> '' GROUP BY ALL),
  named AS (
    SELECT r.capture, min(p.place) AS place FROM REVISITS r JOIN by_place p
    ON p.url = r.refers_to_url AND p.captured_at = r.refers_to_at
    AND (coalesce(r.digest, '') = '' OR p.digest IS NULL OR upper(r.digest) = p.digest)
    GROUP BY r.capture)
SELECT * FROM (
  SELECT r.url, r.captured_at, r.warc, r.warc_offset, r.http_status, r.headers, r.digest,
    r.not_modified, r.source_url, coalesce(n.place, d.place) AS original
  FROM REVISITS r LEFT JOIN named n ON n.capture = r.capture
  LEFT JOIN by_digest d ON d.digest = upper(r.digest))
ORDER BY original.warc, original.warc_offset, warc, warc_offset
"""


@dataclass(frozen=True, slots=True)
class Revisit:
    """A revisit record, and where the bytes are that it repeats.

    Attributes:
        status, headers: its own; 0 if it has none
        not_modified: of a 304 response, whose status and headers are those of the original
        original: (number of the capture, file, offset), or None if the dataset has none
    """

    url: str
    captured_at: str
    warc: str
    offset: int
    status: int
    headers: list[tuple[str, str]]
    digest: str
    not_modified: bool
    source_url: str | None
    original: tuple[int, str, int] | None


def has_revisits(dataset: DatasetFolder) -> bool:
    dataset.fs.invalidate_cache()
    return bool(dataset.fs.exists(dataset.full(REVISITS)))


def joined_revisits(
    dataset: DatasetFolder, work: Path, chunk_revisits: int
) -> Iterator[list[Revisit]]:
    """Yield the revisits of a dataset in the order of their originals. `work`: for spilled data."""
    db = connect(work, MEMORY_GIGABYTES, dataset)
    captures = parquet_table(dataset, "captures")
    if not dataset.fs.exists(dataset.full("captures")):
        captures = _NO_CAPTURES
    query = _JOIN.replace("REVISITS", parquet_table(dataset, REVISITS))
    try:
        with disk_errors():
            rows = db.execute(query.replace("CAPTURES", captures))
            while chunk := rows.fetchmany(chunk_revisits):
                yield [_revisit(*row) for row in chunk]
    finally:
        db.close()


_NO_CAPTURES = (
    "(SELECT 0 AS capture, '' AS url, TIMESTAMPTZ 'epoch' AS captured_at, '' AS digest, "
    "'' AS warc, 0 AS warc_offset, '' AS kind, '' AS outcome WHERE false)"
)


def _revisit(
    url: str, captured_at: Any, warc: str, offset: int, status: int, headers: str,
    digest: str | None, not_modified: bool, source_url: str | None,
    original: dict[str, Any] | None,
) -> Revisit:  # fmt: skip
    place = tuple(original.values()) if original else None
    stated = [(name, value) for name, value in json.loads(headers)]
    return Revisit(
        url, utc_text(captured_at), warc, offset, status, stated, digest or "", not_modified,
        source_url, place,
    )  # fmt: skip
