"""Listings that scaffold finds: sections of the menu, their further pages, feeds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from crawlers.registry import all_sites
from crawlers.scaffold.draft import Draft, draft
from crawlers.scaffold.samples import split_pages
from crawlers.scaffold.saved_pages import NoPages, SavedPage
from storage.messages.reasons_scaffold import ScaffoldReason
from storage.reasons import Reason
from tinwatch.demo.sample_sites import pages

CAPTURED = datetime(2025, 3, 20, tzinfo=UTC)
PAGED = ("backan", "cantho", "haugiang", "hanoi_sotttt", "travinh", "yenbai")


def saved_pages(name: str) -> list[SavedPage]:
    return [
        SavedPage(page.url, page.body, CAPTURED, page.headers["Content-Type"])
        for page in pages(name, 1)
        if page.status == 200 and "html" in page.headers["Content-Type"]
    ]


@cache
def drafted(name: str) -> Draft:
    return draft(saved_pages(name))


@pytest.mark.parametrize("name", PAGED)
def test_listing_and_next_page_are_those_of_the_site_module(name: str) -> None:
    """The addresses that the site's own module asks for are those that the kit would ask for."""
    site, found = all_sites()[name], drafted(name).listings
    root = site.root()
    listings = {found.listing_url.format(root=root, section=s) for s in found.sections}
    read = {page.url for page in drafted(name).site_pages.listing_pages}
    own = {(site.listing_url or "").format(root=root, section=s) for s in site.sections}
    assert own & read & listings
    second = {(found.next_listing or "").format(root=root, section=s, page=2)
              for s in found.sections}  # fmt: skip
    theirs = {(site.next_listing or "").format(root=root, section=s, page=2)
              for s in site.sections}  # fmt: skip
    assert second & theirs


def test_menu_entries_that_are_no_sections_are_skipped() -> None:
    found = drafted("cantho").listings
    assert {"chinh-tri", "thoi-su"} <= set(found.sections)
    assert found.listing_url == "{root}/{section}/"
    assert not [s for s in found.sections if "video" in s or "lien-he" in s or "-a1" in s]


def test_feeds_are_found() -> None:
    assert drafted("gialai").listings.feeds == ["rss/home.rss"]


def test_requested_listing_is_the_only_section() -> None:
    asked = draft(saved_pages("cantho"), "https://baocantho.com.vn/chinh-tri/")
    assert asked.listings.sections == ["chinh-tri"]
    home = draft(saved_pages("cantho"), "https://baocantho.com.vn/")
    assert len(home.listings.sections) > 3


@pytest.mark.parametrize("name", PAGED)
def test_draft_guesses_the_identity(name: str) -> None:
    site, guess = all_sites()[name], drafted(name)
    assert guess.province == site.province
    assert guess.kind == site.kind
    assert guess.scheme == site.scheme
    assert guess.site_pages.host == site.domains[0]


def test_pages_without_an_article_raise() -> None:
    empty = SavedPage(
        "https://bao.example/", b"<html><body><a href='/tin'>Tin</a></body></html>", CAPTURED
    )
    with pytest.raises(NoPages, match=r"no page and no link of bao\.example looks like an article"):
        split_pages([empty])
    link = b"<a href='/mot-bai-bao-khong-ai-giu-lai-12345.html'>x</a>"
    with pytest.raises(NoPages, match="none of 1 pages"):
        split_pages([SavedPage("https://bao.example/", b"<html><body>" + link, CAPTURED)])


def test_front_page_is_the_listing_without_a_menu() -> None:
    text = "<p>Sáng nay bà con trong xã ra đồng từ sớm, ai cũng mang theo một nắm cơm.</p>" * 6
    page = f"<html><head><title>Ra đồng</title></head><body><h1>Ra đồng</h1>{text}</body></html>"
    url = "https://bao.example/ba-con-trong-xa-ra-dong-{}.html"
    found = draft(
        [SavedPage(url.format(n), page.encode(), CAPTURED) for n in (1001, 1002)]
    ).listings
    assert found.sections == [""]
    assert found.listing_url == "{root}/{section}"
    assert found.reasons == [Reason(ScaffoldReason.NO_SECTIONS_IN_MENU)]
