"""Every page on a wide and a narrow screen, light and dark: nothing runs over, axe finds nothing.

Axe looks at the narrow screen alone, where tables and charts have to be scrolled.

With TINWATCH_SCREENSHOTS=FOLDER pictures of all of them are kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from storage.home import Home
from storage.search.saved_searches import delete_search, save_search

TIMEOUT = 20_000  # milliseconds, for a machine that is busy

PAGES = {
    "new": "/?since=0", "night": "/", "kind": "/?since=0&kind=new", "article": "/articles/EDITED",
    "taken-down": "/articles/54", "diff": "/articles/EDITED/diff",
    "inline": "/articles/EDITED/diff?view=inline", "evidence": "/articles/54/evidence",
    "capture": "/captures/1", "takedowns": "/takedowns", "suspects": "/takedowns?show=suspect",
    "review": "/review", "pending": "/pending", "nowhere": "/nowhere",
    "changes": "/changes", "no-changes": "/changes?kind=outage",
    "sites": "/sites", "site": "/sites/gialai", "provinces": "/provinces",
    "province": "/provinces/lao-cai", "stories": "/stories", "story": "/stories/1",
    "health": "/health", "search": "/search?q=duong",
    "chart": "/search?q=duong&view=chart&group=site&by=day",
    "compare": "/search?q=duong&view=chart&compare=ho+so", "wrong-query": "/search?q=(duong",
    "day": "/sites/gialai?day=2025-03-10", "saved": "/search",
}  # fmt: skip
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SCREENS = {"wide": (1280, 900), "narrow": (390, 844)}


VIOLATIONS = {"resultTypes": ["violations"]}  # axe need not describe what is well
ONE_RULE = {"runOnly": ["color-contrast"]}  # in the dark nothing else can differ


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Called with a page and a name, keeps a picture of it where somebody wants to look at it."""
    chosen = os.environ.get("TINWATCH_SCREENSHOTS")

    def keep(page: Page, name: str) -> None:
        if chosen:
            page.screenshot(path=Path(chosen) / f"{name}.png", full_page=True)

    return keep


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all: what is looked at keeps nothing that the next one could see."""
    context = browser.new_context(locale="vi-VN", bypass_csp=True)  # axe is a script
    context.set_default_timeout(TIMEOUT)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module", autouse=True)
def saved(demo_home: Home) -> Iterator[None]:
    """A saved search, so that the list of them is looked at too."""
    with closing(demo_home.database()) as db:
        save_search(db, "con-duong", 'duong OR "cầu cống"', datetime(2025, 3, 14, tzinfo=UTC))
        yield
        delete_search(db, "con-duong")


@pytest.mark.parametrize("name", PAGES)
def test_page_passes_axe_and_fits_the_screen(
    page: Page, address: str, picture: Callable[[Page, str], None], edited: int, name: str
) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(address + PAGES[name].replace("EDITED", str(edited)))
    for summary in page.locator("details > summary").all()[:2]:
        summary.click()
    for screen, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            picture(page, f"{name}-{screen}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, screen
    assert not faults(page, ONE_RULE)  # narrow and dark still
    if name == "diff":  # a dark screen is printed as a light one
        page.emulate_media(media="print")
        assert not faults(page, ONE_RULE)
        page.emulate_media(media="screen")
    page.emulate_media(color_scheme="light")
    assert not faults(page)


def faults(page: Page, chosen: dict[str, Any] | None = None) -> list[Any]:
    """What axe calls serious or critical: its rule and some elements."""
    return [
        (found["id"], [node["html"] for node in found["nodes"]][:3])
        for found in Axe().run(page, options=VIOLATIONS | (chosen or {})).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]
