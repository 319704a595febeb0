"""One clicks through sites, a province, a story, and saves a search; most of it without script."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from storage.home import Home, open_home


def test_site_page_links_to_province_and_article(
    open_page: Callable[..., Page], address: str
) -> None:
    page = open_page(locale="en-GB", java_script_enabled=False)
    page.goto(address + "/sites")
    page.get_by_role("link", name="Báo Lào Cai").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Báo Lào Cai")
    expect(page.get_by_text("2025: 8 articles.")).to_be_visible()
    page.locator("dl").get_by_role("link", name="Lào Cai", exact=True).click()
    page.get_by_role("link", name="Yên Bái (former)").click()
    expect(page.get_by_text("2025: 8 articles.")).to_be_visible()
    page.locator("a.title").first.click()
    expect(page.locator(".read").first).to_be_visible()


def test_story_page(open_page: Callable[..., Page], address: str) -> None:
    page = open_page(locale="en-GB", java_script_enabled=False)
    page.goto(address + "/stories")
    page.locator("a.title").first.click()
    expect(page.get_by_text("First published by:")).to_be_visible()
    expect(page.locator("svg.tiles rect.level-4")).to_have_count(1)
    expect(page.locator("li.event")).to_have_count(2)


def test_search_is_saved_and_deleted(
    open_page: Callable[..., Page], demo_home: Home, tmp_path: Path, serve_home: Callable[..., Any]
) -> None:
    copy = open_home(shutil.copytree(demo_home.path, tmp_path / "copy"))
    with serve_home(copy) as address:
        page = open_page(locale="en-GB", java_script_enabled=False)
        page.goto(address)
        page.locator("#q").fill("duong")
        page.locator("#q").press("Enter")
        expect(page.locator("mark").first).to_have_text("đường")
        page.get_by_label("Save as").fill("con-duong")
        page.get_by_role("button", name="Save search").click()
        expect(page.get_by_role("link", name="con-duong", exact=True)).to_be_visible()
        page.get_by_role("button", name="Delete saved search con-duong").click()
        expect(page.get_by_text("No saved searches.")).to_be_visible()


def test_figures_come_after_the_page_or_by_their_link(
    open_page: Callable[..., Page], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinwatch.web.components.figures.MAX_COUNTED_AT_ONCE", 0)
    for path in ("/changes?text=duong", "/search?q=duong&view=chart"):
        page = open_page(locale="en-GB")
        page.goto(address + path)
        expect(page.locator("#figures figure")).to_be_visible()
        expect(page.locator("[data-later]")).to_have_count(0)
        without_script = open_page(locale="en-GB", java_script_enabled=False)
        without_script.goto(address + path)
        without_script.get_by_role("link", name="Count all and draw the chart").click()
        expect(without_script.locator("#figures figure")).to_be_visible()
    for path in ("/review?text=duong", "/takedowns?text=duong"):
        page = open_page(locale="en-GB")
        page.goto(address + path)
        expect(page.locator("#figures .count").first).to_be_visible()
        expect(page.locator("[data-later]")).to_have_count(0)
