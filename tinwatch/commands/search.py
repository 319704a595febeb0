"""tinwatch search and tinwatch reindex: full-text search over articles."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from storage.db.connection import row_count
from storage.search.rank import Hit, Order, count_hits, find
from storage.search.reindex import rebuild_index
from tinwatch.commands.export_formats import format_of_file
from tinwatch.commands.filter_options import ArticleOptions
from tinwatch.commands.options import HomeOption, JsonOption, with_options
from tinwatch.commands.writing_exports import export_articles
from tinwatch.terminal.console import database, home_and_database, out, print_json, safe
from tinwatch.terminal.messages import article_day, gettext, ngettext, status_mark, styled
from tinwatch.terminal.progress import ArticleProgress

MAX_HITS = 1000  # per call; tinwatch export has no limit


@with_options(ArticleOptions)
def search(
    query: Annotated[
        list[str], typer.Argument(help='Words, "phrases", begin*, AND OR NOT, title: site: from:')
    ],
    chosen: ArticleOptions,
    limit: Annotated[int, typer.Option(min=1, max=MAX_HITS, help="Maximum number of hits.")] = 20,
    newest: Annotated[
        bool, typer.Option("--newest", help="Newest first instead of best match first.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write all hits: .csv, .xlsx, .ris, .json, .bib ..."),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search the articles, in all their revisions, best match first."""
    with home_and_database(home) as (opened, db):
        narrowed = chosen.query(query)
        if output is not None:
            export_articles(opened, db, format_of_file(output), output, query=narrowed)
            return
        order: Order = "newest" if newest else "rank"
        hits = find(db, narrowed, limit=limit, order=order)
        if as_json:
            for hit in hits:
                print_json(asdict(hit))
            return
        total = count_hits(db, narrowed)
        summary = ngettext("{number} article found", "{number} articles found", total)
        if total > len(hits):
            shown = (
                gettext("the newest {number}:", number=len(hits))
                if newest
                else gettext("the best {number}:", number=len(hits))
            )
            summary = f"{summary}; {shown}"
        out.print(summary)
        for hit in hits:
            _print_hit(hit)


def _print_hit(hit: Hit) -> None:
    older = gettext("in revision {number}, changed since", number=hit.revision)
    older = "" if hit.newest else " " + styled("yellow", older)
    out.print(
        f"[dim]{hit.article:>5}[/] [bold]{hit.site}[/] {article_day(hit.day, hit.day_source)} "
        f"{safe(hit.title)}{status_mark(hit.status)}{older}"
    )
    snippet = "".join(f"[bold]{safe(t)}[/]" if match else safe(t) for t, match in hit.snippet)
    out.print(f"      {snippet}")


def reindex(home: HomeOption = None) -> None:
    """Build the full-text index again from the stored revisions."""
    with database(home) as db:
        progress = ArticleProgress(gettext("indexing"))
        with progress.of(row_count(db, "revisions")):
            indexed = rebuild_index(db, progress.advance)
        out.print(ngettext("{number} revision indexed", "{number} revisions indexed", indexed))
