"""The page as an application: routes, static files, and the guard in front of them."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from storage.home import Home
from tinwatch import __version__
from tinwatch.web import auth as login
from tinwatch.web.api import routes as api
from tinwatch.web.error_pages import answer_errors
from tinwatch.web.pages import article as article_page
from tinwatch.web.pages import (
    capture,
    diff,
    evidence,
    feeds,
    health,
    new,
    review,
    search,
    sites_provinces,
    stories,
    takedowns,
)
from tinwatch.web.security import Guard

# One module a topic, each with a `router`; another page is another line here.
PAGES = (
    login,
    new,
    article_page,
    diff,
    evidence,
    capture,
    takedowns,
    review,
    sites_provinces,
    stories,
    health,
    search,
    feeds,
    api,
)


def make_app(
    home: Home, token: str | None = None, hosts: Collection[str] = (), any_address: bool = False
) -> FastAPI:
    """The page of a home.

    With a `token` every request must carry it. `hosts` are the host names that it answers for
    beside localhost; `any_address` lets numeric addresses be among them. Raises DatabaseError
    where the database is there and cannot be used; without one the pages answer 503.
    """
    if home.database_file.exists():
        with closing(home.database()):
            pass  # brings an older database up to date, which a reading page must not do
    # The usual pages of documentation load their assets from a foreign host.
    app = FastAPI(
        title="tinwatch",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.home = home
    app.state.token = token
    for page in PAGES:
        app.include_router(page.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")))
    answer_errors(app)
    app.add_middleware(Guard, token=token, hosts=hosts, any_address=any_address)
    return app
