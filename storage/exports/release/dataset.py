"""A release of a dataset that can be cited: one folder, the same bytes each time.

    README.md  CITATION.cff  citation.ris  datapackage.json  sha256sums.txt
    data/articles.csv  data/revisions.jsonl  data/events.csv  data/stories.csv
    data/parquet/year=2025/site=laocai/part-0.parquet

Nothing in it depends on when it was made: its date is that of the newest observation in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from storage.exports import csv_sheet as sheet
from storage.exports import jsonl
from storage.exports.release.metadata import (
    About,
    Part,
    citation,
    citation_ris,
    datapackage,
    readme,
)
from storage.exports.release.table_schema import EVENTS, STORIES
from storage.exports.selection import Chosen
from storage.exports.spreadsheet_cells import cell
from storage.exports.sqlite_subset import EVENTS as OURS_AND_SITES
from storage.exports.sqlite_subset import OURS

PASSES = 3  # over the articles: for the sheet, the lines and the Parquet files
CHUNK = 1 << 20  # bytes


def write_release(chosen: Chosen, about: About, folder: Path) -> int:
    """Fills an empty folder. Returns the number of revisions in it."""
    from storage.exports import parquet  # needs the extra "parquet"

    data = folder / "data"
    data.mkdir()
    every = replace(chosen, revisions=True)
    rows = {
        "articles.csv": _written(data / "articles.csv", lambda to: sheet.write(chosen, to)),
        "revisions.jsonl": _written(data / "revisions.jsonl", lambda to: jsonl.write(every, to)),
        "events.csv": _written(
            data / "events.csv", lambda to: _table(to, list(EVENTS), _events(chosen))
        ),
        "stories.csv": _written(
            data / "stories.csv", lambda to: _table(to, list(STORIES), _stories(chosen))
        ),
    }
    (data / "parquet").mkdir()
    parquet.write(every, data / "parquet")
    parts = list(_parts(folder))
    as_of = chosen.as_of()
    package = datapackage(about, as_of, parts)
    _save(folder / "datapackage.json", package)
    _save(folder / "README.md", readme(about, as_of, rows))
    _save(folder / "CITATION.cff", citation(about, as_of))
    _save(folder / "citation.ris", citation_ris(about, as_of, package))
    sums = "".join(f"{part.sha256}  {part.path}\n" for part in _parts(folder))
    _save(folder / "sha256sums.txt", sums)
    return rows["revisions.jsonl"]


def _written(file: Path, write: Callable[[BinaryIO], int]) -> int:
    with file.open("wb") as to:
        return write(to)


def _table(to: BinaryIO, header: list[str], rows: Iterator[tuple[str | int | None, ...]]) -> int:
    to.write("\ufeff".encode())
    return sheet.write_table(to, header, ([cell(value) for value in row] for row in rows))


def _events(chosen: Chosen) -> Iterator[tuple[str | int | None, ...]]:
    """Those of the articles, and of their sites as a whole: an outage explains a gap."""
    yield from chosen.db.execute(
        f"SELECT {', '.join(EVENTS)} FROM events WHERE {OURS_AND_SITES} ORDER BY id"
    )


def _stories(chosen: Chosen) -> Iterator[tuple[str | int | None, ...]]:
    yield from chosen.db.execute(
        "SELECT story, article, site, first_seen FROM story_members "
        f"JOIN articles ON articles.id = article WHERE {OURS} ORDER BY story, first_seen, article"
    )


def _save(file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8", "replace"))


def _parts(folder: Path) -> Iterator[Part]:
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest = hashlib.sha256()
        with file.open("rb") as read:
            while data := read.read(CHUNK):
                digest.update(data)
        path = file.relative_to(folder).as_posix()
        yield Part(path, file.stat().st_size, digest.hexdigest())
