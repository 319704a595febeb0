"""Atom feeds: of events, of all sites, one or a subscription, and of what a saved search finds."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from schedules.alerts.subscriptions import named, read_subscriptions
from storage.database import Database
from storage.event_choice import EventChoice
from storage.feeds import atom_of_events
from storage.hit_feed import atom_of_hits
from storage.home import HomeError
from storage.runs import site_facts
from storage.saved_searches import saved_search
from storage.search.query import QueryError
from tinwatch.web.answers import not_found, wrong
from tinwatch.web.databases import ReadDatabase

router = APIRouter(include_in_schema=False)
ATOM = "application/atom+xml"


@router.get("/feeds/all.atom")
def all_events(request: Request, db: ReadDatabase) -> Response:
    feed = atom_of_events(db, base=base(request), address=str(request.url))
    return Response(feed, media_type=ATOM)


@router.get("/feeds/site/{name}.atom")
def events_of_site(request: Request, db: ReadDatabase, name: str) -> Response:
    title = _title(db, name)
    feed = atom_of_events(
        db,
        EventChoice(sites=frozenset({name})),
        title=f"tinwatch: {title}",
        base=base(request),
        address=str(request.url),
    )
    return Response(feed, media_type=ATOM)


@router.get("/feeds/subscription/{name}.atom")
def events_of_subscription(request: Request, db: ReadDatabase, name: str) -> Response:
    """What a subscription of alerts.toml hears of; the file is read anew each time."""
    try:
        one = named(read_subscriptions(request.app.state.home.path), name)
        feed = atom_of_events(
            db,
            one.choice,
            title=f"tinwatch: {one.name}",
            base=base(request),
            address=str(request.url),
        )
    except KeyError as error:
        raise not_found(str(error.args[0])) from error
    except (HomeError, QueryError) as error:  # its words name a folder of ours
        raise wrong("alerts.toml is not right: tinwatch alert --list says where") from error
    return Response(feed, media_type=ATOM)


@router.get("/searches/{name}.atom")
def hits(request: Request, db: ReadDatabase, name: str) -> Response:
    try:
        saved = saved_search(db, name)
    except KeyError as error:
        raise not_found("no_such_search") from error
    try:
        feed = atom_of_hits(db, saved, base=base(request), address=str(request.url))
    except QueryError as error:  # a site that it names is no longer there
        raise wrong(str(error)) from error
    return Response(feed, media_type=ATOM)


def base(request: Request) -> str:
    """Where this page is, as whoever asks has reached it. The guard has checked the host."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _title(db: Database, site: str) -> str:
    """Raises a 404 in words."""
    try:
        return site_facts(db, site).title
    except KeyError as error:
        raise not_found("no_such_site") from error
