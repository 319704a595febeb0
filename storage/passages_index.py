"""Which articles hold a long paragraph: the index behind reposts."""

from __future__ import annotations

from sqlite_utils import Database


def replace_passages(db: Database, article: int, hashes: set[int]) -> None:
    db.execute("DELETE FROM passages WHERE article = ?", [article])
    db.conn.executemany("INSERT INTO passages VALUES (?, ?)", [(h, article) for h in hashes])


def shared_passages(db: Database, article: int) -> dict[int, int]:
    """Articles of other sites that hold some of this one's passages: id -> how many."""
    rows = db.execute(
        "SELECT other.article, count(*) FROM passages mine "
        "JOIN passages other ON other.hash = mine.hash AND other.article <> mine.article "
        "JOIN articles theirs ON theirs.id = other.article "
        "JOIN articles ours ON ours.id = mine.article "
        "WHERE mine.article = ? AND theirs.site <> ours.site GROUP BY other.article",
        [article],
    )
    return dict(rows.fetchall())


def passage_count(db: Database, article: int) -> int:
    row = db.execute("SELECT count(*) FROM passages WHERE article = ?", [article]).fetchone()
    return int(row[0])
