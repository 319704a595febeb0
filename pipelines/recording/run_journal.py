"""The journal line of a run: facts that its captures do not show (storage/archive/journal.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipelines.items import ArticleMissing, FetchFailed, Observation
from storage.archive.journal import write_line
from storage.archive.writer import CaptureWriter
from storage.articles.repository import (
    article_by_id,
    articles_first_found_by,
    find_article,
    urls_first_found_by,
)
from storage.checks.failed_checks import CheckOutcome
from storage.db.connection import Database, from_utc_text, utc_text
from storage.messages.reasons_crawl import CrawlReason
from storage.reasons import Reason
from storage.runs.repository import Run, get_run
from storage.runs.sites import SiteFacts, site_facts

KeyOf = Callable[[str], str | None]  # URL -> key of the article by the site's `article_url`
RUN_FIELDS = {  # key of the line -> attribute of the run
    "site": "site", "kind": "kind", "night": "batch", "started_at": "started_at",
    "ended_at": "ended_at", "clock": "clock", "swept": "listings_complete",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RebuiltRun:
    """Ids for a run that is rebuilt from the archive.

    Attributes:
        run: former id of the run
        article_ids: article key -> former id of the article
        started_at: when the run started
    """

    run: int | None = None
    article_ids: dict[str, int] = field(default_factory=dict)
    started_at: datetime | None = None


def write_run(db: Database, run: int, captures: CaptureWriter, uncaptured: list[Any]) -> None:
    """Write the line of a run that ends. Raise OSError."""
    write_line(captures.folder, run_line(db, run, captures.written, uncaptured))


def run_line(
    db: Database, run: int, written: dict[str, list[int]], uncaptured: list[Any]
) -> dict[str, Any]:
    """Return the line of a finished run. `written`: as of CaptureWriter."""
    finished: Run = get_run(db, run)
    facts: SiteFacts = site_facts(db, finished.site)
    return {
        "line": "run",
        "run": run,
        **{key: getattr(finished, name) for key, name in RUN_FIELDS.items()},
        "stats": finished.stats.to_dict(),
        "about": facts.to_dict(),
        "wrote": written,
        "found": articles_first_found_by(db, run),
        "urls": urls_first_found_by(db, run),
        "unseen": uncaptured,
    }


def uncaptured(db: Database, observation: Observation) -> list[dict[str, Any]]:
    """Return an observation without a capture as JSON; an empty list for any other.

    Only failures of new articles are included, since they are retried, and those of articles in a
    section that is gone, whose captures alone say that the articles are. Other failures are in the
    run's statistics.
    """
    entry: dict[str, Any]
    match observation:
        case ArticleMissing(capture=None):
            key = article_by_id(db, observation.article).key
            entry = {"is": "missing", "key": key, "outcome": observation.outcome}
            entry |= {"detail": observation.reason.to_dict(), "host": observation.redirect_host}
        case FetchFailed(key=str(), reason=Reason(code=CrawlReason.SECTION_GONE)):
            entry = {"is": "section_gone", "key": observation.key}
        case FetchFailed(is_stored=False, disallowed=False, key=str()):
            entry = {"is": "failed", "key": observation.key, "reason": observation.reason.to_dict()}
        case _:
            return []
    return [entry | {"url": observation.url, "at": utc_text(observation.observed_at)}]


def found_articles(line: dict[str, Any], key_of: KeyOf) -> dict[str, int]:
    """Return key -> id of the articles that a run found first, with the keys of today.

    If the site module has another `article_url` since, several may be one: the first found.
    """
    urls = line.get("urls", {})  # of runs of earlier versions, only the keys are known
    found: dict[str, int] = {}
    for old, number in line["found"].items():
        key = (key_of(urls[old]) if old in urls else None) or old
        found[key] = min(number, found.get(key, number))
    return found


def in_gone_sections(line: dict[str, Any]) -> set[str]:
    """Return the URLs that a run found missing with their sections, and did not count."""
    return {entry["url"] for entry in line["unseen"] if entry["is"] == "section_gone"}


def restore_observation(
    db: Database, site: str, entry: dict[str, Any], key_of: KeyOf
) -> Observation | None:
    """Return the observation of an entry by `uncaptured`, or None if its article is not stored.

    That of an article in a section that is gone says nothing of the article.
    """
    if entry["is"] == "section_gone":
        return None
    at = from_utc_text(entry["at"])
    key = key_of(entry["url"]) or entry["key"]
    if entry["is"] == "failed":
        return FetchFailed(entry["url"], key, Reason.of(entry["reason"]), at, is_stored=False)
    article = find_article(db, site, key)
    if article is None:
        return None
    return ArticleMissing(
        article.id,
        entry["url"],
        CheckOutcome(entry["outcome"]),
        Reason.of(entry["detail"]),
        None,
        at,
        redirect_host=entry["host"],
    )
