"""Line counts of each site's boilerplate detector (see pipelines/boilerplate/detector.py)."""

from __future__ import annotations

from sqlite_utils import Database

Row = tuple[int, int, int, int, str]  # line hash, head, middle, tail, sample


def load_boilerplate(db: Database, site: str) -> tuple[int, int, set[int], list[Row]]:
    """Return a site's (pages, version, hashes of its boilerplate lines, line counts)."""
    row = db.execute("SELECT pages, version FROM templates WHERE site = ?", [site]).fetchone()
    lines = db.execute(
        "SELECT form, head, middle, tail, sample, active FROM template_lines WHERE site = ?", [site]
    ).fetchall()
    pages, version = row or (0, 0)
    return pages, version, {line[0] for line in lines if line[5]}, [line[:5] for line in lines]


def save_boilerplate(
    db: Database, site: str, pages: int, version: int, active: set[int], lines: list[Row]
) -> None:
    db.execute("INSERT OR REPLACE INTO templates VALUES (?, ?, ?)", [site, pages, version])
    db.execute("DELETE FROM template_lines WHERE site = ?", [site])
    db.conn.executemany(
        "INSERT INTO template_lines VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(site, *line, int(line[0] in active)) for line in lines],
    )
