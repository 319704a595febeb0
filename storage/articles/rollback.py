"""Undoing runs: what they read is taken back, as if the site had not been read those nights.

Captures stay: they are what the site sent, whatever we made of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlite_utils import Database

from storage.search.indexer import remove_revisions

IDS = "(SELECT value FROM json_each(?))"
AGAIN = "what was read of it on a discarded night is asked for again"


@dataclass(frozen=True, slots=True)
class Undoing:
    """What runs brought: articles that they found first, and revisions of others.

    `cuts`: by article, the number of the first revision that goes. A failed run's findings wait
    under the run after it, so what waits counts as well as what the runs wrote themselves.
    """

    runs: tuple[int, ...]
    found: frozenset[int]
    cuts: dict[int, int]

    @classmethod
    def of(cls, db: Database, runs: list[int]) -> Undoing:
        chosen = json.dumps(runs)
        found = db.execute(
            f"SELECT id FROM articles WHERE first_run IN {IDS} UNION SELECT article "
            "FROM pending_events JOIN articles ON articles.id = article "
            "JOIN runs ON runs.id = first_run AND verdict = 'failed' "
            f"WHERE pending_events.run IN {IDS} AND pending_events.kind IN ('new', 'reposted')",
            [chosen, chosen],
        )
        cuts = db.execute(
            f"SELECT article, min(number) FROM (SELECT article, number FROM revisions "
            f"WHERE run IN {IDS} UNION ALL SELECT article, json_extract(detail, '$.from_revision') "
            f"+ 1 FROM pending_events WHERE run IN {IDS} AND kind = 'edited') GROUP BY article",
            [chosen, chosen],
        )
        articles = frozenset(row[0] for row in found if row[0] is not None)
        kept = {article: number for article, number in cuts if article not in articles}
        return cls(tuple(runs), articles, kept)


def standing_on(db: Database, undoing: Undoing) -> int | None:
    """The first other run whose published events, or believed readings, would lose their ground."""
    told = db.execute(
        f"SELECT min(run) FROM events WHERE article IN {IDS}", [json.dumps(list(undoing.found))]
    ).fetchone()[0]
    runs = [told] if told is not None else []
    for article, cut in undoing.cuts.items():
        row = db.execute(
            f"SELECT min(run) FROM (SELECT run FROM revisions JOIN runs ON runs.id = run "
            f"WHERE article = ? AND number >= ? AND run NOT IN {IDS} "
            "AND verdict IN ('passed', 'released', 'outage') UNION ALL "
            "SELECT run FROM events WHERE article = ? AND kind = 'edited' "
            "AND json_extract(detail, '$.to_revision') >= ?)",
            [article, cut, json.dumps(undoing.runs), article, cut],
        ).fetchone()
        runs += [row[0]] if row[0] is not None else []
    return min(runs, default=None)


def undo(db: Database, undoing: Undoing) -> int:
    """Takes it all back; returns how many waiting events are gone with it.

    The articles that the runs had found are asked for by the next run, be they listed or not.
    """
    runs = json.dumps(undoing.runs)
    for run in undoing.runs:
        _undo_statuses(db, run)
    dropped = db.execute(f"DELETE FROM pending_events WHERE run IN {IDS}", [runs]).rowcount
    for article, cut in undoing.cuts.items():
        these = "revisions WHERE article = ? AND number >= ?"
        cut_off = db.execute(f"SELECT id FROM {these}", [article, cut]).fetchall()
        remove_revisions(db, (row[0] for row in cut_off))
        db.execute(f"DELETE FROM {these}", [article, cut])
        db.execute("UPDATE articles SET revision = ? WHERE id = ?", [cut - 1, article])
    found = json.dumps(list(undoing.found))
    db.execute(
        "INSERT OR IGNORE INTO retry_queue SELECT site, key, url, first_seen, 1, ? FROM articles "
        f"WHERE url IS NOT NULL AND id IN {IDS}",
        [AGAIN, found],
    )
    rows = db.execute(f"SELECT id FROM revisions WHERE article IN {IDS}", [found]).fetchall()
    remove_revisions(db, (row[0] for row in rows))
    for table in (
        "aliases",
        "canaries",
        "story_members",
        "revisions",
        "failed_checks",
        "pending_events",
    ):
        db.execute(f"DELETE FROM {table} WHERE article IN {IDS}", [found])
    db.execute(f"DELETE FROM articles WHERE id IN {IDS}", [found])
    return int(dropped)


def _undo_statuses(db: Database, run: int) -> None:
    """An article that the run found moved, or back again, is what the ledger last said of it."""
    db.execute(
        "UPDATE articles SET status = coalesce((SELECT CASE events.kind WHEN 'restored' "
        "THEN 'live' ELSE events.kind END FROM events WHERE events.article = articles.id "
        "AND events.kind IN ('moved', 'removed', 'restored') ORDER BY events.id DESC LIMIT 1), "
        "'live') WHERE id IN (SELECT article FROM pending_events WHERE run = ? "
        "AND kind IN ('moved', 'restored'))",
        [run],
    )
