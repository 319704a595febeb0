"""A run's line in the journal: what of it no capture shows (storage/archive/journal.py)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.items import ArticleMissing, FetchFailed, Observation, Outcome
from storage.archive.journal import write_line
from storage.archive.writer import CaptureWriter
from storage.articles.repository import article_by_id, find_article, found_by
from storage.db.connection import Database, from_utc_text, utc_text
from storage.reasons import Reason
from storage.runs.repository import Run, SiteFacts, get_run, site_facts

OF_RUN = ("site", "kind", "night", "started_at", "ended_at", "clock", "swept")


@dataclass(frozen=True, slots=True)
class Again:
    """A run that is made again, under the numbers that it and its articles (by key) had."""

    run: int | None = None
    numbers: dict[str, int] = field(default_factory=dict)


def write_run(db: Database, run: int, captures: CaptureWriter, unseen: list[Any]) -> None:
    """Writes the line of a run that ends. Raises OSError."""
    ended: Run = get_run(db, run)
    about: SiteFacts = site_facts(db, ended.site)
    line = {
        "line": "run",
        "run": run,
        **{name: getattr(ended, name) for name in OF_RUN},
        "stats": ended.stats.to_json(),
        "about": asdict(about),
        "wrote": captures.written,
        "found": found_by(db, run),
        "unseen": unseen,
    }
    write_line(captures.folder, line)


def unseen(db: Database, observation: Observation) -> list[dict[str, Any]]:
    """An observation that no capture shows, as JSON; empty for any other.

    Of failures only those of articles that are not known yet: they are asked for again. All others
    are in the run's counts.
    """
    kept: dict[str, Any]
    match observation:
        case ArticleMissing(capture=None):
            key = article_by_id(db, observation.article).key
            kept = {"is": "missing", "key": key, "outcome": observation.outcome}
            kept |= {"detail": observation.reason.to_data(), "host": observation.host}
        case FetchFailed(known=False, refused=False, key=str()):
            kept = {"is": "failed", "key": observation.key, "reason": observation.reason.to_data()}
        case _:
            return []
    return [kept | {"url": observation.url, "at": utc_text(observation.observed_at)}]


def seen_again(db: Database, site: str, kept: dict[str, Any]) -> Observation | None:
    """The observation that `unseen` kept; None for an article that is not known any more."""
    at = from_utc_text(kept["at"])
    if kept["is"] == "failed":
        return FetchFailed(kept["url"], kept["key"], Reason.of(kept["reason"]), at, known=False)
    known = find_article(db, site, kept["key"])
    if known is None:
        return None
    return ArticleMissing(
        known.id,
        kept["url"],
        Outcome(kept["outcome"]),
        Reason.of(kept["detail"]),
        None,
        at,
        host=kept["host"],
    )
