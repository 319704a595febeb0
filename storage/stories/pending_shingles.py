"""By which passages a new article will be looked for: from its crawl to the end of its night.

The night's end looks at all new articles one after the other. What it needs of each text the
crawls, which run side by side, work out beforehand; where it is missing it is worked out then.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from sqlite_utils import Database

Places = tuple[tuple[int, int], ...]  # number and paragraph of each passage


def hold_places(db: Database, article: int, revision: int, rules: int, places: Places) -> None:
    """Keeps the passages of an article's revision, found by these rules."""
    packed = array("I", [value for place in places for value in place]).tobytes()
    db.execute(
        "INSERT OR REPLACE INTO held_passages (article, revision, rules, places) "
        "VALUES (?, ?, ?, ?)",
        [article, revision, rules, packed],
    )


def held_places(db: Database, article: int, rules: int) -> Places | None:
    """What is held of an article's newest revision by these rules; None where nothing is."""
    row = db.execute(
        "SELECT articles.revision = held_passages.revision AND rules = ?, places "
        "FROM held_passages JOIN articles ON id = article WHERE article = ?",
        [rules, article],
    ).fetchone()
    if row is None:
        return None
    good, packed = row
    values = array("I", packed)
    return tuple(zip(values[::2], values[1::2], strict=True)) if good else None


def let_go(db: Database, articles: Iterable[int]) -> None:
    """Holds nothing of these any longer."""
    db.conn.executemany("DELETE FROM held_passages WHERE article = ?", [(a,) for a in articles])
