"""Suspects as the dashboard lists them, chosen by the filter of events."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from sqlite_utils import Database

from storage.checks.failed_checks import CheckOutcome
from storage.events.filters import (
    Condition,
    EventFilter,
    all_of,
    articles_condition,
    in_days,
)
from storage.events.listing import filtered_sites, first_matching
from storage.reasons import Reason
from storage.runs.repository import RunKind

# Not only captures of the past show that the article is missing.
MISSED_BY_A_CRAWL = (
    "EXISTS (SELECT 1 FROM failed_checks LEFT JOIN runs ON runs.id = failed_checks.run "
    "WHERE failed_checks.article = articles.id AND settled = 1 "
    f"AND failed_checks.observed_at > last_seen AND runs.kind IS NOT '{RunKind.IMPORT}')"
)


@dataclass(frozen=True, slots=True)
class SuspectSummary:
    """A suspect as the dashboard lists it.

    Attributes:
        checks: number of its settled failed checks since it was last seen
        outcome, reason: of the newest of its settled failed checks
    """

    article: int
    site: str
    title: str
    last_seen: str
    checks: int
    outcome: CheckOutcome
    reason: Reason


def suspect_page(
    db: Database, event_filter: EventFilter, *, limit: int, before: int | None = None
) -> list[SuspectSummary]:
    """Return up to `limit` suspects with ids below `before`, the highest first.

    Of the filter the sites, provinces, text and days count: when the article was last seen; and
    `historical`: also those that only captures of the past show as missing.
    Raise QueryError if the query names a site that does not exist.
    """
    newest = (
        "FROM failed_checks WHERE article = articles.id AND settled = 1 ORDER BY observed_at DESC"
    )
    where, values = _condition(db, event_filter)
    rows = db.execute(
        "SELECT articles.id, articles.site, json_extract(record, '$.title'), last_seen, "
        "(SELECT count(*) FROM failed_checks WHERE article = articles.id AND settled = 1 "
        "AND observed_at > last_seen), "
        f"(SELECT outcome {newest} LIMIT 1), (SELECT detail {newest} LIMIT 1) FROM articles "
        "JOIN revisions ON revisions.article = articles.id AND number = revision "
        f"WHERE {where} AND articles.id < ? ORDER BY articles.id DESC LIMIT ?",
        [*values, before or 2**62, limit],
    )
    return [
        SuspectSummary(
            article, site, title, seen, checks, CheckOutcome(outcome), Reason.from_json(reason)
        )
        for article, site, title, seen, checks, outcome, reason in rows
    ]


def first_suspects(
    db: Database, event_filter: EventFilter, *, limit: int, before: int | None = None
) -> list[SuspectSummary] | None:
    """Return what `suspect_page` returns, or None if few of the next suspects match the query."""
    query = event_filter.query
    if query is None:
        return suspect_page(db, event_filter, limit=limit, before=before)
    unfiltered = replace(event_filter, query=None)

    def next_ones(number: int) -> list[tuple[SuspectSummary, int | None]]:
        found = suspect_page(db, unfiltered, limit=number, before=before)
        return [(suspect, suspect.article) for suspect in found]

    return first_matching(db, query, next_ones, limit)


def count_suspects(db: Database, event_filter: EventFilter) -> int:
    """Return the number of suspects; the filter as for `suspect_page`."""
    where, values = _condition(db, event_filter)
    return int(db.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()[0])


def _condition(db: Database, event_filter: EventFilter) -> Condition:
    """Return SQL over articles, with its values."""
    parts: list[Condition] = [("articles.status = 'suspect'", [])]
    if not event_filter.historical:
        parts.append((MISSED_BY_A_CRAWL, []))
    if event_filter.sites is not None or event_filter.provinces is not None:
        names = json.dumps(filtered_sites(db, event_filter))
        parts.append(("articles.site IN (SELECT value FROM json_each(?))", [names]))
    parts += in_days("last_seen", event_filter)
    parts += articles_condition(db, event_filter, "articles.id")
    return all_of(parts)
