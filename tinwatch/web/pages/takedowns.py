"""Takedowns: what was removed, what is suspected, what came back."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from storage.checks.problems import MissedArticle, missed_articles
from storage.events.paging import Window, event_ids, newest_event
from storage.runs.sites import site_titles
from tinwatch.web.components.event_list import PAGE, lines
from tinwatch.web.components.parameters import PageNumber
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.rendering import render

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
    suspects: list[MissedArticle] = []
    ids: list[int] = []
    if show == "suspect":
        suspects = missed_articles(db, site, most=PAGE + 1, skip=skip)
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
