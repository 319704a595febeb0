"""The front page: what is new."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from storage.events import events
from tinwatch.web.databases import ReadDatabase
from tinwatch.web.templates import render

router = APIRouter(include_in_schema=False)


@router.get("/")
def new(request: Request, db: ReadDatabase) -> Response:
    found = list(events(db))[:50]
    return render(request, "new.html", events=found)
