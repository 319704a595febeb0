"""tinwatch search and tinwatch reindex: full-text search over articles."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from crawlers.province_filter import chosen_provinces
from crawlers.registry import check_site
from storage.db.connection import row_count
from storage.models import ArticleStatus
from storage.search.parser import Filter, Query, parse_query, with_filters
from storage.search.rank import Hit, Order, count_hits, find
from storage.search.reindex import rebuild_index
from tinwatch.commands.options import (
    FormerProvinceOption,
    HomeOption,
    JsonOption,
    ProvinceOption,
    SiteOption,
)
from tinwatch.terminal.console import database, out, print_json, safe
from tinwatch.terminal.messages import gettext, label, ngettext, styled
from tinwatch.terminal.progress import ArticleProgress

MAX_HITS = 1000  # per call; tinwatch export has no limit


def search(
    query: Annotated[
        list[str], typer.Argument(help='Words, "phrases", begin*, AND OR NOT, title: site: from:')
    ],
    limit: Annotated[int, typer.Option(min=1, max=MAX_HITS, help="Maximum number of hits.")] = 20,
    newest: Annotated[
        bool, typer.Option("--newest", help="Newest first instead of best match first.")
    ] = False,
    site: SiteOption = None,
    province: ProvinceOption = None,
    former_province: FormerProvinceOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Search the articles, in all their revisions, best match first."""
    with database(home) as db:
        narrowed_query = _narrowed(parse_query(" ".join(query)), site, province, former_province)
        order: Order = "newest" if newest else "rank"
        hits = find(db, narrowed_query, limit=limit, order=order)
        if as_json:
            for hit in hits:
                print_json(asdict(hit))
            return
        total = count_hits(db, narrowed_query)
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


def _narrowed(
    query: Query, site: str | None, province: str | None, former_province: str | None
) -> Query:
    filters = []
    if site is not None:
        check_site(site)
        filters.append(Filter("site", (site,)))
    provinces = chosen_provinces(province, former_province)
    if provinces is not None:
        filters.append(Filter("provinces", tuple(sorted(provinces))))
    return with_filters(query, *filters)


def _print_hit(hit: Hit) -> None:
    status = (
        ""
        if hit.status == ArticleStatus.LIVE
        else f" [red]{label('article_status', hit.status)}[/]"
    )
    older = gettext("in revision {number}, changed since", number=hit.revision)
    older = "" if hit.newest else " " + styled("yellow", older)
    out.print(
        f"[dim]{hit.article:>5}[/] [bold]{hit.site}[/] {(hit.published or '')[:10]:<10} "
        f"{safe(hit.title)}{status}{older}"
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
