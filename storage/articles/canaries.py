"""Canaries: articles that a person pinned. A run that extracts one differently is held.

Expected is the newest revision up to the site's newest run that passed or was released. What a
held run extracted is expected once a person releases that run.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from storage.db.connection import utc_text
from storage.db.revision_order import IN_TIME
from storage.db.site_filter import IN_SITES, sql_sites
from storage.messages.reasons_input import InputReason
from storage.messages.reasons_lookups import NotFound
from storage.messages.reasons_pages import PageReason
from storage.models import ArticleStatus, RevisionCause
from storage.reasons import Reason
from storage.run_stats import CanaryFailure, CanaryStats


@dataclass(frozen=True, slots=True)
class Canary:
    article: int
    site: str
    url: str | None
    title: str
    status: ArticleStatus
    pinned_at: str
    note: str


def pin(db: Database, article: int, note: str, now: datetime) -> None:
    """Pin an article, or change the note of a pinned one."""
    db.execute(
        "INSERT INTO canaries VALUES (?, ?, ?) ON CONFLICT (article) DO UPDATE SET "
        "note = excluded.note",
        [article, utc_text(now), note],
    )


def unpin(db: Database, article: int) -> None:
    """Unpin an article. Raise KeyError if it is not pinned."""
    if db.execute("DELETE FROM canaries WHERE article = ?", [article]).rowcount == 0:
        raise NotFound(Reason(InputReason.NOT_PINNED, article=article))


def pinned(db: Database, sites: Collection[str] | None = None) -> list[Canary]:
    """Return the pinned articles of these sites, or of all, with their newest title."""
    rows = db.execute(
        "SELECT articles.id, site, url, json_extract(record, '$.title'), status, pinned_at, note "
        "FROM canaries JOIN articles ON articles.id = canaries.article "
        "JOIN revisions ON revisions.article = articles.id AND number = revision "
        f"WHERE {IN_SITES.format(site='site')} ORDER BY site, articles.id",
        {"sites": sql_sites(sites)},
    )
    return [Canary(*(*row[:4], ArticleStatus(row[4]), *row[5:])) for row in rows]


def check_canaries(db: Database, site: str, run: int) -> CanaryStats:
    """Return the results of a run that ends now, as its statistics store them.

    `checked`: number of canaries that answered. `failed`: `article`, `url` and `why` of those that
    were missing, unreadable or different. A server error or a timeout is no answer.
    """
    started, newest_accepted = db.execute(
        "SELECT coalesce(clock, started_at), (SELECT coalesce(max(id), 0) FROM runs WHERE "
        "site = :site AND verdict IN ('passed', 'released')) FROM runs WHERE id = :run",
        {"site": site, "run": run},
    ).fetchone()
    checked, failed = 0, []
    for canary in pinned(db, [site]):
        why = _miss(db, canary, run)
        if why is None:
            if not _was_seen_since(db, canary.article, started):
                continue
            if not _is_as_expected(db, canary.article, newest_accepted):
                why = Reason(PageReason.READS_OTHERWISE)
        checked += 1
        if why is not None:
            failed.append(CanaryFailure(canary.article, canary.url, why))
    return CanaryStats(checked, tuple(failed))


def _miss(db: Database, canary: Canary, run: int) -> Reason | None:
    """Return why a run did not find a canary, or None if it did."""
    for sql, value in (
        ("SELECT detail FROM failed_checks WHERE run = ? AND article = ?", canary.article),
        ("SELECT reason FROM quarantine WHERE run = ? AND url = ?", canary.url),
    ):
        row = db.execute(sql, [run, value]).fetchone()
        if row:
            return Reason.from_json(row[0])
    moved = db.execute(
        "SELECT json_extract(detail, '$.to_url') FROM pending_events "
        "WHERE run = ? AND article = ? AND kind = 'moved'",
        [run, canary.article],
    ).fetchone()
    return Reason(PageReason.NOW_AT, url=moved[0]) if moved else None


def _was_seen_since(db: Database, article: int, moment: str) -> bool:
    row = db.execute("SELECT last_seen >= ? FROM articles WHERE id = ?", [moment, article])
    return bool(row.fetchone()[0])


def _is_as_expected(db: Database, article: int, newest_accepted: int) -> bool:
    """Whether the newest revision equals the newest one up to the run `newest_accepted`.

    A revision with the cause "extractor" has the same content as the one before it.
    """
    rows = db.execute(
        "SELECT cause, coalesce(run, 0), fingerprint FROM revisions WHERE article = ? "
        f"ORDER BY {IN_TIME}",
        [article],
    ).fetchall()
    expected = {rows[0][2]}
    newest_is_expected = True
    for cause, run, fingerprint in rows[1:]:
        if cause == RevisionCause.SITE:
            newest_is_expected = run <= newest_accepted or fingerprint in expected
            if run <= newest_accepted:
                expected = set()
        if newest_is_expected:
            expected.add(fingerprint)
    return newest_is_expected
