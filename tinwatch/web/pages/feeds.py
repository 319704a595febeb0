"""Atom feeds: events of all sites, one site or a subscription, and hits of a saved search."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated
from urllib.parse import unquote_plus

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from crawlers.article_filter import parse_article_query
from crawlers.registry import all_sites
from schedules.alerts.subscriptions import get_subscription, read_subscriptions
from storage.db.connection import Database
from storage.events.atom import TITLE, atom_of_events
from storage.events.filters import EventFilter
from storage.events.search_atom import atom_of_hits
from storage.home import HomeError
from storage.messages.reasons_lookups import NotFound
from storage.reasons import gettext_noop
from storage.runs.sites import site_facts
from storage.search.parser import QueryError
from storage.search.saved_searches import saved_search
from tinwatch.web.addresses import root_url
from tinwatch.web.components.event_query import EventQuery
from tinwatch.web.connections import ReadDatabase
from tinwatch.web.error_pages import bad_request, not_found
from tinwatch.web.rendering import language

router = APIRouter(include_in_schema=False)
ATOM = "application/atom+xml"


@router.get("/feeds/all.atom")
def all_events(
    request: Request, db: ReadDatabase, query: Annotated[EventQuery, Query()]
) -> Response:
    chosen = query.event_filter(db, historical=False)
    title = TITLE if chosen == EventFilter() else f"tinwatch: {unquote_plus(request.url.query)}"
    return _events(request, db, chosen, title, language(request))


@router.get("/feeds/site/{name}.atom")
def events_of_site(request: Request, db: ReadDatabase, name: str) -> Response:
    chosen = EventFilter(sites=frozenset({name}))
    return _events(request, db, chosen, f"tinwatch: {_title(db, name)}", language(request))


@router.get("/feeds/subscription/{name}.atom")
def events_of_subscription(request: Request, db: ReadDatabase, name: str) -> Response:
    """Events of a subscription in alerts.toml, which is read at each request."""
    try:
        one = get_subscription(read_subscriptions(request.app.state.home.path), name)
        return _events(request, db, one.choice, f"tinwatch: {one.name}", one.language)
    except NotFound as error:
        raise not_found(error.reason) from error
    except (HomeError, QueryError) as error:  # its message names a local path
        raise bad_request(
            gettext_noop("alerts.toml is invalid: tinwatch alert --list shows the error")
        ) from error


def _events(
    request: Request, db: Database, chosen: EventFilter, title: str, locale: str
) -> Response:
    base, address = root_url(request), str(request.url)
    feed = atom_of_events(db, chosen, title=title, base=base, address=address, locale=locale)
    return atom_response(request, feed)


@router.get("/searches/{name}.atom")
def hits(request: Request, db: ReadDatabase, name: str) -> Response:
    try:
        saved = saved_search(db, name)
    except NotFound as error:
        raise not_found(gettext_noop("No such saved search.")) from error
    query = parse_article_query(saved.query)
    feed = atom_of_hits(db, saved, query, base=root_url(request), address=str(request.url))
    return atom_response(request, feed)


def atom_response(request: Request, feed: bytes) -> Response:
    """Return the feed, or 304 if the reader has this version of it."""
    etag = f'"{sha256(feed).hexdigest()[:32]}"'
    known = [each.strip().removeprefix("W/") for each in
             request.headers.get("if-none-match", "").split(",")]  # fmt: skip
    if etag in known:
        return Response(status_code=304, headers={"etag": etag})
    return Response(feed, media_type=ATOM, headers={"etag": etag})


def _title(db: Database, site: str) -> str:
    """Return the title of a site that was crawled or has a module. Raise PageError(404)."""
    try:
        return site_facts(db, site).title
    except NotFound as error:
        if site in all_sites():
            return all_sites()[site].title
        raise not_found(gettext_noop("No such site.")) from error
