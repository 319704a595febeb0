"""Pieces from an index of WARC files (CDXJ, as Common Crawl and pywb write it).

    com,example)/news/1 20250320100000 {"url": "...", "status": "200", "filename": "...",
    "offset": "123", "length": "456"}

Only the records that the selection wants are read, each by a request for its bytes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawlers.backfill.selection import STATUSES
from crawlers.bulk.selection import ArchiveSelection
from storage.bulk.pieces import Piece, unreadable
from storage.extras import optional_extra

with optional_extra("bulk"):
    import fsspec

RECORDS_PER_PIECE = 1000
TIMESTAMP = "%Y%m%d%H%M%S"


@dataclass(slots=True)
class IndexedPieces:
    """Pieces, and index file -> number of lines that are no index."""

    pieces: list[Piece] = field(default_factory=list)
    bad_lines: dict[str, int] = field(default_factory=dict)


def index_pieces(indexes: Iterable[str], selection: ArchiveSelection, base: str) -> IndexedPieces:
    """Return the pieces of the records that indexes list. Raise BadInput.

    `base`: what the file names of the index are relative to, such as s3://commoncrawl/.
    """
    found = IndexedPieces()
    places: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for index in indexes:
        bad = 0
        try:
            with fsspec.open(index, "rt", compression="infer", encoding="utf-8") as lines:
                for line in lines:
                    try:
                        _add(line, selection, places)
                    except (ValueError, KeyError):
                        bad += 1
        except (OSError, EOFError, UnicodeError) as error:
            raise unreadable(index, error) from error
        if bad:
            found.bad_lines[index] = bad
    for file, listed in sorted(places.items()):
        records = sorted(listed)
        for start in range(0, len(records), RECORDS_PER_PIECE):
            found.pieces.append(_piece(base + file, records[start : start + RECORDS_PER_PIECE]))
    return found


def _add(line: str, selection: ArchiveSelection, places: dict[str, set[tuple[int, int]]]) -> None:
    """Add the record that a line lists, if it is wanted.

    Raise ValueError or KeyError for a line that is none of an index.
    """
    _, timestamp, stated = line.split(" ", 2)
    row = json.loads(stated)
    moment = datetime.strptime(timestamp, TIMESTAMP).replace(tzinfo=UTC)
    place = int(row["offset"]), int(row["length"])
    wanted = row.get("status", "-") in STATUSES and selection.includes_day(moment)
    if wanted and selection.site_of(row["url"]) is not None:
        places[row["filename"]].add(place)


def _piece(file: str, records: list[tuple[int, int]]) -> Piece:
    start, end = records[0][0], max(offset + length for offset, length in records)
    return Piece(file, "", start, end, start, end, records=tuple(records))
