"""Line counts of each site's boilerplate detector (see pipelines/boilerplate/detector.py)."""

from __future__ import annotations

from sqlite_utils import Database

LineCounts = tuple[int, int, int, int, str, int]  # hash, head, middle, tail, sample, varied


def load_boilerplate(db: Database, site: str) -> tuple[int, int, set[int], list[LineCounts]]:
    """Return a site's (pages, version, hashes of its boilerplate lines, line counts)."""
    state = db.execute(
        "SELECT pages, version FROM boilerplate_state WHERE site = ?", [site]
    ).fetchone()
    rows = db.execute(
        "SELECT line_hash, head, middle, tail, sample, varied, active FROM boilerplate_lines "
        "WHERE site = ?",
        [site],
    ).fetchall()
    pages, version = state or (0, 0)
    return pages, version, {row[0] for row in rows if row[6]}, [row[:6] for row in rows]


def save_boilerplate(
    db: Database, site: str, pages: int, version: int, active: set[int], lines: list[LineCounts]
) -> None:
    """Replace a site's state and line counts. `active`: hashes of its boilerplate lines."""
    db.execute("INSERT OR REPLACE INTO boilerplate_state VALUES (?, ?, ?)", [site, pages, version])
    db.execute("DELETE FROM boilerplate_lines WHERE site = ?", [site])
    db.conn.executemany(
        "INSERT INTO boilerplate_lines (site, line_hash, head, middle, tail, sample, varied, "
        "active) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(site, *line, int(line[0] in active)) for line in lines],
    )
