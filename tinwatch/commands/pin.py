"""tinwatch pin, unpin and pins: pages that each run must read as they were read before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from crawlers.registry import check_site
from storage.articles import canaries
from storage.articles.repository import Known, get_article
from storage.db.connection import transaction
from tinwatch.commands.options import (
    ArticleArgument,
    HomeOption,
    JsonOption,
    SiteOption,
)
from tinwatch.terminal.console import (
    database,
    local_time,
    out,
    print_json,
    safe,
)


def pin(
    article: ArticleArgument,
    note: Annotated[str, typer.Option("--note", help="Why, in your own words.")] = "",
    home: HomeOption = None,
) -> None:
    """Make an article a canary: a run that extracts it differently is held."""
    with database(home) as db:
        known = get_article(db, article)
        _must_be_there(known)
        with transaction(db):
            canaries.pin(db, known.id, note, datetime.now(UTC))
        out.print(f"article {known.id} of {known.site} is pinned: each run checks it")


def _must_be_there(known: Known) -> None:
    """Raises ValueError for an article that no run would find."""
    if known.status in ("removed", "moved"):
        raise ValueError(f"article {known.id} is {known.status}: pin one that is live")
    if known.url is None:
        raise ValueError(f"article {known.id} has no URL, so no run can check it: pin another one")


def unpin(article: ArticleArgument, home: HomeOption = None) -> None:
    """Remove a canary; the article stays."""
    with database(home) as db:
        known = get_article(db, article)
        with transaction(db):
            canaries.unpin(db, known.id)
        out.print(f"article {known.id} of {known.site} is not pinned any more")


def pins(
    site: SiteOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the canaries: pinned articles, since when and why."""
    with database(home) as db:
        if site is not None:
            check_site(site)
        found = canaries.pinned(db, site)
        for canary in found:
            if as_json:
                print_json(canary.as_json())
                continue
            note = f" [dim]({safe(canary.note)})[/]" if canary.note else ""
            out.print(
                f"[dim]{canary.article:>6} {local_time(canary.pinned_at)}[/] {canary.site:<13} "
                f"{canary.status:<8} {safe(canary.title)}{note}"
            )
        if not found and not as_json:
            out.print("nothing is pinned: tinwatch pin ARTICLE makes an article a canary")
