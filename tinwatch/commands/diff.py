"""tinwatch diff: what changed between two revisions, for the terminal, a program or a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.changes.classify import judged
from pipelines.changes.diff import FieldDiff, Part
from pipelines.changes.diff import diff as compare
from pipelines.changes.excerpt import excerpt
from storage.articles.repository import Revision, get_article, revision_pair, revisions
from tinwatch.commands.options import ArticleArgument, HomeOption, JsonOption
from tinwatch.reports.atomic_files import write_whole
from tinwatch.reports.diff_page import diff_page
from tinwatch.terminal.console import (
    count,
    database,
    local_time,
    out,
    print_json,
    safe,
)

CONTEXT = 12  # words that are shown on each side of a change
MARKS = {"same": "{}", "added": "[green]+{}+[/]", "removed": "[red]-{}-[/]"}
NOTHING = "no difference that a reader could see"


def diff(
    article: ArticleArgument,
    a: Annotated[int | None, typer.Argument(help="Number of the older revision.")] = None,
    b: Annotated[int | None, typer.Argument(help="Number of the newer revision.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Unchanged text as well.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with both sides to this file.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two revisions, word by word; by default the newest two."""
    with database(home) as db:
        known = get_article(db, article)
        kept = revisions(db, known.id)
        if len(kept) == 1:
            raise ValueError(f"article {known.id} has one revision: it was never edited")
        if as_json and html:
            raise ValueError("--json and --html cannot both be given: choose one")
        old, new = revision_pair(kept, a, b)
        found = compare(old.record, new.record)
        if as_json:
            print_json(_as_json(known.id, old, new, found))
        elif html:
            summary = judged(found).summary if found else NOTHING
            write_whole(html, diff_page(old, new, found, summary))
            out.print(f"written to {safe(str(html))}")
        else:
            _print(old, new, found, full=full)


def _as_json(article: int, old: Revision, new: Revision, found: list[FieldDiff]) -> dict[str, Any]:
    return {
        "article": article,
        "from_revision": old.number,
        "to_revision": new.number,
        **(judged(found).as_detail() if found else {}),
        "fields": [
            {
                "field": f.field,
                "parts": [[{"op": s.op, "text": s.text} for s in p] for p in f.parts],
                "moved": list(f.moved),
                "old_order": list(f.old_order),
            }
            for f in found
        ],
    }


def _print(old: Revision, new: Revision, found: list[FieldDiff], *, full: bool) -> None:
    out.print(
        f"[bold]{safe(new.record.title)}[/]\n[dim]revision {old.number} "
        f"({local_time(old.observed_at)}) to {new.number} ({local_time(new.observed_at)})[/]"
    )
    if not found:
        out.print(NOTHING)
    for field in found:
        _print_field(field, full=full)


def _print_field(field: FieldDiff, *, full: bool) -> None:
    out.print(f"\n[bold]{field.field}[/]")
    hidden = 0
    for place, part in enumerate(field.parts):
        unchanged = all(span.op == "same" for span in part)
        if unchanged and place not in field.moved and not full:
            hidden += 1
            continue
        mark = "[magenta]moved:[/] " if place in field.moved else ""
        out.print(f"  {mark}{_words(part, full=full)}")
    if hidden:
        out.print(f"  [dim]{count(hidden, 'part')} unchanged[/]")


def _words(part: Part, *, full: bool) -> str:
    """A paragraph's spans, of what stayed only the words next to a change."""
    shown = part if full else excerpt(part, CONTEXT)
    return " ".join(MARKS[span.op].format(safe(span.text)) for span in shown)
