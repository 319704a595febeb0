"""An article's timeline in the reader's language: revisions, events and counted misses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlite_utils import Database

from storage.articles import Revision
from storage.captures import capture_place
from storage.events import events
from storage.troubles import article_checks
from tinwatch.web.event_words import Say, miss_told, told
from tinwatch.web.words import say


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is UTC text; `lang` is the language of `detail`."""

    at: str
    what: str
    detail: str
    lang: str


def timeline(db: Database, article: int, kept: list[Revision], language: str) -> list[Moment]:
    """What happened to an article, oldest first. `kept`: its revisions."""
    t = partial(say, language)
    found = [
        Moment(
            each.observed_at, t("revision_number", number=each.number), _read(db, each, t), language
        )
        for each in kept
    ]
    for event in events(db, article=article):
        line = told(event, language)
        detail = f"{line.text} ({t('of_event', number=event.id)})"
        found.append(Moment(event.observed_at, t(f"kind_{event.kind}"), detail, line.lang))
    for check in article_checks(db, article):
        line = miss_told(check.outcome, check.detail, language)
        found.append(Moment(check.observed_at, t("missed"), line.text, line.lang))
    return sorted(found, key=lambda moment: moment.at)


def _read(db: Database, revision: Revision, t: Say) -> str:
    """What read it, and the place of the capture that proves it."""
    said = [t("read_by", reader=revision.reader)]
    if revision.cause == "reader":
        said.append(t("read_anew"))
    place = capture_place(db, revision.capture) if revision.capture else {}
    if place:
        said.append(f"{place['warc']} @ {place['warc_offset']}, sha256 {place['sha256'][:16]}…")
    return "; ".join(said)
