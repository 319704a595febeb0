"""Release of a citable dataset: one folder with reproducible bytes.

    README.md  CITATION.cff  citation.ris  datapackage.json  sha256sums.txt
    data/articles.csv  data/revisions.jsonl  data/events.csv  data/stories.csv
    data/parquet/year=2025/site=laocai/part-0.parquet

Nothing in it depends on the time of the export: its date is that of its newest observation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from storage.exports import csv_sheet, jsonl, wacz
from storage.exports.record_schema import record_schema
from storage.exports.release.metadata import (
    ReleaseFile,
    ReleaseInfo,
    citation,
    citation_ris,
    datapackage,
    json_text,
    readme,
)
from storage.exports.release.repositories import datacite, ro_crate
from storage.exports.release.table_schema import EVENTS, STORIES
from storage.exports.selection import Selection
from storage.exports.spreadsheet_cells import cell
from storage.exports.sqlite_subset import EVENTS as OF_SELECTION_AND_SITES
from storage.exports.sqlite_subset import OF_SELECTION

DATASET_PASSES = 3  # over the articles: CSV, JSON Lines and Parquet


def write_release(
    selection: Selection, info: ReleaseInfo, folder: Path, *, with_captures: bool = False
) -> int:
    """Write the release into an empty folder. Return its number of revisions.

    with_captures: also all captures of the articles, as WACZ. Raise CaptureError if one is missing.
    """
    from storage.exports import parquet  # needs the extra "parquet"

    data = folder / "data"
    data.mkdir()
    all_revisions = replace(selection, revisions=True)
    tables: dict[str, Callable[[BinaryIO], int]] = {
        "articles.csv": lambda output: csv_sheet.write(selection, output),
        "revisions.jsonl": lambda output: jsonl.write(all_revisions, output),
        "events.csv": lambda output: _table(output, EVENTS, _events(selection)),
        "stories.csv": lambda output: _table(output, STORIES, _stories(selection)),
    }
    rows = {}
    for name, write in tables.items():
        with (data / name).open("wb") as output:
            rows[name] = write(output)
    (data / "parquet").mkdir()
    parquet.write(all_revisions, data / "parquet")
    if with_captures:
        captures = replace(all_revisions, checks=True, on_progress=lambda: None)
        wacz.write(captures, data / "captures.wacz")
    files = list(_files(folder))
    as_of = selection.as_of()
    package = datapackage(info, as_of, files)
    _save(folder / "datapackage.json", package)
    _save(folder / "README.md", readme(info, as_of, rows))
    _save(folder / "CITATION.cff", citation(info, as_of))
    _save(folder / "citation.ris", citation_ris(info, as_of, package))
    _save(folder / "record.schema.json", json_text(record_schema()))
    _save(folder / "datacite.json", datacite(info, as_of))
    _save(folder / "ro-crate-metadata.json", ro_crate(info, as_of, list(_files(folder))))
    sums = "".join(f"{file.sha256}  {file.path}\n" for file in _files(folder))
    _save(folder / "sha256sums.txt", sums)
    return rows["revisions.jsonl"]


def _table(
    output: BinaryIO, header: Iterable[str], rows: Iterator[tuple[str | int | None, ...]]
) -> int:
    output.write("\ufeff".encode())
    return csv_sheet.write_table(output, header, ([cell(value) for value in row] for row in rows))


def _events(selection: Selection) -> Iterator[tuple[str | int | None, ...]]:
    """Yield the events of the articles and of their sites: an outage explains a gap."""
    yield from selection.db.execute(
        f"SELECT {', '.join(EVENTS)} FROM events WHERE {OF_SELECTION_AND_SITES} ORDER BY id"
    )


def _stories(selection: Selection) -> Iterator[tuple[str | int | None, ...]]:
    yield from selection.db.execute(
        "SELECT story, article, site, first_seen FROM story_members "
        f"JOIN articles ON articles.id = article WHERE {OF_SELECTION} "
        "ORDER BY story, first_seen, article"
    )


def _save(file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8", "replace"))


def _files(folder: Path) -> Iterator[ReleaseFile]:
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256")
        path = file.relative_to(folder).as_posix()
        yield ReleaseFile(path, file.stat().st_size, digest.hexdigest())
