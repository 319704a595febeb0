"""The difference of two revisions as a standalone HTML page, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from pipelines.changes.diff import FieldDiff, Part
from pipelines.changes.word_diff import Op
from storage.articles.revisions import Revision
from storage.messages import gettext, label, ngettext
from storage.timezone import local_time
from tinwatch.reports.standalone_html import html_link, html_page, html_text

MIN_FOLDED_PARAGRAPHS = 3  # consecutive unchanged paragraphs to collapse
STYLE = """
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.2rem;
  border-bottom: 1px solid var(--line); }
.pair > * { padding: .35rem 0; } .moved { border-left: 3px solid #b48ead; padding-left: .5rem; }
summary { color: var(--dim); padding: .35rem 0; cursor: pointer; }
@media (max-width: 44rem) {
  .pair { grid-template-columns: 1fr; } .pair > :empty { display: none; }
  .pair > .old:not(:empty)::before { content: attr(data-label); color: var(--dim); }
  .pair > .new:not(:empty)::before { content: attr(data-label); color: var(--dim); }
  .same > .old { display: none; } .same > .new::before { display: none; }
}
@media print { ins { text-decoration: underline; } del { text-decoration: line-through; } }
"""


@dataclass(frozen=True, slots=True)
class ParagraphRow:
    """A paragraph on both sides, or on one if it was added, removed or moved."""

    part: Part
    before: bool = True
    after: bool = True
    moved: bool = False

    @property
    def unchanged(self) -> bool:
        return not self.moved and all(span.op == "same" for span in self.part)


def paragraph_rows(field: FieldDiff) -> list[ParagraphRow]:
    """Return the field's paragraphs in the order of the new text; a moved one has two rows."""
    moved_from: dict[int, list[ParagraphRow]] = {}  # index of the part before -> moved paragraphs
    previous = -1
    for index in field.old_order:
        if index in field.moved:
            row = ParagraphRow(field.parts[index], after=False, moved=True)
            moved_from.setdefault(previous, []).append(row)
        else:
            previous = index
    rows = moved_from.get(-1, [])
    for index, part in enumerate(field.parts):
        moved = index in field.moved
        rows.append(ParagraphRow(part, before=not moved, moved=moved))
        rows += moved_from.get(index, [])
    return rows


def folded_groups(field: FieldDiff) -> list[tuple[bool, list[ParagraphRow]]]:
    """Group consecutive rows; True marks unchanged paragraphs to collapse."""
    rows = groupby(paragraph_rows(field), lambda row: row.unchanged)
    grouped = [(same, list(group)) for same, group in rows]
    return [(same and len(group) >= MIN_FOLDED_PARAGRAPHS, group) for same, group in grouped]


def diff_page(
    old: Revision, new: Revision, fields: list[FieldDiff], summary: str, locale: str
) -> str:
    """Return the page. Everything from the site is escaped; no script, no requests."""
    language, name = html_text(new.record.language), html_text(new.record.title)
    body = [
        f'<h1 lang="{language}"><bdi>{name}</bdi></h1>',
        f'<p class="dim">{html_text(new.record.site)} · {html_link(new.record.url)}</p>',
        *diff_body(old, new, fields, summary, locale),
    ]
    title = gettext("Changes: {title}", locale).format(title=new.record.title)
    return html_page(title, "\n".join(body), locale, STYLE)


def diff_body(
    old: Revision, new: Revision, fields: list[FieldDiff], summary: str, locale: str
) -> list[str]:
    """Return the difference as HTML, for a page with the style sheet STYLE."""
    language = html_text(new.record.language)
    heads = "".join(
        f'<div class="{side} dim">{_revision(revision, locale)}</div>'
        for side, revision in (("old", old), ("new", new))
    )
    return [
        f"<p>{html_text(summary)}</p>",
        f'<div class="pair">{heads}</div>',
        *(line for field in fields for line in _field(field, language, locale)),
    ]


def _revision(revision: Revision, locale: str) -> str:
    text = gettext("revision {number}, captured {when}", locale)
    return text.format(number=revision.number, when=local_time(revision.observed_at))


def _field(field: FieldDiff, language: str, locale: str) -> Iterator[str]:
    yield f"<h2>{html_text(label('field', field.field, locale))}</h2>"
    yield f'<div class="text" lang="{language}">'
    for fold, rows in folded_groups(field):
        if fold:
            text = ngettext(
                "{number} unchanged paragraph", "{number} unchanged paragraphs", len(rows), locale
            )
            yield f'<details><summary lang="{locale}">{text.format(number=len(rows))}</summary>'
        for row in rows:
            yield _row(row, locale)
        if fold:
            yield "</details>"
    yield "</div>"


def _row(row: ParagraphRow, locale: str) -> str:
    same = " same" if row.unchanged else ""
    sides: tuple[tuple[str, bool, Op, str, str], ...] = (
        ("old", row.before, "removed", gettext("before:", locale), gettext("moved away:", locale)),
        ("new", row.after, "added", gettext("after:", locale), gettext("moved here:", locale)),
    )
    cells = ""
    for name, present, op, side, note in sides:
        text = _side(row.part, op) if present else ""
        mark = f'<span class="dim" lang="{locale}">{note} </span>' if row.moved and text else ""
        css = f"{name} moved" if mark else name
        cells += f'<div class="{css}" data-label="{side} ">{mark}{text}</div>'
    return f'<div class="pair{same}">{cells}</div>'


def _side(part: Part, op: Op) -> str:
    tag = {"removed": "del", "added": "ins"}.get(op, "")
    spans = []
    for span in part:
        text = html_text(span.text)
        if span.op == op:
            spans.append(f"<{tag}>{text}</{tag}>")
        elif span.op == "same":
            spans.append(text)
    return " ".join(spans)
