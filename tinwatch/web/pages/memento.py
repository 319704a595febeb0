"""Memento (RFC 7089): the revisions of an article by its URL on the site and a date.

    /timegate/URL         redirects to the revision that held at Accept-Datetime
    /timemap/link/URL     lists the revisions in link-format (RFC 6690)
    /timemap/json/URL     lists them as JSON

A revision is the memento of the time at which it was first captured. Its page states this time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from storage.articles.repository import StoredArticle, find_article, get_article
from storage.articles.revisions import RevisionStep, revision_steps
from storage.db.connection import Database
from storage.messages.reasons_lookups import NotFound
from storage.reasons import gettext_noop
from tinwatch.web.addresses import root_url
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import bad_request, not_found

router = APIRouter(include_in_schema=False)
METHODS = ["GET", "HEAD"]
LINK_FORMAT = "application/link-format"
SCHEME = re.compile(r"(https?):/+", re.IGNORECASE)  # a proxy may have joined the slashes
URL_CHARS = "%:/?#[]@!$&'()*+,;=~"  # not encoded in a link; <, > and " are


@dataclass(frozen=True, slots=True)
class Mementos:
    """The revisions of an article as mementos, oldest first. `root`: URL of this dashboard."""

    root: str
    article: StoredArticle
    original: str
    steps: list[RevisionStep]

    @classmethod
    def of(cls, request: Request, db: Database, article: StoredArticle, url: str) -> Mementos:
        steps = revision_steps(db, article.id)
        return cls(root_url(request), article, quote(url, URL_CHARS), steps)

    @property
    def timegate(self) -> str:
        return f"{self.root}/timegate/{self.original}"

    def timemap(self, form: str = "link") -> str:
        return f"{self.root}/timemap/{form}/{self.original}"

    def uri(self, step: RevisionStep) -> str:
        return f"{self.root}/articles/{self.article.id}?revision={step.current}"

    def at(self, moment: datetime | None) -> RevisionStep:
        """Return the revision that held at a time, by default now; before the first one, that."""
        held = [step for step in self.steps if moment is None or step.observed <= moment]
        return held[-1] if held else self.steps[0]

    def links(self, shown: RevisionStep | None = None) -> list[str]:
        """Return the links to the original, TimeGate and TimeMap, and those around a revision."""
        links = [
            f'<{self.original}>; rel="original"',
            f'<{self.timegate}>; rel="timegate"',
            f'<{self.timemap()}>; rel="timemap"; type="{LINK_FORMAT}"',
        ]
        names = self._ends()
        if shown is not None:
            index = self.steps.index(shown)
            names.setdefault(index, [])
            if index > 0:
                names.setdefault(index - 1, []).append("prev")
            if index + 1 < len(self.steps):
                names.setdefault(index + 1, []).append("next")
        return links + [self.link(self.steps[n], *names[n]) for n in sorted(names)]

    def _ends(self) -> dict[int, list[str]]:
        """Return the relations of the first and the last revision, which may be one."""
        names = {0: ["first"]}
        names.setdefault(len(self.steps) - 1, []).append("last")
        return names

    def link(self, step: RevisionStep, *relations: str) -> str:
        names = " ".join([*relations, "memento"])
        return f'<{self.uri(step)}>; rel="{names}"; datetime="{http_date(step.observed)}"'

    def link_format(self) -> str:
        first, last = (http_date(step.observed) for step in (self.steps[0], self.steps[-1]))
        head = [
            f'<{self.original}>; rel="original"',
            f'<{self.timegate}>; rel="timegate"',
            f'<{self.timemap()}>; rel="self"; type="{LINK_FORMAT}"; from="{first}"; until="{last}"',
        ]
        names = self._ends()
        links = [self.link(step, *names.get(n, [])) for n, step in enumerate(self.steps)]
        return ",\n".join([*head, *links]) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Return the TimeMap with the keys that Memento aggregators use."""
        listed = [
            {"datetime": f"{step.observed:%Y-%m-%dT%H:%M:%SZ}", "uri": self.uri(step)}
            for step in self.steps
        ]
        return {
            "original_uri": self.original,
            "self": self.timemap("json"),
            "timegate_uri": self.timegate,
            "timemap_uri": {"link_format": self.timemap(), "json_format": self.timemap("json")},
            "mementos": {"first": listed[0], "last": listed[-1], "list": listed},
        }


@router.api_route("/timegate/{url:path}", methods=METHODS)
def timegate(request: Request, db: ReadDatabase) -> Response:
    found = _found(request, db, "/timegate/")
    chosen = found.at(_accepted(request.headers.get("accept-datetime")))
    headers = {"vary": "accept-datetime", "link": ", ".join(found.links(chosen))}
    return RedirectResponse(found.uri(chosen), 302, headers)


@router.api_route("/timemap/link/{url:path}", methods=METHODS)
def timemap(request: Request, db: ReadDatabase) -> Response:
    found = _found(request, db, "/timemap/link/")
    return Response(found.link_format(), media_type=LINK_FORMAT)


@router.api_route("/timemap/json/{url:path}", methods=METHODS)
def json_timemap(request: Request, db: ReadDatabase) -> Response:
    return JSONResponse(_found(request, db, "/timemap/json/").to_dict())


def add_headers(
    request: Request, db: Database, response: Response, article: StoredArticle, number: int | None
) -> Response:
    """Add the Memento headers to the page of an article. `number`: of the revision asked for."""
    if article.url is None:  # a text without an address
        return response
    found = Mementos.of(request, db, article, article.url)
    shown = next((step for step in found.steps if number in step.numbers), None)
    response.headers["link"] = ", ".join(found.links(shown))
    if shown is not None:
        response.headers["memento-datetime"] = http_date(shown.observed)
    return response


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _accepted(header: str | None) -> datetime | None:
    """Return the time of Accept-Datetime. Raise PageError(400) for another form of it."""
    if header is None:
        return None
    try:
        moment = parsedate_to_datetime(header)
    except ValueError as error:
        raise bad_request(gettext_noop("Accept-Datetime is no HTTP date.")) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _found(request: Request, db: Database, prefix: str) -> Mementos:
    """Return the mementos of the URL behind the prefix. Raise PageError(404)."""
    url = _asked_url(request, prefix)
    article = _article(db, url)
    if article is None or not (found := Mementos.of(request, db, article, url)).steps:
        raise not_found(gettext_noop("No such article."))
    return found


def _asked_url(request: Request, prefix: str) -> str:
    """Return the URL as it was sent, with its query."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    path, query = raw.decode("latin-1"), request.url.query
    url = path.partition(prefix)[2] + (f"?{query}" if query else "")
    return SCHEME.sub(lambda scheme: f"{scheme[1].lower()}://", url, count=1)


def _article(db: Database, url: str) -> StoredArticle | None:
    """Return the article of a URL in any form in which the site prints it."""
    if not SCHEME.match(url):
        return None
    try:
        return get_article(db, url)
    except NotFound:
        pass
    from crawlers.inspection.pages import site_of  # slow to import

    try:
        site = site_of(url)
    except (NotFound, ValueError):  # another site's, or no URL
        return None
    key = site.key_of(url)
    return find_article(db, site.name, key) if key is not None else None
