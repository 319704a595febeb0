"""The rows of a filtered list of events as a file, with the changed words of each edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.changes.diff import Part
from storage.db.connection import Database, from_utc_text
from storage.events.listing import Position
from storage.timezone import VIETNAM
from tinwatch.reports.table_files import Row
from tinwatch.web.components.event_list import ListedEvent, event_lines
from tinwatch.web.components.province_label import province_label

BATCH_EVENTS = 200
MARKS = {"added": ("{+", "+}"), "removed": ("[-", "-]"), "same": ("", "")}  # as wdiff prints
COLUMNS = (
    "event", "observed_at", "kind", "class", "priority", "site", "site_title", "province",
    "article", "title", "url", "status", "from_revision", "to_revision", "change", "review",
    "review_note", "summary",
)  # fmt: skip


def event_rows(
    db: Database, positions: Sequence[Position], provinces: dict[str, str]
) -> Iterator[Row]:
    """Yield the rows of COLUMNS. `provinces`: site -> slug of its former province."""
    for start in range(0, len(positions), BATCH_EVENTS):
        batch = positions[start : start + BATCH_EVENTS]
        for line in event_lines(db, [position.event for position in batch], excerpts=True):
            yield _row(line, provinces)


def _row(line: ListedEvent, provinces: dict[str, str]) -> Row:
    event, detail = line.event, line.event.detail
    return {
        "event": event.id,
        "observed_at": from_utc_text(event.observed_at).astimezone(VIETNAM),
        "kind": event.kind,
        "class": detail.get("class"),
        "priority": detail.get("priority"),
        "site": event.site,
        "site_title": line.site_title,
        "province": province_label(provinces.get(event.site, ""))["name"],
        "article": event.article,
        "title": line.heading,
        "url": event.url,
        "status": line.titled.status,
        "from_revision": detail.get("from_revision"),
        "to_revision": detail.get("to_revision"),
        "change": _change(line),
        "review": line.review.mark if line.review else None,
        "review_note": line.review.note if line.review else None,
        "summary": event.summary,
    }


def _change(line: ListedEvent) -> str | None:
    if line.excerpt is None:
        return None
    parts = (f"{field}: {_marked(part)}" for field, part in line.excerpt.parts)
    more = [f"(+{line.excerpt.more})"] if line.excerpt.more else []
    return "\n".join([*parts, *more])


def _marked(part: Part) -> str:
    return " ".join(f"{MARKS[s.op][0]}{s.text}{MARKS[s.op][1]}" for s in part if s.text)
