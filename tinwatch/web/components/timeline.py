"""An article's timeline in the reader's language: revisions, events and counted misses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from storage.archive.writer import capture_place
from storage.articles.repository import Revision
from storage.checks.problems import Check
from storage.db.connection import Database
from storage.events.ledger import Event
from tinwatch.reports.article_history import moments
from tinwatch.web.components.event_lines import Say, miss_told, told
from tinwatch.web.words import Told, say


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is UTC text; `lang` is the language of `detail`."""

    at: str
    what: str
    detail: str
    lang: str


def timeline(db: Database, article: int, kept: list[Revision], language: str) -> list[Moment]:
    """What happened to an article, oldest first. `kept`: its revisions."""
    return [_moment(db, one, language) for one in moments(db, article, kept)]


def _moment(db: Database, one: Revision | Event | Check, language: str) -> Moment:
    t = partial(say, language)
    match one:
        case Revision():
            what, line = t("revision_number", number=one.number), Told(_read(db, one, t), language)
        case Event():
            what, said = t(f"kind_{one.kind}"), told(one, language)
            line = Told(f"{said.text} ({t('of_event', number=one.id)})", said.lang)
        case Check():
            what, line = t("missed"), miss_told(one.outcome, one.detail, language)
    return Moment(one.observed_at, what, *line)


def _read(db: Database, revision: Revision, t: Say) -> str:
    """What read it, and the place of the capture that proves it."""
    said = [t("read_by", reader=revision.reader)]
    if revision.cause == "reader":
        said.append(t("read_anew"))
    place = capture_place(db, revision.capture) if revision.capture else {}
    if place:
        said.append(f"{place['warc']} @ {place['warc_offset']}, sha256 {place['sha256'][:16]}…")
    return "; ".join(said)
