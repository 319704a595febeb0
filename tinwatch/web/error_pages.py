"""Answers in words where something cannot be shown: never a traceback."""

from __future__ import annotations

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.archive.reader import CaptureError
from storage.db.connection import DatabaseError
from tinwatch.web.rendering import language, render
from tinwatch.web.sentences import sentence_told
from tinwatch.web.words import say, words


def error_answer(request: Request, status: int, key: str, **values: object) -> Response:
    """A page that says in words what is wrong; JSON {"error": ...} below /api/."""
    spoken = language(request)
    said = say(spoken, key, **values) if key in words() else sentence_told(key, spoken).text
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": said}, status)
    title = f"error_{status}" if f"error_{status}" in words() else "error_400"
    return render(request, "error.html", status, title=title, said=said)


def not_found(said: str) -> HTTPException:
    """To be raised by a page: 404 with a sentence, or the key of one."""
    return HTTPException(404, said)


def wrong(said: str) -> HTTPException:
    """To be raised by a page: 400 with a sentence, or the key of one."""
    return HTTPException(400, said)


def answer_errors(app: FastAPI) -> None:
    """Makes the app answer known errors in words."""

    @app.exception_handler(StarletteError)
    def _refused(request: Request, error: StarletteError) -> Response:
        unnamed = {404: ("Not Found", "no_such_page"), 405: ("Method Not Allowed", "wrong_method")}
        phrase, key = unnamed.get(error.status_code, ("", ""))
        said = key if error.detail == phrase else error.detail
        return error_answer(request, error.status_code, said)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        name = str(first["loc"][-1])
        return error_answer(request, 400, "wrong_value", name=name, why=first["msg"])

    @app.exception_handler(DatabaseError)
    def _no_database(request: Request, error: DatabaseError) -> Response:
        return error_answer(request, 503, "no_database", why=str(error))

    @app.exception_handler(CaptureError)
    def _no_capture(request: Request, error: CaptureError) -> Response:
        return error_answer(request, 404, "unreadable_capture", why=str(error))
