"""URL patterns that scaffold finds: they match every article with its id, and no section."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.registry import all_sites
from crawlers.scaffold.url_patterns import (
    NoPattern,
    article_shape,
    articles_among,
    pattern_of,
    target_of,
)
from tinwatch.demo.sample_sites import pages

HOST = "https://bao.example"
FORMS = [
    ("/truong-lang-mo-lop-hoc-toi-post{}.html", "/xa-hoi/"),
    ("/truong-lang-mo-lop-hoc-toi-a{}.html", "/su-kien/chao-nam-moi-cua-lang.7.html"),
    ("/xa-hoi/truong-lang-mo-lop-hoc-toi-{}.htm", "/xa-hoi.htm"),
    ("/xa-hoi/{}-truong-lang-mo-lop-hoc-toi.html", "/xa-hoi/12"),
    ("/xa-hoi/-/view_content/{}-truong-lang-mo-lop-hoc-toi.html", "/xa-hoi"),
    ("/Pages/tin.aspx?ItemID={}", "/Pages/tin.aspx?page=2"),
    ("/tin/tabid/61/ArticleId/{}/truong-lang-mo-lop.aspx", "/tin/tabid/61/default.aspx"),
    ("/tabid/61/id/{}/Default.aspx", "/tabid/61/Default.aspx"),
    ("/12/3456/{}/xa-hoi/truong-lang-mo-lop-hoc-toi", "/12/3456/xa-hoi"),
    ("/xa-hoi/2025/{}/truong-lang-mo-lop-hoc-toi-nam-2025/", "/xa-hoi/2025/"),
]
IDS = st.lists(st.integers(10_000, 999_999), min_size=1, max_size=6, unique=True)


def key(pattern: str, url: str) -> str | None:
    found = re.search(pattern, target_of(url))
    return found.group("key") if found else None


@pytest.mark.parametrize(("form", "section"), FORMS)
@given(ids=IDS)
def test_pattern_finds_the_id_and_no_section(form: str, section: str, ids: list[int]) -> None:
    articles = [HOST + form.format(number) for number in ids]
    others = [f"{HOST}/", HOST + section]
    pattern = pattern_of(articles, others)
    assert [key(pattern, url) for url in articles] == [str(number) for number in ids]
    assert [url for url in others if key(pattern, url)] == []
    assert key(pattern, HOST + form.format(654_321)) == "654321"


@pytest.mark.parametrize(
    ("folders", "end", "others"),
    [
        (("xa-hoi/", "kinh-te/", "van-hoa/"), ".html", ("/xa-hoi/", "/trang/2")),
        (("",), "/", ("/chuyen-muc/xa-hoi/", "/page/2/", "/date/2025/03/")),
    ],
)
def test_number_alone_is_the_id_in_every_section(
    folders: tuple[str, ...], end: str, others: tuple[str, ...]
) -> None:
    """WordPress with /%category%/%post_id%.html, and with /%post_id%/."""
    urls = [f"{HOST}/{folder}{n}{end}" for n in (7, 12, 318) for folder in folders]
    about = f"{HOST}/gioi-thieu-ve-trang-tin-cua-huyen/"
    rest = [HOST + other for other in others]
    shape = article_shape([about, *rest, *urls])
    assert shape is not None
    assert articles_among([about, *rest, *urls], shape) == urls
    pattern = pattern_of(urls, [about, *rest])
    assert key(pattern, f"{HOST}/{folders[0]}4051{end}") == "4051"
    assert not [url for url in [about, *rest] if key(pattern, url)]


def test_path_is_the_key_without_an_id() -> None:
    articles = [
        f"{HOST}/tin/mo-lop-hoc-toi-cho-nguoi-gia/",
        f"{HOST}/tin/ca-lang-ra-dong-nam-2025/",
    ]
    pattern = pattern_of(articles, [f"{HOST}/tin/", f"{HOST}/van-ban/cong-van/"])
    assert [key(pattern, url) for url in articles] == [target_of(url) for url in articles]
    assert key(pattern, f"{HOST}/van-ban/cong-van/") is None


def test_topics_with_short_ids_are_no_articles() -> None:
    links = [f"{HOST}/bau-cu-hoi-dong-nhan-dan-cac-cap-{n}.htm" for n in (274, 301)]
    articles = [f"{HOST}/lang-ta-mo-hoi-lon-thu-{n}-10226022809300{n}.htm" for n in (4191, 4192)]
    shape = article_shape([*links, *articles])
    assert shape is not None
    assert articles_among([*links, *articles], shape) == articles
    pattern = pattern_of(articles, links)
    assert [key(pattern, url) for url in links] == [None, None]


def test_section_with_a_long_name_is_no_article() -> None:
    section = f"{HOST}/hoc-tap-va-lam-theo-tam-guong-cua-bac/"
    articles = [section + slug for slug in ("ba-gia-lang-toi-di-hoc/", "ca-lang-ra-dong-tu-som/")]
    shape = article_shape([section, *articles])
    assert shape is not None
    assert articles_among([section, *articles], shape) == articles


def test_year_at_the_end_of_a_title_is_no_id() -> None:
    links = [f"{HOST}/tin/{slug}/" for slug in (
        "tong-ket-cong-tac-dang-nam-2024", "tong-ket-cong-tac-doan-nam-2024",
        "lang-ta-mo-hoi-lon-dau-xuan", "ba-gia-lang-toi-di-hoc", "ca-lang-ra-dong-tu-som",
    )]  # fmt: skip
    shape = article_shape(links)
    assert shape is not None
    assert shape.where == "slug"


def test_urls_without_a_distinct_shape_raise() -> None:
    with pytest.raises(NoPattern, match="tells the addresses of articles from"):
        pattern_of([f"{HOST}/a-b-c-d-e-12.html"], [f"{HOST}/a-b-c-d-f-13.html"])
    assert article_shape([f"{HOST}/", f"{HOST}/gioi-thieu", "mailto:x@y.example"]) is None


def test_hostile_urls_raise_nothing() -> None:
    bad = [
        "http://[broken/a-b-c-d-e-1.html",
        f"{HOST}/" + "a-" * 500 + '"]' + "-12.html",
        "",
        "///",
    ]
    shape = article_shape(bad)
    if shape is not None:
        pattern = pattern_of(articles_among(bad, shape), [f"{HOST}/"])
        re.compile(pattern)


@pytest.mark.parametrize("name", ["backan", "cantho", "gialai", "haugiang", "travinh", "yenbai"])
def test_pattern_of_sample_sites_matches_like_their_own(name: str) -> None:
    """Which of a sample site's pages are articles is what its hand-written pattern says."""
    site = all_sites()[name]
    urls = [page.url for page in pages(name, 1) if "text/html" in page.headers["Content-Type"]]
    own = [url for url in urls if site.key_of(url)]
    shape = article_shape(urls)
    assert shape is not None
    assert articles_among(urls, shape) == own
    pattern = pattern_of(own, [url for url in urls if url not in own])
    assert [key(pattern, url) for url in own] == [site.key_of(url) for url in own]
