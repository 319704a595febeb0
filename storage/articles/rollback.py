"""Rolls back runs, as if they had not visited the site. Their captures stay."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlite_utils import Database

from storage.articles.revisions import choose_current_revision
from storage.db.checksums import set_checksums
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason
from storage.search.indexer import remove_revisions

IDS = "(SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Rollback:
    """What the runs added. Pending events that they took over from failed runs are included.

    Attributes:
        runs: ids of the runs
        new_articles: articles that they found first
        first_revisions: article -> number of the first revision to delete, for other articles
    """

    runs: tuple[int, ...]
    new_articles: frozenset[int]
    first_revisions: dict[int, int]

    @classmethod
    def of(cls, db: Database, runs: list[int]) -> Rollback:
        chosen = json.dumps(runs)
        found = db.execute(
            f"SELECT id FROM articles WHERE first_run IN {IDS} UNION SELECT article "
            "FROM pending_events JOIN articles ON articles.id = article "
            "JOIN runs ON runs.id = first_run AND verdict = 'failed' "
            f"WHERE pending_events.run IN {IDS} AND pending_events.kind IN ('new', 'reposted')",
            [chosen, chosen],
        )
        revisions = db.execute(
            f"SELECT article, min(number) FROM (SELECT article, number FROM revisions "
            f"WHERE run IN {IDS} UNION ALL SELECT article, json_extract(detail, '$.from_revision') "
            f"+ 1 FROM pending_events WHERE run IN {IDS} AND kind = 'edited') GROUP BY article",
            [chosen, chosen],
        )
        new_articles = frozenset(row[0] for row in found if row[0] is not None)
        first_revisions = {a: number for a, number in revisions if a not in new_articles}
        return cls(tuple(runs), new_articles, first_revisions)


def dependent_run(db: Database, rollback: Rollback) -> int | None:
    """Return the first other run with events or accepted revisions that build on these runs."""
    publisher = db.execute(
        f"SELECT min(run) FROM events WHERE article IN {IDS}",
        [json.dumps(list(rollback.new_articles))],
    ).fetchone()[0]
    runs = [publisher] if publisher is not None else []
    for article, number in rollback.first_revisions.items():
        row = db.execute(
            f"SELECT min(run) FROM (SELECT run FROM revisions JOIN runs ON runs.id = run "
            f"WHERE article = ? AND number >= ? AND run NOT IN {IDS} AND kind <> 'import' "
            "AND verdict IN ('passed', 'released', 'outage') UNION ALL "
            "SELECT run FROM events WHERE article = ? AND kind = 'edited' "
            "AND json_extract(detail, '$.to_revision') >= ?)",
            [article, number, json.dumps(rollback.runs), article, number],
        ).fetchone()
        runs += [row[0]] if row[0] is not None else []
    return min(runs, default=None)


def roll_back(db: Database, rollback: Rollback) -> int:
    """Delete what the runs added. Return the number of deleted pending events.

    The articles that the runs had found go to the retry queue, so the next run requests them even
    if no listing has them.
    """
    runs = json.dumps(rollback.runs)
    for run in rollback.runs:
        _restore_statuses(db, run)
    deleted = db.execute(f"DELETE FROM pending_events WHERE run IN {IDS}", [runs]).rowcount
    for article, number in rollback.first_revisions.items():
        _delete_revisions(db, article, number)
    db.execute(
        "DELETE FROM sightings WHERE article IN (SELECT articles.id FROM articles "
        f"JOIN runs USING (site) WHERE runs.id IN {IDS}) AND run IN {IDS}",
        [runs, runs],
    )
    found = json.dumps(list(rollback.new_articles))
    db.execute(
        "INSERT OR IGNORE INTO retry_queue SELECT site, key, url, first_seen, 1, ? FROM articles "
        f"WHERE url IS NOT NULL AND id IN {IDS}",
        [Reason(CrawlReason.RUN_RETRACTED).to_json(), found],
    )
    rows = db.execute(f"SELECT id FROM revisions WHERE article IN {IDS}", [found]).fetchall()
    remove_revisions(db, (row[0] for row in rows))
    for table in (
        "aliases", "canaries", "sightings", "story_members", "revisions", "failed_checks",
        "pending_events",
    ):  # fmt: skip
        db.execute(f"DELETE FROM {table} WHERE article IN {IDS}", [found])
    db.execute(f"DELETE FROM articles WHERE id IN {IDS}", [found])
    return int(deleted)


def _delete_revisions(db: Database, article: int, first: int) -> None:
    """Delete an article's revisions from number `first` on, but not those of imported captures."""
    these = (
        "revisions WHERE article = ? AND number >= ? AND (cause = 'extractor' OR run IS NULL "
        "OR run NOT IN (SELECT id FROM runs WHERE kind = 'import'))"
    )
    rows = db.execute(f"SELECT id FROM {these}", [article, first]).fetchall()
    remove_revisions(db, (row[0] for row in rows))
    db.execute(f"DELETE FROM {these}", [article, first])
    choose_current_revision(db, article)


def _restore_statuses(db: Database, run: int) -> None:
    """Give articles that the run found moved or restored the status of their last event."""
    db.execute(
        "UPDATE articles SET status = coalesce((SELECT CASE events.kind WHEN 'restored' "
        "THEN 'live' ELSE events.kind END FROM events WHERE events.article = articles.id "
        "AND events.kind IN ('moved', 'removed', 'restored') ORDER BY events.id DESC LIMIT 1), "
        "'live') WHERE id IN (SELECT article FROM pending_events WHERE run = ? "
        "AND kind IN ('moved', 'restored'))",
        [run],
    )
    set_checksums(db, "articles", "id IN (SELECT article FROM pending_events WHERE run = ?)", [run])
