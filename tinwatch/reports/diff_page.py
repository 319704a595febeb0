"""The diff as a page: both revisions next to each other, on a phone one above the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pipelines.changes.diff import FieldDiff, Part
from pipelines.changes.word_diff import Op
from storage.articles.repository import Revision
from tinwatch.reports.standalone_html import html_link, html_text, page
from tinwatch.terminal.console import count, local_time

FOLDED = 3  # unchanged paragraphs in a row; so many or more are folded away
STYLE = """
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.2rem;
  border-bottom: 1px solid var(--line); }
.pair > * { padding: .35rem 0; } .moved { border-left: 3px solid #b48ead; padding-left: .5rem; }
summary { color: var(--dim); padding: .35rem 0; cursor: pointer; }
@media (max-width: 44rem) {
  .pair { grid-template-columns: 1fr; } .pair > :empty { display: none; }
  .pair > .old:not(:empty)::before { content: "before: "; color: var(--dim); }
  .pair > .new:not(:empty)::before { content: "after: "; color: var(--dim); }
  .same > .old { display: none; } .same > .new::before { display: none; }
}
"""
NAMES = {"published": "date of publication"}


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph on both sides; on one only where it came, went, or stands elsewhere."""

    part: Part
    before: bool = True
    after: bool = True
    moved: bool = False

    @property
    def unchanged(self) -> bool:
        return not self.moved and all(span.op == "same" for span in self.part)


def rows(field: FieldDiff) -> list[Row]:
    """The field's paragraphs in the order of the new text; one that moved has two rows."""
    left: dict[int, list[Row]] = {}  # where moved ones stood: behind which part
    behind = -1
    for place in field.old_order:
        if place in field.moved:
            left.setdefault(behind, []).append(Row(field.parts[place], after=False, moved=True))
        else:
            behind = place
    found = left.get(-1, [])
    for place, part in enumerate(field.parts):
        moved = place in field.moved
        found.append(Row(part, before=not moved, moved=moved))
        found += left.get(place, [])
    return found


def diff_page(old: Revision, new: Revision, found: list[FieldDiff], summary: str) -> str:
    """The page. Everything from the site is escaped; no script, nothing fetched."""
    language = html_text(new.record.language)
    heads = "".join(
        f'<div class="{side} dim">revision {r.number}, read {local_time(r.observed_at)}</div>'
        for side, r in (("old", old), ("new", new))
    )
    body = [
        f'<h1 lang="{language}"><bdi>{html_text(new.record.title)}</bdi></h1>',
        f'<p class="dim">{html_text(new.record.site)} · {html_link(new.record.url)}</p>',
        f"<p>{html_text(summary)}</p>",
        f'<div class="pair">{heads}</div>',
        *(line for field in found for line in _field(field, language)),
    ]
    return page(f"Changes: {new.record.title}", "\n".join(body), STYLE)


def _field(field: FieldDiff, language: str) -> Iterator[str]:
    yield f"<h2>{NAMES.get(field.field, field.field)}</h2>"
    yield f'<div class="text" lang="{language}">'
    for unchanged, group in groupby(rows(field), key=lambda row: row.unchanged):
        lines = list(group)
        fold = unchanged and len(lines) >= FOLDED
        if fold:
            said = count(len(lines), "unchanged paragraph")
            yield f'<details><summary lang="en">{said}</summary>'
        yield from map(_row, lines)
        if fold:
            yield "</details>"
    yield "</div>"


def _row(row: Row) -> str:
    same = " same" if row.unchanged else ""
    sides: tuple[tuple[str, bool, Op, str], ...] = (
        ("old", row.before, "removed", "moved away: "),
        ("new", row.after, "added", "moved here: "),
    )
    cells = ""
    for name, shown, op, note in sides:
        text = _side(row.part, op) if shown else ""
        mark = f'<span class="dim" lang="en">{note}</span>' if row.moved and text else ""
        css = f"{name} moved" if mark else name
        cells += f'<div class="{css}">{mark}{text}</div>'
    return f'<div class="pair{same}">{cells}</div>'


def _side(part: Part, op: Op) -> str:
    tag = {"removed": "del", "added": "ins"}.get(op, "")
    said = []
    for span in part:
        text = html_text(span.text)
        if span.op == op:
            said.append(f"<{tag}>{text}</{tag}>")
        elif span.op == "same":
            said.append(text)
    return " ".join(said)
