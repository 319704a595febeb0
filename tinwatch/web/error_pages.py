"""Error pages and API errors in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from storage.archive.errors import CaptureError
from storage.db.connection import DatabaseError
from storage.messages import describe, gettext, label
from storage.messages.reasons_input import InputError
from storage.reasons import LEGACY_TEXT, Reason, gettext_noop
from tinwatch.web.addresses import local_path
from tinwatch.web.rendering import language, render

# Type of pydantic's error -> what is wrong; with the names of its context
INVALID_VALUES = {
    "int_parsing": gettext_noop("not a whole number"),
    "int_type": gettext_noop("not a whole number"),
    "float_parsing": gettext_noop("not a number"),
    "greater_than_equal": gettext_noop("less than {ge}"),
    "less_than_equal": gettext_noop("more than {le}"),
    "string_too_short": gettext_noop("empty"),
    "string_too_long": gettext_noop("more than {max_length} characters"),
    "date_from_datetime_parsing": gettext_noop("not a date such as 2025-03-31"),
    "date_parsing": gettext_noop("not a date such as 2025-03-31"),
    "missing": gettext_noop("it is missing"),
}


FILE_SUFFIXES = ("json", "csv", "xlsx", "zip", "atom")  # of paths that answer with a file
FILE_FOLDERS = ("hits", "cite")  # whose last component is a format: /search/hits/ris


class PageError(HTTPException):
    """An error that a page raises: a status, and a message of the catalogue or a reason.

    Attributes:
        message: English text marked by gettext_noop(), with {names} for `params`; or a reason
    """

    def __init__(self, status: int, message: str | Reason, **params: Any) -> None:
        super().__init__(status)
        self.message = message
        self.params = params


def not_found(message: str | Reason, **params: Any) -> PageError:
    return PageError(404, message, **params)


def bad_request(message: str | Reason, **params: Any) -> PageError:
    return PageError(400, message, **params)


def error_response(
    request: Request, status: int, message: str | Reason, **params: object
) -> Response:
    """Return an HTML page with the message.

    For a file plain text, and JSON {"error": ...} for a file of JSON and below /api/.
    """
    locale = language(request)
    if isinstance(message, Reason):
        text = describe(message, locale)
    else:
        text = gettext(message, locale).format(**params)
    expected = _file_type(local_path(request))
    if expected:
        is_json = expected in ("json", "csl-json")
        return JSONResponse({"error": text}, status) if is_json else PlainTextResponse(text, status)
    title = label("error_title", status, locale)
    return render(request, "error.html", status, title=title, message=text)


def _file_type(path: str) -> str:
    """Return the type of the file that a path answers with: "csv", "csl-json"; "" for a page."""
    first, *others = path.strip("/").split("/")
    if first == "api":
        return "json"
    if first == "timemap" and others:
        return others[0]  # followed by the URL of another site
    if first == "timegate":
        return ""
    *folders, last = (first, *others)
    if folders and folders[-1] in FILE_FOLDERS:
        return last
    suffix = last.rpartition(".")[2]
    return suffix if suffix in FILE_SUFFIXES else ""


def _what_is_wrong(error: Mapping[str, Any], locale: str) -> str:
    """Return why pydantic refuses a value; for rare errors its own English sentence."""
    message = INVALID_VALUES.get(error["type"])
    if message is None:
        return str(error["msg"])
    return gettext(message, locale).format(**error.get("ctx", {}))


def add_error_handlers(app: FastAPI) -> None:
    """Register handlers that answer expected errors with a page or JSON."""

    @app.exception_handler(PageError)
    def _page_error(request: Request, error: PageError) -> Response:
        return error_response(request, error.status_code, error.message, **error.params)

    @app.exception_handler(StarletteError)
    def _http_error(request: Request, error: StarletteError) -> Response:
        messages = {
            404: gettext_noop("No page at this address."),
            405: gettext_noop("This address does not accept that method."),
        }
        message = messages.get(error.status_code, Reason(LEGACY_TEXT, text=error.detail))
        return error_response(request, error.status_code, message)

    @app.exception_handler(InputError)
    def _bad_input(request: Request, error: InputError) -> Response:
        return error_response(request, 400, error.reason)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        name = str(first["loc"][-1])
        if first["type"] == "extra_forbidden":
            return error_response(
                request, 400, gettext_noop("Unknown parameter: {name}"), name=name
            )
        if first["type"] == "literal_error":
            message = gettext_noop("Invalid value for {name}. Use one of: {expected}")
            return error_response(request, 400, message, name=name, **first["ctx"])
        message = gettext_noop("Invalid value for {name}: {why}")
        why = _what_is_wrong(first, language(request))
        return error_response(request, 400, message, name=name, why=why)

    @app.exception_handler(DatabaseError)
    def _no_database(request: Request, error: DatabaseError) -> Response:
        message = gettext_noop("Cannot open the database: {why}")
        return error_response(request, 503, message, why=str(error))

    @app.exception_handler(CaptureError)
    def _no_capture(request: Request, error: CaptureError) -> Response:
        message = gettext_noop("Cannot read the capture: {why}")
        return error_response(request, 404, message, why=str(error))
