"""Every page on a wide and a narrow screen, light and dark: nothing runs over, axe finds nothing.

Screenshots are kept in the test's temporary folder, or in TINWATCH_SCREENSHOTS.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PAGES = {
    "new": "/?since=0", "night": "/", "kind": "/?since=0&kind=new", "article": "/articles/60",
    "taken-down": "/articles/54", "diff": "/articles/60/diff",
    "inline": "/articles/60/diff?view=inline", "evidence": "/articles/54/evidence",
    "capture": "/captures/1", "takedowns": "/takedowns", "suspects": "/takedowns?show=suspect",
    "review": "/review", "nowhere": "/nowhere",
    "sites": "/sites", "site": "/sites/gialai", "provinces": "/provinces",
    "province": "/provinces/lao-cai", "stories": "/stories", "story": "/stories/1",
    "health": "/health", "search": "/search?q=duong", "wrong-query": "/search?q=(duong",
}  # fmt: skip
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SCREENS = {"wide": (1280, 900), "narrow": (390, 844)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    chosen = Path(os.environ.get("TINWATCH_SCREENSHOTS") or tmp_path)
    chosen.mkdir(parents=True, exist_ok=True)
    return chosen


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read(
    open_page: Callable[..., Page], address: str, folder: Path, name: str
) -> None:
    page = open_page(bypass_csp=True)  # axe is a script that is put into the page
    page.goto(address + PAGES[name])
    for summary in page.locator("details > summary").all()[:2]:
        summary.click()
    for screen, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=folder / f"{name}-{screen}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, screen
            assert not faults(page), (screen, scheme)


def faults(page: Page) -> list[Any]:
    """What axe calls serious or critical: its rule and some elements."""
    return [
        (found["id"], [node["html"] for node in found["nodes"]][:3])
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
    ]
