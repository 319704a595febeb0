"""SiteConfig: validation, inherited lists, article keys, canonical URLs, extractor version."""

from __future__ import annotations

from typing import Any

import pytest

from crawlers.registry import all_sites
from crawlers.site_config import REQUIRED_ATTRIBUTES, SiteConfig
from crawlers.site_error import SiteError
from crawlers.spider import SiteSpider
from storage.reasons import Reason
from tests.each import for_each


class Platform(SiteSpider):
    """A platform has no name, so required attributes may be missing."""

    article_url = r"^/tin/(?P<key>\d+)-[^/?]*\.html"
    listing_url = "{root}/{section}/"
    select = {"title": ["h1"], "body": [".text"], "lead": [".sapo"]}
    exclude = [".ad", ".share"]
    captions = [".note"]


STATED: dict[str, Any] = {
    "name": "alpha",
    "title": "Báo Alpha",
    "province": "lao-cai",
    "kind": "newspaper",
    "domains": ["alpha.vn"],
    "sections": ["thoi-su"],
}


def site(base: type[SiteSpider] = Platform, **changed: Any) -> type[SiteSpider]:
    """Create a site with all required attributes; `changed` to None removes one."""
    stated = {k: v for k, v in {**STATED, **changed}.items() if v is not None}
    return type("Alpha", (base,), stated)


def test_complete_site_is_valid() -> None:
    assert site().root() == "https://alpha.vn"


@pytest.mark.parametrize("attribute", [a for a in REQUIRED_ATTRIBUTES if a in STATED])
def test_missing_attribute_is_named_in_the_error(attribute: str) -> None:
    with pytest.raises(SiteError, match=rf"Alpha \(name = 'alpha'\) does not set: {attribute}\."):
        site(**{attribute: None})


def test_all_missing_attributes_are_in_one_error() -> None:
    with pytest.raises(SiteError) as raised:
        type("Bare", (SiteSpider,), {"name": "bare"})
    assert all(attribute in str(raised.value) for attribute in REQUIRED_ATTRIBUTES)
    assert "Set each as a class attribute" in str(raised.value)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "blog"}, "kind = 'blog' is none of"),
        ({"selct": {}}, "selct is no attribute of a site; is it select?"),
        ({"sections": "thoi-su"}, r'sections must be a list: \["thoi-su"\]'),
        ({"exclude": ".ad"}, r'exclude must be a list: \["\.ad"\]'),
        ({"select": {"title": "h1", "body": ["p"]}}, r"select\['title'\] must be a list"),
        ({"verified": "31/01/2026"}, "verified = '31/01/2026' is no month"),
        ({"lead_is": "first"}, "lead_is = 'first' is none of"),
        ({"status": "archive"}, "a site with a status_note is an archive"),
        ({"sections": []}, "give it sections and a listing_url, or feeds"),
        ({"absent": {"autor"}}, "'autor' is no field"),
        ({"select": {"title": ["h1"], "body": ["p"], "text": ["p"]}}, "'text' is no field"),
        ({"select": {"title": ["h1["], "body": ["p"]}}, r"selector 'h1\[' is not valid"),
        ({"select": {"title": ["//h1["], "body": ["p"]}}, r"selector '//h1\[' is not valid"),
        ({"exclude": ["..ad"]}, "selector '..ad' is not valid"),
        ({"captions": ["p:has("]}, "is not valid"),
        ({"posting_account": ["a["]}, "is not valid"),
        ({"article_url": r"^/(?P<key>\d+"}, "article_url is no regular expression"),
    ],
)
def test_invalid_value_is_an_error(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(SiteError, match=message):
        site(**changed)


@pytest.mark.parametrize(
    ("old", "new"),
    [("drop", "exclude"), ("posted_by", "posting_account"), ("marks", "fingerprints")],
)
def test_old_attribute_name_is_an_error_with_the_new_name(old: str, new: str) -> None:
    with pytest.raises(SiteError, match=f"Alpha: {old} is now called {new}"):
        site(**{old: [".x"]})
    with pytest.raises(SiteError, match=f"Middle: {old} is now called {new}"):
        type("Middle", (Platform,), {old: [".x"]})


def test_renamed_attributes_keep_the_extractor_version() -> None:
    """A new version would make every stored capture of the site be parsed again."""
    assert site(posting_account=[".by"]).extractor_version == "11.d5ab9ebd"


def test_captions_may_be_declared_absent() -> None:
    assert site(absent={"captions", "lead"}).absent == {"captions", "lead"}


def test_archive_needs_no_listing() -> None:
    assert site(status_note=Reason("site_note", text="merged"), sections=[]).status == "archive"


def test_feed_replaces_sections() -> None:
    assert site(sections=[], feeds=["rss/home.rss"]).feeds == ["rss/home.rss"]


def test_lists_of_platform_and_site_are_concatenated() -> None:
    made = site(exclude=[".weather", ".ad"], captions=["figcaption"])
    assert made.exclude == [".ad", ".share", ".weather"]
    assert made.captions == [".note", "figcaption"]


def test_site_does_not_change_its_platform() -> None:
    site(exclude=[".weather"])
    assert Platform.exclude == [".ad", ".share"]
    assert site().exclude == [".ad", ".share"]


def test_lists_of_three_levels_are_concatenated() -> None:
    middle = type("Middle", (Platform,), {"exclude": [".poll"]})
    assert site(middle, exclude=[".weather"]).exclude == [".ad", ".share", ".poll", ".weather"]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://alpha.vn/tin/314-mo-duong.html", "314"),
        ("http://www.alpha.vn/tin/314-mo-duong.html?page=2", "314"),
        ("https://cu.alpha.vn/tin/314-mo-duong.html", "314"),
        ("https://www.cu.alpha.vn:8080/tin/314-x.html", "314"),
        ("https://ALPHA.VN/tin/314-mo-duong.html", "314"),
        ("https://alpha.vn/tin/mo-duong.html", None),
        ("https://alpha.vn/", None),
        ("https://beta.vn/tin/314-mo-duong.html", None),
        ("https://alpha.vn.evil.example/tin/314-x.html", None),
        ("https://evil.example/?u=https://alpha.vn/tin/314-x.html", None),
        ("//alpha.vn/tin/314-x.html", "314"),
        ("/tin/314-x.html", None),
        ("http://[kaputt/tin/314-x.html", None),
        ("", None),
    ],
)
def test_key_of(url: str, key: str | None) -> None:
    assert site(retired_domains=["cu.alpha.vn"]).key_of(url) == key


def test_without_a_key_group_the_path_is_the_key() -> None:
    assert site(article_url=r"^/bai/").key_of("https://alpha.vn/bai/mot/?x=1") == "/bai/mot/"


@pytest.mark.parametrize("visitor", ["?PHPSESSID=ab12", "?fbclid=x&utm_source=fb", ""])
def test_session_parameters_do_not_change_the_key(visitor: str) -> None:
    """Otherwise a related list with such links would be taken for text."""
    made = site(article_url=r"^(?P<key>/tin/[^/?]+/)$")
    assert made.key_of(f"https://alpha.vn/tin/mo-duong/{visitor}") == "/tin/mo-duong/"


def test_the_key_may_stand_in_the_query() -> None:
    made = site(article_url=r"\.aspx\?(?:.*&)?ID=(?P<key>\d+)")
    assert made.key_of("https://alpha.vn/x.aspx?p=1&ID=77") == "77"


def test_hosts_include_www_and_retired_domains() -> None:
    made = site(domains=["www.alpha.vn", "alpha.gov.vn:8443"], retired_domains=["cu.alpha.vn"])
    assert {"alpha.vn", "www.alpha.vn", "cu.alpha.vn", "www.cu.alpha.vn"} <= made.hosts()
    assert "alpha.gov.vn" in made.bare_hosts
    assert not any(":" in host for host in made.bare_hosts)


@pytest.mark.parametrize(
    "changed",
    [
        {"select": {"title": ["h2"], "body": [".text"], "lead": [".sapo"]}},
        {"exclude": [".poll"]},
        {"captions": ["figcaption"]},
        {"absent": {"source"}},
        {"bold_is_subhead": False},
        {"byline_is_account": True},
        {"lead_is": "first_paragraph"},
        {"not_found": ["Không tìm thấy"]},
        {"article_url": r"^/bai/(?P<key>\d+)"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_changed_rule_changes_the_extractor_version(changed: dict[str, Any]) -> None:
    assert site(**changed).extractor_version != site().extractor_version


@pytest.mark.parametrize(
    "changed",
    [{"title": "Báo khác"}, {"verified": "2026-01"}, {"max_listings": 3}, {"sections": ["a", "b"]}],
    ids=lambda changed: next(iter(changed)),
)
def test_other_attributes_keep_the_extractor_version(changed: dict[str, Any]) -> None:
    assert site(**changed).extractor_version == site().extractor_version


def test_order_of_sets_and_dicts_keeps_the_extractor_version() -> None:
    one = site(absent={"source", "tags", "lead"}, select={"title": ["h1"], "body": ["p"]})
    two = site(absent={"tags", "lead", "source"}, select={"body": ["p"], "title": ["h1"]})
    assert one.extractor_version == two.extractor_version


def test_sites_of_one_platform_share_no_lists() -> None:
    first, second = site(exclude=[".one"]), site(exclude=[".two"])
    assert first.extractor_version != second.extractor_version
    assert ".one" not in second.exclude


@for_each("name", all_sites())
def test_every_site_of_the_project_is_valid(name: str) -> None:
    made = all_sites()[name]
    assert issubclass(made, SiteConfig)
    assert made.extractor_version
    assert made.name == name
    assert made.key_of(made.root() + "/") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://alpha.vn/tin/12-mua-vu.html",
        "https://alpha.vn/en/tin/12-mua-vu.html",
        "http://www.alpha.vn:80/tin/12-mua-vu.html/amp?utm_source=x#top",
        "https://alpha.vn:443/print/12.html",
    ],
)
def test_all_views_of_an_article_have_one_key(url: str) -> None:
    views = {r"^/en/": "/", r"/amp$": "", r"^/print/(\d+)\.html$": r"/tin/\1-in.html"}
    made = site(same_article=views)
    assert made.key_of(url) == "12"
    assert made.key_of(made.canonical(url)) == "12"
    assert made.canonical(url).startswith("https://alpha.vn/tin/12-")


def test_invalid_pattern_in_same_article_is_an_error() -> None:
    with pytest.raises(SiteError, match="same_article is no regular expression"):
        site(same_article={r"(": ""})


@pytest.mark.parametrize(
    "variant",
    [
        "http://www.alpha.vn/b%e1%ba%a3n-tin/",
        "https://alpha.vn/bản-tin/?fbclid=x",
        "https://alpha.vn/(S(lit3py55t21z5v55vlm25s55))/b%E1%BA%A3n-tin/",
        "https://alpha.vn/b%E1%BA%A3n-tin/?AspxAutoDetectCookieSupport=1",
    ],
)
def test_one_article_has_one_key_however_its_address_is_written(variant: str) -> None:
    paths = site(article_url=r"^(?P<key>/[^/?]+/)$")
    assert paths.key_of(variant) == paths.key_of(paths.canonical(variant)) == "/b%E1%BA%A3n-tin/"
