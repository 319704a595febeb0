"""Renders templates: locale, filters, and everything escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from storage import timezone
from storage.events.ledger import Event
from storage.events.reviews import LONGEST_NAME, LONGEST_NOTE, MARKS
from storage.messages import LOCALES, label, translations
from storage.messages.event_lines import LocalizedText, event_line, missing_line, reason_text
from tinwatch import __version__
from tinwatch.terminal import console
from tinwatch.web.components.navigation import NAVIGATION

YEAR_SECONDS = 365 * 24 * 3600  # age of the cookies of choices
DEFAULT_LOCALE = "vi"
REVIEWER_COOKIE = "tinwatch_name"  # who wrote the last review in this browser


def plain(text: str | None) -> str:
    """Text of a page without control characters, overrides of direction and lone surrogates."""
    clean = (text or "").translate(console.CONTROLS | console.BIDI)
    return clean.encode("utf-8", "replace").decode()


def local_time(utc: str | None) -> str:
    """A stored UTC time in Vietnam time; nothing for none."""
    return timezone.local_time(utc) if utc else ""


def day(utc: str | None) -> str:
    """The same, the day alone: 07/04/2025."""
    return local_time(utc)[:10]


def day_first(iso: str | None) -> str:
    """A printed day, month or moment as it is written here: 2025-03-10 as 10/03/2025."""
    date, _, clock = (iso or "").partition(" ")
    return " ".join(filter(None, ["/".join(reversed(date.split("-"))), clock]))


def web_address(url: str | None) -> str:
    """A URL of a page where it is one that a browser may follow, else nothing."""
    return url if url and url.startswith(("https://", "http://")) else ""


def described_event(event: Event, locale: str) -> LocalizedText:
    """What an event says in one line."""
    return event_line(event.kind, event.detail, event.summary, locale)


def _edit_line(detail: dict[str, Any], locale: str) -> LocalizedText:
    return event_line("edited", detail, "", locale)


@cache
def environment(locale: str) -> Environment:
    """Templates in this locale: `_()`, `ngettext()`, `pgettext()` and `label()` translate."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations(locale), newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "lang": locale,
        "label": partial(label, locale=locale),
        "MARKS": MARKS,
        "LONGEST_NOTE": LONGEST_NOTE,
        "LONGEST_NAME": LONGEST_NAME,
    }
    made.filters |= {
        "plain": plain,
        "local_time": local_time,
        "day": day,
        "web_address": web_address,
        "day_first": day_first,
        "described": partial(reason_text, locale=locale),
        "event_line": partial(described_event, locale=locale),
        "edit_line": partial(_edit_line, locale=locale),
    }
    made.globals["missing_line"] = partial(missing_line, locale=locale)
    return made


def reviewer_name(request: Request) -> str:
    return unquote(request.cookies.get(REVIEWER_COOKIE, ""))[:LONGEST_NAME]


def _preferred(accepted: str) -> str:
    """The first locale of an Accept-Language header that there are messages for."""
    for part in accepted.split(","):
        name = part.split(";")[0].strip().lower().split("-")[0]
        if name in LOCALES:
            return name
    return DEFAULT_LOCALE


def language(request: Request) -> str:
    """?lang=, else the one that was chosen before, else what the browser prefers."""
    for chosen in (request.query_params.get("lang"), request.cookies.get("tinwatch_lang")):
        if chosen in LOCALES:
            return chosen
    return _preferred(request.headers.get("accept-language", ""))


def here(request: Request, changes: Mapping[str, object]) -> str:
    """This page's own address with some parameters changed; None drops one."""
    stated: dict[str, object] = {**request.query_params, **changes}
    kept = {name: value for name, value in stated.items() if value not in (None, "")}
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


def render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The template `name` as a response in the request's language."""
    lang = language(request)
    text = (
        environment(lang)
        .get_template(name)
        .render(
            {
                "request": request,
                "other_lang": next(other for other in LOCALES if other != lang),
                "here": lambda **changes: here(request, changes),
                "navigation": NAVIGATION,
                "reviewer_name": reviewer_name,
                "version": __version__,
                "has_token": bool(request.app.state.token),
            }
            | values
        )
    )
    answer = HTMLResponse(text, status)
    if request.query_params.get("lang") in LOCALES:
        answer.set_cookie(
            "tinwatch_lang", lang, max_age=YEAR_SECONDS, httponly=True, samesite="lax"
        )
    return answer
