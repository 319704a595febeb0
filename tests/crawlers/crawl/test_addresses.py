"""Where an article may be that is missing at its address."""

from __future__ import annotations

import pytest

from crawlers.crawl.addresses import ArticleAddresses

HOME = "https://dongmit.vn"
BRIDGE = "khoi-cong-cau-bac-qua-suoi-7.html"
ROAD = "lam-duong-len-nuong-bay-8.html"


@pytest.mark.parametrize(
    ("stored", "listed", "found"),
    [
        ([], [("7", f"/xa-hoi/{BRIDGE}")], f"/xa-hoi/{BRIDGE}"),  # the key
        ([], [("/a", f"/xa-hoi/{BRIDGE}")], f"/xa-hoi/{BRIDGE}"),  # the name
        ([], [("7", f"/van-hoa/{BRIDGE}")], None),  # it is there already
        ([], [("9", "/xa-hoi/7.html"), ("8", f"/xa-hoi/{ROAD}")], None),
        # Another article of its folder is in a new one: in this run, or since an earlier one.
        ([f"/van-hoa/{ROAD}"], [("8", f"/xa-hoi/{ROAD}")], f"/xa-hoi/{BRIDGE}"),
        ([f"/van-hoa/{ROAD}", f"/tinh/xa-hoi/{ROAD}"], [], f"/tinh/xa-hoi/{BRIDGE}"),
        ([f"/kinh-te/{ROAD}", f"/xa-hoi/{ROAD}"], [], None),
    ],
)
def test_article_is_looked_for(
    stored: list[str], listed: list[tuple[str, str]], found: str | None
) -> None:
    addresses = ArticleAddresses(lambda: [HOME + path for path in stored])
    for key, path in listed:
        addresses.add(key, HOME + path)
    expected = found and HOME + found
    assert addresses.elsewhere("7", f"{HOME}/van-hoa/{BRIDGE}") == expected


@pytest.mark.parametrize("path", ["/12.html", "/tin-tuc/", "/chi-tiet.aspx?id=lam-duong-len-nuong"])
def test_short_names_are_no_names(path: str) -> None:
    addresses = ArticleAddresses(lambda: [HOME + path])
    assert addresses.stored_with_name_of(f"{HOME}/xa-hoi{path}") is None


def test_new_article_may_have_the_name_of_a_stored_one() -> None:
    addresses = ArticleAddresses(lambda: [f"{HOME}/van-hoa/{ROAD}"])
    assert addresses.stored_with_name_of(f"{HOME}/xa-hoi/{ROAD}") == f"{HOME}/van-hoa/{ROAD}"
