"""A captured response as text. It is never rendered as HTML."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from crawlers.extraction.encoding import decode
from storage.archive.captures import StoredCapture, get_capture, read_capture
from storage.archive.reader import Record
from storage.db.connection import Database
from storage.home import Home
from storage.messages.reasons_lookups import NotFound
from storage.reasons import gettext_noop
from tinwatch.web.components.parameters import ArticleId
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import not_found
from tinwatch.web.rendering import attachment, render

router = APIRouter(include_in_schema=False)
MAX_SOURCE_CHARS = 400_000


@router.get("/captures/{capture}")
def capture(request: Request, db: ReadDatabase, capture: ArticleId) -> Response:
    stored, record = _read(request, db, capture)
    text, _ = decode(record.body, dict(record.headers).get("Content-Type"))
    return render(
        request,
        "capture.html",
        capture=stored,
        headers=record.headers,
        text=text[:MAX_SOURCE_CHARS],
        cut=len(text) > MAX_SOURCE_CHARS,
    )


@router.get("/captures/{capture}/body")
def body(request: Request, db: ReadDatabase, capture: ArticleId) -> Response:
    stored, record = _read(request, db, capture)
    name = f"{stored.site}-{stored.id}.bin"
    return attachment(record.body, "application/octet-stream", name)


def _read(request: Request, db: Database, capture: int) -> tuple[StoredCapture, Record]:
    """Return the capture and its WARC record. Raise PageError(404) or CaptureError."""
    try:
        stored = get_capture(db, capture)
    except NotFound as error:
        raise not_found(gettext_noop("No such capture.")) from error
    home: Home = request.app.state.home
    return stored, read_capture(home.captures, stored)
