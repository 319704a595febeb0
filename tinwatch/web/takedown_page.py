"""Takedowns: what was removed, what is suspected, what came back."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from storage.database import Database
from storage.event_window import Window, event_ids, newest_event
from tinwatch.web.databases import ReadDatabase
from tinwatch.web.fields import PageNumber
from tinwatch.web.listing import PAGE, lines, site_titles
from tinwatch.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/takedowns")
def takedowns(
    request: Request,
    db: ReadDatabase,
    show: Literal["removed", "suspect", "restored"] = "removed",
    site: str = "",
    page: PageNumber = 1,
) -> Response:
    skip = (page - 1) * PAGE
    suspects: list[dict[str, Any]] = []
    ids: list[int] = []
    if show == "suspect":
        suspects = _suspects(db, site, PAGE + 1, skip)
    else:
        window = Window(0, newest_event(db), None, site)
        ids = event_ids(db, window, show, most=PAGE + 1, skip=skip)
    return render(
        request,
        "takedowns.html",
        show=show,
        site=site,
        titles=site_titles(db),
        lines=lines(db, ids[:PAGE]),
        suspects=suspects[:PAGE],
        page=page,
        more=max(len(ids), len(suspects)) > PAGE,
    )


def _suspects(db: Database, site: str, most: int, skip: int) -> list[dict[str, Any]]:
    """Suspects, those that were missed last first: article, site, title, checks, since ..."""
    return list(
        db.query(
            "SELECT articles.id AS article, articles.site, json_extract(record, '$.title') "
            "AS title, last_seen, last_checked, "
            "(SELECT count(*) FROM checks WHERE article = articles.id AND settled = 1 "
            "AND observed_at > last_seen) AS checks, "
            "(SELECT detail FROM checks WHERE article = articles.id AND settled = 1 "
            "ORDER BY observed_at DESC LIMIT 1) AS detail, "
            "(SELECT outcome FROM checks WHERE article = articles.id AND settled = 1 "
            "ORDER BY observed_at DESC LIMIT 1) AS outcome FROM articles "
            "JOIN revisions ON revisions.article = articles.id AND number = revision "
            "WHERE articles.status = 'suspect' AND (:site = '' OR articles.site = :site) "
            "ORDER BY articles.id DESC LIMIT :most OFFSET :skip",
            {"site": site, "most": most, "skip": skip},
        )
    )
