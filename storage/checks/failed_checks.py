"""Failed checks: requests for a stored article that did not find it.

A successful check only changes the dates of its article. A failed one counts (`settled`) as soon
as its run has passed the health gate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlite_utils import Database

from storage.db.checksums import insert_row, set_checksums
from storage.db.connection import utc_text
from storage.reasons import Reason


class CheckOutcome(StrEnum):
    """The response to a check that did not find its article."""

    NOT_FOUND = "404"
    GONE = "410"
    REDIRECT = "redirect"
    SOFT_404 = "soft 404"


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that did not find its article. `capture`: of the response, if there was one."""

    article: int
    run: int
    observed_at: str
    outcome: CheckOutcome
    reason: Reason
    capture: int | None


def add_failed_check(
    db: Database,
    article: int,
    run: int,
    observed: datetime,
    outcome: CheckOutcome,
    reason: Reason,
    capture: int | None,
) -> None:
    insert_row(db, "failed_checks", {
        "article": article, "run": run, "observed_at": utc_text(observed), "outcome": outcome,
        "detail": reason.to_json(), "capture": capture,
    })  # fmt: skip


def unsettled_checks(db: Database, run: int) -> list[FailedCheck]:
    """Return the failed checks of a run that do not count yet, in order."""
    return _failed_checks(db, "WHERE run = ? AND settled = 0 ORDER BY id", run)


def settle_checks(db: Database, run: int) -> None:
    """Count the failed checks of a run that has passed."""
    db.execute("UPDATE failed_checks SET settled = 1 WHERE run = ?", [run])


def delete_unsettled_checks(db: Database, run: int) -> None:
    """Delete the failed checks of a run that has not passed: they prove nothing."""
    db.execute("DELETE FROM failed_checks WHERE run = ? AND settled = 0", [run])


def checks_since_last_seen(db: Database, article: int) -> list[FailedCheck]:
    """Return the settled checks after the article was last seen, oldest first."""
    return _failed_checks(
        db,
        "JOIN articles ON articles.id = article WHERE article = ? AND settled = 1 "
        "AND observed_at > last_seen ORDER BY observed_at",
        article,
    )


def settled_checks(db: Database, article: int) -> list[FailedCheck]:
    """Return all settled checks of an article, oldest first."""
    return _failed_checks(db, "WHERE article = ? AND settled = 1 ORDER BY observed_at, id", article)


def give_checks(db: Database, article: int, to: int) -> None:
    """Make an article's settled checks those of another one, with which it is merged."""
    db.execute(
        "UPDATE failed_checks SET article = ? WHERE article = ? AND settled = 1", [to, article]
    )
    set_checksums(db, "failed_checks", "article = ?", [to])


def redirected_articles(db: Database, urls: Iterable[str]) -> list[int]:
    """Return the articles whose address led to one of these URLs in a settled check."""
    rows = db.execute(
        "SELECT DISTINCT article FROM failed_checks WHERE outcome = 'redirect' AND settled = 1 "
        "AND CASE WHEN json_valid(detail) THEN json_extract(detail, '$.params.url') END "
        "IN (SELECT value FROM json_each(?)) ORDER BY article",
        [json.dumps(list(urls))],
    )
    return [row[0] for row in rows]


def _failed_checks(db: Database, condition: str, value: int) -> list[FailedCheck]:
    rows = db.execute(
        "SELECT article, run, observed_at, outcome, detail, capture FROM failed_checks "
        f"{condition}",
        [value],
    )
    return [
        FailedCheck(article, run, at, CheckOutcome(outcome), Reason.from_json(reason), capture)
        for article, run, at, outcome, reason, capture in rows
    ]
