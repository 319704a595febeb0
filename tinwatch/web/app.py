"""The dashboard as a FastAPI application: routes, static files and the security middleware."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from storage.home import Home
from tinwatch import __version__
from tinwatch.web import auth as login
from tinwatch.web.api import routes as api
from tinwatch.web.components.parameters import refuse_unknown_parameters
from tinwatch.web.error_pages import add_error_handlers
from tinwatch.web.pages import article as article_page
from tinwatch.web.pages import (
    capture,
    changes,
    diff,
    evidence,
    feeds,
    front,
    health,
    memento,
    pending,
    provinces,
    review,
    search,
    sites,
    stories,
    takedowns,
)
from tinwatch.web.security import SecurityMiddleware
from tinwatch.web.sessions import LoginThrottle, Sessions

# One module per topic, each with a `router`. To add a page, add a line here.
PAGES = (
    login,
    front,
    article_page,
    diff,
    evidence,
    capture,
    changes,
    takedowns,
    review,
    pending,
    sites,
    provinces,
    stories,
    health,
    search,
    feeds,
    api,
)


def make_app(
    home: Home,
    token: str | None = None,
    hosts: Collection[str] = (),
    any_address: bool = False,
    root_path: str = "",
) -> FastAPI:
    """Return the application for a home.

    Args:
        token: if given, every request must carry it
        hosts: Host header values to accept besides localhost
        any_address: also accept every numeric address
        root_path: the prefix of all paths behind a proxy, such as "/tinwatch"

    Raise DatabaseError if the database exists and cannot be used; without one, pages answer 503.
    """
    if home.database_file.exists():
        with closing(home.database()):
            pass  # migrates an older database; the read-only connections of the pages cannot
    # FastAPI's documentation pages load their assets from a CDN.
    app = FastAPI(
        title="tinwatch",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.home = home
    app.state.token = token
    app.state.sessions = Sessions()
    app.state.throttle = LoginThrottle()
    app.include_router(memento.router)  # a query string is part of the address asked for
    for page in PAGES:
        app.include_router(page.router, dependencies=[Depends(refuse_unknown_parameters)])
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")))
    add_error_handlers(app)
    app.add_middleware(
        SecurityMiddleware, token=token, hosts=hosts, any_address=any_address, root_path=root_path
    )
    return app
