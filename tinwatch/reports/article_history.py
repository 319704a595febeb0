"""The history of an article: its revisions, events, failed checks and gaps, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from storage.archive.archive_names import archive_name
from storage.archive.captures import capture_location
from storage.articles.revisions import Revision, revisions
from storage.checks.capture_times import CaptureGap, capture_gaps, capture_times
from storage.checks.failed_checks import FailedCheck, settled_checks
from storage.db.connection import Database
from storage.events.ledger import Event, events
from storage.messages import describe, gettext, label
from storage.messages.event_lines import LocalizedText, event_line, missing_line
from storage.models import EventKind, RevisionCause
from storage.timezone import local_time


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One revision, event or failed check, or a long time without a capture.

    Attributes:
        at: UTC text
        what: localized name of the entry
        detail: sentence in the language `lang`
        data: the entry as JSON data, in English: at, what, detail, and a revision's capture
    """

    at: str
    what: str
    detail: str
    lang: str
    data: dict[str, Any]


def article_history(db: Database, article: int, locale: str) -> list[HistoryEntry]:
    """Return the article's history, oldest first; of one second, texts and checks before events.

    What was published and does not hold any more is named as such: which statements that are
    depends on the order in which captures were imported.
    """
    texts = revisions(db, article)
    published = in_time(list(events(db, article=article)), texts)
    corrected = {e.detail["corrects"]: e.id for e in published if e.kind == EventKind.CORRECTED}
    found: list[Revision | Event | FailedCheck] = [
        *texts,
        *settled_checks(db, article),
        *published,
    ]
    entries = [_entry(db, one, corrected, locale) for one in found]
    entries += [_gap(gap, locale) for gap in capture_gaps(capture_times(db, article))]
    return sorted(entries, key=lambda entry: entry.at)


def history_as_json(db: Database, article: int) -> list[dict[str, Any]]:
    """Return the history as data: {at, what, detail ...} for each entry."""
    return [entry.data for entry in article_history(db, article, "en")]


def in_time(published: list[Event], texts: list[Revision]) -> list[Event]:
    """Return events of an article, the oldest first. `texts`: its revisions, the oldest first.

    Of the edits of one second, that to the first text comes first.
    """
    kinds = list(EventKind)
    positions = {revision.number: index for index, revision in enumerate(texts)}

    def order(event: Event) -> tuple[str, int, int, int]:
        position = positions.get(event.detail.get("to_revision", 0), 0)
        return event.observed_at, kinds.index(EventKind(event.kind)), position, event.id

    return sorted(published, key=order)


def _entry(
    db: Database, one: Revision | Event | FailedCheck, corrected: dict[int, int], locale: str
) -> HistoryEntry:
    match one:
        case Revision():
            what = gettext("revision {number}", locale).format(number=one.number)
            capture = capture_location(db, one.capture) if one.capture else {}
            line = LocalizedText(_extraction(one, capture, locale), locale)
            data: dict[str, Any] = {"what": f"revision {one.number}"}
            data["detail"] = _extraction(one, capture, "en")
            data |= {name: value for name, value in capture.items() if value is not None}
        case Event():
            what = label("event_kind", one.kind, locale)
            line = event_line(one.kind, one.detail, one.summary, locale)
            number = gettext("event {number}", locale).format(number=one.id)
            text, english = f"{line.text} ({number})", f"{one.summary} (event {one.id})"
            data = {"what": one.kind, "event": one.id}
            if one.kind == EventKind.CORRECTED:
                data["corrects"] = one.detail["corrects"]
            if one.id in corrected:
                data["corrected_by"] = corrected[one.id]
                text += f"; {_withdrawn(corrected[one.id], locale)}"
                english += f"; {_withdrawn(corrected[one.id], 'en')}"
            line, data["detail"] = LocalizedText(text, line.lang), english
        case FailedCheck():
            what = gettext("Missing", locale)
            line = missing_line(one.outcome, one.reason, locale)
            data = {"what": "missed", "detail": describe(one.reason)}
    return HistoryEntry(one.observed_at, what, *line, {"at": one.observed_at, **data})


def _withdrawn(event: int, locale: str) -> str:
    return gettext("no longer holds, see event {number}", locale).format(number=event)


def _gap(gap: CaptureGap, locale: str) -> HistoryEntry:
    line = gettext(
        "no capture for {days} days, until {when}: nothing is known of this time", locale
    )
    detail = line.format(days=gap.days, when=local_time(gap.end))
    english = f"no capture for {gap.days} days, until {gap.end}: nothing is known of this time"
    data = {"at": gap.begin, "what": "gap", "detail": english, "until": gap.end}
    return HistoryEntry(gap.begin, gettext("gap", locale), detail, locale, data)


def _extraction(revision: Revision, capture: dict[str, Any], locale: str) -> str:
    """Return the extractor version, and the capture's location as a citation needs it."""
    version = revision.extractor_version
    parts = [gettext("extractor {reader}", locale).format(reader=version)]
    if revision.cause == RevisionCause.EXTRACTOR:
        parts.append(gettext("our extraction rules changed", locale))
    if capture:
        if capture["source_url"]:
            parts.append(f"{archive_name(capture['source_url'])}: {capture['source_url']}")
        file, offset, digest = capture["warc"], capture["warc_offset"], capture["sha256"]
        parts.append(f"{file} @ {offset}, sha256 {digest[:16]}…")
    return "; ".join(parts)
