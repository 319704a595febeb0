"""The difference of two revisions: as a line, and as text like wdiff: [-removed-] {+added+}."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.changes.classify import edit_of_diffs
from pipelines.changes.diff import FieldDiff, Part
from storage.articles.revisions import Revision
from storage.messages import gettext, label
from storage.messages.event_lines import event_text
from storage.models import EventKind
from storage.timezone import local_time

MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


def difference_line(fields: list[FieldDiff], locale: str) -> str:
    """Return a difference as one line, as of an edited event."""
    if not fields:
        return gettext("no visible difference", locale)
    edit = edit_of_diffs(fields)
    return event_text(EventKind.EDITED, edit.as_detail(), edit.summary, locale)


def diff_text(old: Revision, new: Revision, fields: list[FieldDiff], summary: str) -> str:
    """Return the whole text of the changed fields, in English, with every change marked."""
    record = new.record
    head = [
        record.title,
        f"{record.site} {record.url or ''}",
        f"revision {old.number}, observed {local_time(old.observed_at)}",
        f"revision {new.number}, observed {local_time(new.observed_at)}",
        summary,
    ]
    return "\n".join([*head, *(line for field in fields for line in _field(field))]) + "\n"


def _field(field: FieldDiff) -> Iterator[str]:
    yield f"\n== {label('field', field.field, 'en')} =="
    for index, part in enumerate(field.parts):
        yield ("(moved) " if index in field.moved else "") + _words(part)


def _words(part: Part) -> str:
    return " ".join(MARKS[span.op].format(span.text) for span in part)
