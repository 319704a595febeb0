"""Template rendering: locale, filters, autoescape."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from storage import timezone
from storage.archive.archive_names import archive_name
from storage.events.ledger import Event
from storage.events.reviews import MARKS, MAX_NAME_CHARS, MAX_NOTE_CHARS
from storage.messages import LOCALES, label, translations
from storage.messages.event_lines import LocalizedText, event_line, missing_line, reason_text
from storage.models import EventKind
from storage.timezone import day_first
from tinwatch import __version__
from tinwatch.terminal import console
from tinwatch.web.addresses import local_path, root_of
from tinwatch.web.components.navigation import NAVIGATION

YEAR_SECONDS = 365 * 24 * 3600  # lifetime of preference cookies
DEFAULT_LOCALE = "vi"
COMPLETE = "complete"  # parameter of a page with all its figures (components/figures.py)
REVIEWER_COOKIE = "tinwatch_name"  # name of the last review from this browser


def plain(text: str | None) -> str:
    """Remove control characters, bidi overrides and lone surrogates from a text of a site."""
    return console.printable(text).encode("utf-8", "replace").decode()


def local_time(utc: str | None) -> str:
    """Return a stored UTC time as Vietnam time, or an empty string for None."""
    return timezone.local_time(utc) if utc else ""


def day(utc: str | None) -> str:
    """Return the day of local_time(): 07/04/2025."""
    return local_time(utc)[:10]


def web_address(url: str | None) -> str:
    """Return the URL if it is http or https, else an empty string."""
    return url if url and url.startswith(("https://", "http://")) else ""


def described_event(event: Event, locale: str) -> LocalizedText:
    return event_line(event.kind, event.detail, event.summary, locale)


@lru_cache(maxsize=8)
def environment(locale: str, root: str = "") -> Environment:
    """Return the template environment of a locale; `_()`, `ngettext()` and `label()` translate.

    `root` is the prefix of all links (tinwatch/web/addresses.py); imported macros need it, too.
    """
    env = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    env.globals |= {
        "lang": locale,
        "root": root,
        "label": partial(label, locale=locale),
        "MARKS": MARKS,
        "MAX_NOTE_CHARS": MAX_NOTE_CHARS,
        "MAX_NAME_CHARS": MAX_NAME_CHARS,
    }
    env.filters |= {
        "plain": plain,
        "local_time": local_time,
        "day": day,
        "web_address": web_address,
        "archive_name": archive_name,
        "day_first": day_first,
        "described": partial(reason_text, locale=locale),
        "event_line": partial(described_event, locale=locale),
        "edit_line": lambda detail: event_line(EventKind.EDITED, detail, "", locale),
    }
    env.globals["missing_line"] = partial(missing_line, locale=locale)
    return env


def reviewer_name(request: Request) -> str:
    return unquote(request.cookies.get(REVIEWER_COOKIE, ""))[:MAX_NAME_CHARS]


def _preferred(accepted: str) -> str:
    """Return the first supported locale of an Accept-Language header."""
    for part in accepted.split(","):
        name = part.split(";")[0].strip().lower().split("-")[0]
        if name in LOCALES:
            return name
    return DEFAULT_LOCALE


def language(request: Request) -> str:
    """Return the locale of ?lang=, else of the cookie, else of Accept-Language."""
    for chosen in (request.query_params.get("lang"), request.cookies.get("tinwatch_lang")):
        if chosen in LOCALES:
            return chosen
    return _preferred(request.headers.get("accept-language", ""))


def here(request: Request, changes: Mapping[str, object]) -> str:
    """Return the request's path and query with some parameters changed.

    A list repeats a parameter; None removes it. Links do not pass on COMPLETE.
    """
    dropped = {COMPLETE, *changes}
    kept = [each for each in request.query_params.multi_items() if each[0] not in dropped]
    query = [each for each in [*kept, *changes.items()] if each[1] not in (None, "", [])]
    return f"{request.url.path}?{urlencode(query, doseq=True)}" if query else request.url.path


def render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return the template `name` as a response in the request's language."""
    lang = language(request)
    text = (
        environment(lang, root_of(request))
        .get_template(name)
        .render(
            {
                "request": request,
                "path": local_path(request),
                "other_lang": next(other for other in LOCALES if other != lang),
                "here": lambda *named, **changes: here(request, dict(named) | changes),
                "navigation": NAVIGATION,
                "reviewer_name": reviewer_name,
                "version": __version__,
                "has_token": bool(request.app.state.token),
            }
            | values
        )
    )
    response = HTMLResponse(text, status)
    if request.query_params.get("lang") in LOCALES:
        set_preference(request, response, "tinwatch_lang", lang)
    return response


def set_preference(request: Request, response: Response, cookie: str, value: str) -> None:
    """Set a cookie for a year, on the paths of this dashboard."""
    path = root_of(request) or "/"
    response.set_cookie(
        cookie, value, max_age=YEAR_SECONDS, path=path, httponly=True, samesite="lax"
    )


def attachment(content: bytes, media_type: str, name: str) -> Response:
    """Return bytes that a browser saves under a name and never shows as a page."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
