"""Suspects: articles that checks have missed, but not often or long enough to be removed."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlite_utils import Database

from storage.reasons import Reason
from storage.runs.repository import RunKind


@dataclass(frozen=True, slots=True)
class Suspect:
    """A suspect as the nightly report lists it.

    Attributes:
        reason: of one of its failed checks since it was last seen
        checks: number of those checks
        since: when the first of them was made, UTC text
    """

    article: int
    site: str
    url: str | None
    title: str
    reason: Reason
    checks: int
    since: str


def suspects(db: Database, sites: list[str]) -> list[Suspect]:
    """Return the suspects of these sites, by site and id.

    Those that only captures of the past show are no news of a batch, and nobody checks the articles
    of an archive again: they would be listed in every report.
    """
    rows = db.execute(
        "SELECT articles.id, articles.site, articles.url, json_extract(record, '$.title'), "
        "failed_checks.detail, count(*), min(failed_checks.observed_at) FROM articles "
        "JOIN failed_checks ON failed_checks.article = articles.id AND settled = 1 "
        "AND failed_checks.observed_at > last_seen "
        "JOIN revisions ON revisions.article = articles.id AND number = revision "
        "LEFT JOIN runs ON runs.id = failed_checks.run "
        "WHERE articles.status = 'suspect' AND articles.site IN (SELECT value FROM json_each(?)) "
        f"GROUP BY articles.id HAVING sum(kind IS NOT '{RunKind.IMPORT}') "
        "ORDER BY articles.site, articles.id",
        [json.dumps(sites)],
    )
    return [
        Suspect(article, site, url, title, Reason.from_json(reason), checks, since)
        for article, site, url, title, reason, checks, since in rows
    ]
