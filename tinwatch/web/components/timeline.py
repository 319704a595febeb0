"""An article's timeline in the reader's language: revisions, events and counted misses."""

from __future__ import annotations

from dataclasses import dataclass

from storage.archive.writer import capture_place
from storage.articles.repository import Revision
from storage.checks.problems import Check
from storage.db.connection import Database
from storage.events.ledger import Event
from storage.messages import gettext, label
from storage.messages.event_lines import LocalizedText, missing_line
from tinwatch.reports.article_history import moments
from tinwatch.web.rendering import described_event


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is UTC text; `lang` is the language of `detail`."""

    at: str
    what: str
    detail: str
    lang: str


def timeline(db: Database, article: int, kept: list[Revision], locale: str) -> list[Moment]:
    """What happened to an article, oldest first. `kept`: its revisions."""
    return [_moment(db, one, locale) for one in moments(db, article, kept)]


def _moment(db: Database, one: Revision | Event | Check, locale: str) -> Moment:
    match one:
        case Revision():
            what = gettext("revision {number}", locale).format(number=one.number)
            line = LocalizedText(_extraction(db, one, locale), locale)
        case Event():
            what, said = label("event_kind", one.kind, locale), described_event(one, locale)
            number = gettext("event {number}", locale).format(number=one.id)
            line = LocalizedText(f"{said.text} ({number})", said.lang)
        case Check():
            what, line = gettext("Missing", locale), missing_line(one.outcome, one.reason, locale)
    return Moment(one.observed_at, what, *line)


def _extraction(db: Database, revision: Revision, locale: str) -> str:
    """What extracted it, and the location of the capture that proves it."""
    parts = [gettext("extractor {reader}", locale).format(reader=revision.reader)]
    if revision.cause == "reader":
        parts.append(gettext("our extraction rules changed", locale))
    place = capture_place(db, revision.capture) if revision.capture else {}
    if place:
        parts.append(f"{place['warc']} @ {place['warc_offset']}, sha256 {place['sha256'][:16]}…")
    return "; ".join(parts)
