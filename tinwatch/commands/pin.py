"""Canaries: tinwatch pin, unpin and pins. Every run must extract them unchanged."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from crawlers.registry import check_sites
from storage.articles import canaries
from storage.articles.repository import StoredArticle, get_article
from storage.db.connection import transaction
from storage.models import ArticleStatus
from tinwatch.commands.options import ArticleArgument, HomeOption, JsonOption, SitesOption
from tinwatch.terminal.console import database, local_time, out, print_rows, safe
from tinwatch.terminal.messages import UsageError, gettext, label


def pin(
    article: ArticleArgument,
    note: Annotated[str, typer.Option("--note", help="Why it is a canary.")] = "",
    home: HomeOption = None,
) -> None:
    """Make an article a canary: a run that extracts it differently is held."""
    with database(home) as db:
        stored = get_article(db, article)
        _check_can_be_pinned(stored)
        with transaction(db):
            canaries.pin(db, stored.id, note, datetime.now(UTC))
        out.print(
            gettext("article {number} of {site} is pinned", number=stored.id, site=stored.site)
        )


def _check_can_be_pinned(stored: StoredArticle) -> None:
    """Raise ValueError for an article that no run can check."""
    if stored.status in (ArticleStatus.REMOVED, ArticleStatus.MOVED):
        status = label("article_status", stored.status)
        message = gettext(
            "article {number} is {status}: pin a live one", number=stored.id, status=status
        )
        raise UsageError(message)
    if stored.url is None:
        raise UsageError(
            gettext("article {number} has no URL: no run can check it", number=stored.id)
        )


def unpin(article: ArticleArgument, home: HomeOption = None) -> None:
    """Remove a canary; the article stays."""
    with database(home) as db:
        stored = get_article(db, article)
        with transaction(db):
            canaries.unpin(db, stored.id)
        out.print(
            gettext("article {number} of {site} is unpinned", number=stored.id, site=stored.site)
        )


def pins(
    site: SitesOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the canaries: pinned articles, since when and why."""
    with database(home) as db:
        check_sites(site)
        found = canaries.pinned(db, site or None)
        if not print_rows(found, as_json, asdict, _print) and not as_json:
            out.print(gettext("no canaries: tinwatch pin ARTICLE adds one"))


def _print(canary: canaries.Canary) -> None:
    note = f" [dim]({safe(canary.note)})[/]" if canary.note else ""
    out.print(
        f"[dim]{canary.article:>6} {local_time(canary.pinned_at)}[/] {canary.site:<13} "
        f"{label('article_status', canary.status):<8} {safe(canary.title)}{note}"
    )
