"""The kept pages behind what a run found: what a person who mends rules wants to look at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class RunPage:
    """A captured page. `warc` is the file under the home's captures, `offset` its place in it."""

    url: str
    warc: str
    offset: int


def run_pages(db: Database, run: int, most: int) -> list[RunPage]:
    """Pages that the run could not read, then those on which it read something new."""
    found: list[RunPage] = []
    for table in ("quarantine", "revisions"):
        rows = db.execute(
            "SELECT DISTINCT captures.url, warc, warc_offset FROM captures "
            f"JOIN {table} ON {table}.capture = captures.id "
            f"WHERE {table}.run = ? AND captures.url IS NOT NULL ORDER BY captures.id DESC LIMIT ?",
            [run, most],
        )
        found += [RunPage(*row) for row in rows]
    return list(dict.fromkeys(found))[:most]
