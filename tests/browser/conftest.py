"""The page in a real Chromium, over the demo's four nights, served as `tinwatch serve` does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.types import ASGIApp

from storage.events.ledger import events
from storage.home import Home, open_home
from tests.served import served_app
from tinwatch.web.app import make_app

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
TIMEOUT = 20_000  # milliseconds, for a machine that is busy


def served(home: Home) -> AbstractContextManager[str]:
    """The address of the home's page, while it is served."""
    return served_app(make_app(home))


@pytest.fixture(scope="module")  # while it is open, nothing else in this process has an event loop
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium: tests/install_browser.sh installs it")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def demo_home(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy for these tests: a reader of the page writes to it."""
    place = tmp_path_factory.mktemp("browser") / "demo"
    return open_home(shutil.copytree(played / "data" / "demo", place))


@pytest.fixture(scope="session")
def edited(demo_home: Home) -> int:
    """The article of the demo's newest edit: its title changed, and a paragraph went."""
    with closing(demo_home.database()) as db:
        return max(int(event.article or 0) for event in events(db, kind="edited"))


@pytest.fixture(scope="session")
def address(demo_home: Home) -> Iterator[str]:
    with served(demo_home) as url:
        yield url


@pytest.fixture
def serve_home() -> Callable[[Home], object]:
    return served


@pytest.fixture
def serve_app() -> Callable[[ASGIApp], object]:
    return served_app


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Called with what a browser's context takes, gives an empty page that fails on any error."""
    contexts = []

    def make(**stated: object) -> Page:
        context = browser.new_context(**{"locale": "vi-VN", **stated})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        return page

    yield make
    for context in contexts:
        context.close()
