"""From a template to an answer: language, filters, and everything escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tinwatch import __version__
from tinwatch.terminal import console
from tinwatch.web.components.event_lines import edit_told, miss_told, told
from tinwatch.web.components.navigation import NAVIGATION
from tinwatch.web.sentences import field_name, sentence_told
from tinwatch.web.words import LANGUAGES, preferred, say

YEAR = 365 * 24 * 3600  # seconds that a chosen language is kept


def plain(text: str | None) -> str:
    """Text of a page without control characters, overrides of direction and lone surrogates."""
    clean = (text or "").translate(console.CONTROLS | console.BIDI)
    return clean.encode("utf-8", "replace").decode()


def local_time(utc: str | None) -> str:
    """A stored time as Vietnam's clock shows it; nothing for none."""
    return console.local_time(utc) if utc else ""


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


TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {
    "plain": plain,
    "local_time": local_time,
    "day": day,
    "web_address": web_address,
    "day_first": day_first,
    "told": told,
    "edit_told": edit_told,
    "miss_told": miss_told,
    "sentence_told": sentence_told,
    "field_name": field_name,
}


def language(request: Request) -> str:
    """?lang=, else the one that was chosen before, else what the browser prefers."""
    for chosen in (request.query_params.get("lang"), request.cookies.get("tinwatch_lang")):
        if chosen in LANGUAGES:
            return chosen
    return preferred(request.headers.get("accept-language", ""))


def here(request: Request, changes: Mapping[str, object]) -> str:
    """This page's own address with some parameters changed; None drops one."""
    stated: dict[str, object] = {**request.query_params, **changes}
    kept = {name: value for name, value in stated.items() if value not in (None, "")}
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path


def render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The template `name` as an answer. It knows `t(key, **values)`, `here(name=value)`, `lang`."""
    lang = language(request)
    text = TEMPLATES.get_template(name).render(
        {
            "request": request,
            "lang": lang,
            "other_lang": next(other for other in LANGUAGES if other != lang),
            "t": partial(say, lang),
            "here": lambda **changes: here(request, changes),
            "navigation": NAVIGATION,
            "version": __version__,
            "has_token": bool(request.app.state.token),
        }
        | values
    )
    answer = HTMLResponse(text, status)
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie("tinwatch_lang", lang, max_age=YEAR, httponly=True, samesite="lax")
    return answer
