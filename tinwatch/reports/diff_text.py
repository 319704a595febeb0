"""The difference of two revisions as plain text, as wdiff writes it: [-removed-] {+added+}."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.changes.diff import FieldDiff, Part
from storage.articles.revisions import Revision
from storage.messages import label
from storage.timezone import local_time

MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


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
