"""tinwatch diff: the difference of two revisions, as text, JSON or HTML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.changes.classify import edit_of_diffs
from pipelines.changes.diff import FieldDiff, Part
from pipelines.changes.diff import diff as compare
from pipelines.changes.excerpt import excerpt
from storage.articles.repository import get_article
from storage.articles.revisions import Revision, revision_pair, revisions
from tinwatch.commands.options import ArticleArgument, HomeOption, JsonOption
from tinwatch.reports.atomic_files import write_whole
from tinwatch.reports.diff_page import diff_page
from tinwatch.reports.diff_text import difference_line
from tinwatch.terminal.console import database, local_time, out, print_json, safe
from tinwatch.terminal.messages import (
    UsageError,
    gettext,
    label,
    ngettext,
    styled,
    terminal_locale,
)

CONTEXT_WORDS = 12  # on each side of a change
MARKS = {"same": "{}", "added": "[green]+{}+[/]", "removed": "[red]-{}-[/]"}


def diff(
    article: ArticleArgument,
    a: Annotated[int | None, typer.Argument(help="Number of the older revision.")] = None,
    b: Annotated[int | None, typer.Argument(help="Number of the newer revision.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Show unchanged text as well.")] = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write an HTML page with both revisions side by side."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two revisions, word by word; by default the newest two."""
    with database(home) as db:
        stored = get_article(db, article)
        stored_revisions = revisions(db, stored.id)
        if len(stored_revisions) == 1:
            message = gettext(
                "article {number} has one revision: it was never edited", number=stored.id
            )
            raise UsageError(message)
        if as_json and html:
            raise UsageError(gettext("--json and --html exclude each other"))
        old, new = revision_pair(stored_revisions, a, b)
        fields = compare(old.record, new.record)
        if as_json:
            print_json(_as_json(stored.id, old, new, fields))
        elif html:
            locale = terminal_locale()
            line = difference_line(fields, locale)
            write_whole(html, diff_page(old, new, fields, line, locale))
            out.print(gettext("written to {file}", file=safe(str(html))))
        else:
            _print(old, new, fields, full=full)


def _as_json(article: int, old: Revision, new: Revision, fields: list[FieldDiff]) -> dict[str, Any]:
    return {
        "article": article,
        "from_revision": old.number,
        "to_revision": new.number,
        **(edit_of_diffs(fields).as_detail() if fields else {}),
        "fields": [
            {
                "field": f.field,
                "parts": [[{"op": s.op, "text": s.text} for s in p] for p in f.parts],
                "moved": list(f.moved),
                "old_order": list(f.old_order),
            }
            for f in fields
        ],
    }


def _print(old: Revision, new: Revision, fields: list[FieldDiff], *, full: bool) -> None:
    out.print(
        f"[bold]{safe(new.record.title)}[/]\n"
        + styled(
            "dim",
            gettext(
                "revision {old} ({old_time}) to {new} ({new_time})",
                old=old.number,
                old_time=local_time(old.observed_at),
                new=new.number,
                new_time=local_time(new.observed_at),
            ),
        )
    )
    if not fields:
        out.print(difference_line(fields, terminal_locale()))
    for field in fields:
        _print_field(field, full=full)


def _print_field(field: FieldDiff, *, full: bool) -> None:
    out.print(f"\n[bold]{label('field', field.field)}[/]")
    hidden = 0
    for index, part in enumerate(field.parts):
        unchanged = all(span.op == "same" for span in part)
        if unchanged and index not in field.moved and not full:
            hidden += 1
            continue
        mark = styled("magenta", gettext("moved:")) + " " if index in field.moved else ""
        out.print(f"  {mark}{_words(part, full=full)}")
    if hidden:
        unchanged_parts = ngettext("{number} part unchanged", "{number} parts unchanged", hidden)
        out.print("  " + styled("dim", unchanged_parts))


def _words(part: Part, *, full: bool) -> str:
    """Return a paragraph's spans; of unchanged text only the words next to a change."""
    spans = part if full else excerpt(part, CONTEXT_WORDS)
    return " ".join(MARKS[span.op].format(safe(span.text)) for span in spans)
