"""Canaries: articles that a person pinned, which each run must read as they were read before.

What is expected of one is its newest revision up to the site's newest run that was passed or
released. What a held run read becomes the expectation when a person releases it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from storage.db.connection import utc_text
from storage.messages.reasons_pages import PageReason
from storage.models import RevisionCause
from storage.reasons import Reason
from storage.run_stats import CanaryFailure, CanaryStats


@dataclass(frozen=True, slots=True)
class Canary:
    article: int
    site: str
    url: str | None
    title: str
    status: str
    pinned_at: str
    note: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def pin(db: Database, article: int, note: str, now: datetime) -> None:
    """Pins an article; one that is pinned already gets the new note."""
    db.execute(
        "INSERT INTO canaries VALUES (?, ?, ?) ON CONFLICT (article) DO UPDATE SET "
        "note = excluded.note",
        [article, utc_text(now), note],
    )


def unpin(db: Database, article: int) -> None:
    """Raises KeyError for an article that is not pinned."""
    if db.execute("DELETE FROM canaries WHERE article = ?", [article]).rowcount == 0:
        raise KeyError(f"article {article} is not pinned (tinwatch pins lists those that are)")


def pinned(db: Database, site: str | None = None) -> list[Canary]:
    """The pinned articles of a site, or of all, with the title of their newest revision."""
    rows = db.execute(
        "SELECT articles.id, site, url, json_extract(record, '$.title'), status, pinned_at, note "
        "FROM canaries JOIN articles ON articles.id = canaries.article "
        "JOIN revisions ON revisions.article = articles.id AND number = revision "
        "WHERE :site IS NULL OR site = :site ORDER BY site, articles.id",
        {"site": site},
    )
    return [Canary(*row) for row in rows]


def verdicts(db: Database, site: str, run: int) -> CanaryStats:
    """What a run that ends now found of its site's canaries.

    `checked` counts those that answered; `failed` lists `article`, `url` and `why` of those that
    were missing, could not be read or read otherwise. A server error or a time-out is no answer.
    """
    began, trusted = db.execute(
        "SELECT coalesce(clock, started_at), (SELECT coalesce(max(id), 0) FROM runs WHERE "
        "site = :site AND verdict IN ('passed', 'released')) FROM runs WHERE id = :run",
        {"site": site, "run": run},
    ).fetchone()
    checked, failed = 0, []
    for canary in pinned(db, site):
        why = _absent(db, canary, run)
        if why is None and _read_since(db, canary.article, began):
            checked += 1
            why = (
                None
                if _as_expected(db, canary.article, trusted)
                else Reason(PageReason.READS_OTHERWISE)
            )
        elif why is not None:
            checked += 1
        if why is not None:
            failed.append(CanaryFailure(canary.article, canary.url, why))
    return CanaryStats(checked, tuple(failed))


def _absent(db: Database, canary: Canary, run: int) -> Reason | None:
    """Why a run did not find a canary, or None."""
    for sql, value in (
        ("SELECT detail FROM failed_checks WHERE run = ? AND article = ?", canary.article),
        ("SELECT reason FROM quarantine WHERE run = ? AND url = ?", canary.url),
    ):
        found = db.execute(sql, [run, value]).fetchone()
        if found:
            return Reason.from_json(found[0])
    moved = db.execute(
        "SELECT json_extract(detail, '$.to_url') FROM pending_events "
        "WHERE run = ? AND article = ? AND kind = 'moved'",
        [run, canary.article],
    ).fetchone()
    return Reason(PageReason.NOW_AT, url=moved[0]) if moved else None


def _read_since(db: Database, article: int, moment: str) -> bool:
    row = db.execute("SELECT last_seen >= ? FROM articles WHERE id = ?", [moment, article])
    return bool(row.fetchone()[0])


def _as_expected(db: Database, article: int, trusted: int) -> bool:
    """Whether the newest revision says what the newest one up to the run `trusted` says.

    A revision that our own rules made (cause "extractor") is the same content as the one before it.
    """
    rows = db.execute(
        "SELECT cause, coalesce(run, 0), fingerprint FROM revisions WHERE article = ? "
        "ORDER BY number",
        [article],
    ).fetchall()
    expected = {rows[0][2]}
    newest_is_expected = True
    for cause, run, fingerprint in rows[1:]:
        if cause == RevisionCause.SITE:
            newest_is_expected = run <= trusted or fingerprint in expected
            if run <= trusted:
                expected = set()
        if newest_is_expected:
            expected.add(fingerprint)
    return newest_is_expected
