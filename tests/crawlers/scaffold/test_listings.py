"""Listings that scaffold finds: sections of the menu, their further pages, feeds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from crawlers.registry import all_sites
from crawlers.scaffold.draft import Draft, draft
from crawlers.scaffold.listing import find_listings
from crawlers.scaffold.samples import SitePages, split_pages
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


def linking(path: str, numbers: range) -> SavedPage:
    """A page with a menu, a box of the newest articles as on every page, and articles."""
    links = [f"/bai-viet-ve-chuyen-cua-lang-{n}.html" for n in (*range(90, 96), *numbers)]
    items = "".join(f"<p><a href='{link}'>Chuyện {link}</a></p>" for link in links)
    menu = "<nav><a href='/dan-van/'>Dân vận</a><a href='/co-cau/'>Cơ cấu</a></nav>"
    html = f"<html><body>{menu}{items}</body></html>"
    return SavedPage(f"https://lang.example{path}", html.encode(), CAPTURED, "text/html")


def test_page_with_a_box_of_the_newest_articles_is_no_listing() -> None:
    numbers = {"/": range(9), "/dan-van/": range(9), "/feed/": range(9), "/co-cau/": range(0)}
    read = [linking(path, of_page) for path, of_page in numbers.items()]
    links = [f"https://lang.example/bai-viet-ve-chuyen-cua-lang-{n}.html" for n in range(96)]
    found = find_listings(SitePages("lang.example", "", [], read, links))
    assert found.sections == ["dan-van", "co-cau"]


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
