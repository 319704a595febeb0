"""Precomputed shingle positions of new articles, kept from their crawl to the end of the batch.

At the end of a batch the clusterer processes new articles one by one. The crawls, which run in
parallel, precompute their shingle positions; the clusterer computes those that are missing.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from sqlite_utils import Database

ShinglePositions = tuple[tuple[int, int], ...]  # (min_shingle, paragraph) of each sentence


def save_pending_positions(
    db: Database, article: int, revision: int, rules_version: int, positions: ShinglePositions
) -> None:
    """Save the shingle positions of a revision, computed with this version of the rules."""
    packed = array("I", [value for position in positions for value in position]).tobytes()
    db.execute(
        "INSERT OR REPLACE INTO pending_shingles (article, revision, rules_version, positions) "
        "VALUES (?, ?, ?, ?)",
        [article, revision, rules_version, packed],
    )


def pending_positions(db: Database, article: int, rules_version: int) -> ShinglePositions | None:
    """Return the positions of an article's current revision, or None if there are none.

    Positions of an older revision or another version of the rules do not count.
    """
    row = db.execute(
        "SELECT articles.revision = pending_shingles.revision AND rules_version = ?, positions "
        "FROM pending_shingles JOIN articles ON id = article WHERE article = ?",
        [rules_version, article],
    ).fetchone()
    if row is None:
        return None
    is_current, packed = row
    values = array("I", packed)
    return tuple(zip(values[::2], values[1::2], strict=True)) if is_current else None


def delete_pending_positions(db: Database, articles: Iterable[int]) -> None:
    """Delete the precomputed positions of these articles."""
    db.conn.executemany("DELETE FROM pending_shingles WHERE article = ?", [(a,) for a in articles])
