"""`tinwatch add` recognises CMS families, whatever the form of their URLs."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from crawlers.extraction.article import extract_article
from crawlers.platforms.cms_body import CmsBody
from crawlers.platforms.drupal import Drupal
from crawlers.platforms.joomla import Joomla
from crawlers.platforms.liferay import Liferay
from crawlers.platforms.nukeviet import NukeViet
from crawlers.platforms.one_cms import OneCms
from crawlers.platforms.publishing_portal import PublishingPortal
from crawlers.platforms.vnpt import VnptPath
from crawlers.platforms.wordpress import WordPress
from crawlers.platforms.year_month import YearMonth
from crawlers.registry import platforms
from crawlers.scaffold.draft import Draft, draft
from crawlers.scaffold.fields import best_selectors
from crawlers.scaffold.module_text import module_text
from crawlers.scaffold.platform_detection import match_platforms
from crawlers.scaffold.propose import Proposal
from crawlers.scaffold.saved_pages import SavedPage, from_warc
from crawlers.scaffold.selectors import selectors_of
from crawlers.scaffold.write import load_module
from pipelines.record.normalise import normalise
from storage.messages.reasons_scaffold import Confidence, ScaffoldReason
from tests.crawlers.scaffold.cms_pages import (
    HOST,
    LEADS,
    SECTIONS,
    SLUGS,
    TITLES,
    body_of,
    nukeviet,
    page,
    section_of,
    wordpress,
)

CMS_CAPTURES = Path(__file__).resolve().parents[4] / "shared" / "captures" / "cms"
PERMALINKS: dict[str, Callable[[int], str]] = {
    "postname": lambda n: f"/{SLUGS[n]}/",
    "day": lambda n: f"/2026/11/2{n}/{SLUGS[n]}/",
    "month": lambda n: f"/2026/11/{SLUGS[n]}/",
    "category-id": lambda n: f"/{section_of(n)}/{SLUGS[n]}-{n + 13}.html",
    "category": lambda n: f"/{section_of(n)}/{SLUGS[n]}/",
    "html": lambda n: f"/{SLUGS[n]}.html",
    "numeric": lambda n: f"/archives/{n + 13}",
    "plain": lambda n: f"/?p={n + 13}",
}
NUKEVIET_FORMS: dict[str, tuple[Callable[[int], str], str, str]] = {
    "rewritten": (lambda n: f"/{section_of(n)}/{SLUGS[n]}-{n + 1}.html", "/{}/", "/{}/"),
    "language": (lambda n: f"/vi/{section_of(n)}/{SLUGS[n]}-{n + 1}.html", "/vi/{}/", "/vi/{}/"),
    "module": (
        lambda n: f"/vi/news/{section_of(n)}/{SLUGS[n]}-{n + 1}.html", "/vi/{}/", "/vi/news/{}/",
    ),
    "index.php": (
        lambda n: f"/index.php/vi/news/{section_of(n)}/{SLUGS[n]}-{n + 1}.html",
        "/index.php/vi/{}/", "/index.php/vi/news/{}/",
    ),
    "not rewritten": (
        lambda n: f"/index.php?language=vi&nv=news&op={section_of(n)}/{SLUGS[n]}-{n + 1}.html",
        "/index.php?language=vi&nv={}", "/index.php?language=vi&nv=news&op={}",
    ),
}  # fmt: skip


def proposed(drafted: Draft) -> Proposal:
    return drafted.proposal(drafted.identity("xa_ta", "Trang tin xã", "ha-nam", "portal"))


def listings_of(proposal: Proposal) -> list[str]:
    site = proposal.site
    template = site.listing_url or ""
    return [template.format(root=site.root(), section=section) for section in site.sections]


@cache
def wordpress_proposal(form: str, block: bool) -> Proposal:
    category = "/?cat={1}" if form == "plain" else "/category/{}/"
    if form == "numeric":
        category = "/archives/category/{}/"
    return proposed(draft(wordpress(PERMALINKS[form], category, block=block)))


@pytest.mark.parametrize("block", [False, True], ids=["classic", "block"])
@pytest.mark.parametrize("form", PERMALINKS)
def test_wordpress_with_any_permalinks(form: str, block: bool) -> None:
    proposal = wordpress_proposal(form, block)
    assert proposal.base is WordPress
    assert proposal.confidence == Confidence.CONFIDENCE_HIGH
    site = proposal.site
    keys = [site.key_of(HOST + PERMALINKS[form](n)) for n in range(len(TITLES))]
    assert None not in keys
    assert len(set(keys)) == len(TITLES)
    others = ["/", "/category/thoi-su/", "/gioi-thieu/", "/page/2/", "/?cat=3", "/comments/feed/"]
    assert [path for path in others if site.key_of(HOST + path)] == []
    for result in proposal.results:
        assert result.page is not None
        number = TITLES.index(result.page.title or "")
        assert result.page.lead == LEADS[number]
        assert len(result.page.blocks) == 5
        assert result.page.tags == ["Làng ta"]


@pytest.mark.parametrize("form", PERMALINKS)
def test_only_sections_and_feeds_of_news_are_proposed(form: str) -> None:
    """No feed of an article's comments, and no page about the publisher."""
    proposal = wordpress_proposal(form, False)
    expected = {"2", "3", "4"} if form == "plain" else set(SECTIONS)
    assert {section.rpartition("/")[2] for section in proposal.site.sections} == expected
    assert proposal.site.feeds == ["feed/"]


@pytest.mark.parametrize("title", ["Trang tin xã » Chào Comments Feed", "Chào » Dòng bình luận"])
def test_feed_of_comments_is_known_by_its_title(title: str) -> None:
    """WordPress's first post, /hello-world/, has no words of an article in its URL."""
    link = "<link rel='alternate' type='application/rss+xml' title='{}' href='/{}feed/'>"
    head = link.format("Trang tin xã » Feed", "") + link.format(title, "hello-world/")
    pages = wordpress(PERMALINKS["postname"], block=False)
    home = page("/hello-world/", head, "<h1 class='entry-title'>Chào</h1>")
    assert proposed(draft([home, *pages])).site.feeds == ["feed/"]


def test_next_page_of_listings_without_permalinks() -> None:
    site = wordpress_proposal("plain", True).site
    url = (site.next_listing or "").format(root=site.root(), section="2", page=2)
    assert url == f"{HOST}/?cat=2&paged=2"


@pytest.mark.parametrize("form", NUKEVIET_FORMS)
def test_nukeviet_with_and_without_rewriting(form: str) -> None:
    address, module, category = NUKEVIET_FORMS[form]
    proposal = proposed(draft(nukeviet(address, module, category)))
    assert proposal.base is NukeViet
    assert proposal.confidence == Confidence.CONFIDENCE_HIGH
    site = proposal.site
    for number in range(len(TITLES)):
        url = HOST + address(number)
        assert site.key_of(url) == site.key_of(site.canonical(url)) == str(number + 1)
    assert sorted(listings_of(proposal)) == sorted(HOST + category.format(s) for s in SECTIONS)
    assert site.key_of(HOST + category.format("thoi-su")) is None


@pytest.mark.parametrize("mobile", [False, True], ids=["default", "mobile_default"])
def test_tags_and_lead_of_nukeviets_default_themes(mobile: bool) -> None:
    address, module, category = NUKEVIET_FORMS["rewritten"]
    proposal = proposed(draft(nukeviet(address, module, category, mobile=mobile)))
    assert proposal.base is NukeViet
    for result in proposal.results:
        assert result.page is not None
        assert result.page.tags == ["làng ta", "đường làng"]
        assert result.page.lead == LEADS[TITLES.index(result.page.title or "")]
        assert result.page.captions == (["Con đường cũ"] if mobile else [])
        if not mobile:
            assert result.page.byline == "Tác giả: Nguyễn Thị Lan, Vừ A Páo"
            assert result.page.source == "Báo xã ta"


def test_modules_that_number_their_articles_apart_share_no_key() -> None:
    """NukeViet's modules each begin with id 1: the id alone names two articles."""

    def address(n: int) -> str:
        module = "thong-bao/" if n % 2 else ""
        return f"/{module}{section_of(n)}/{SLUGS[n]}-{n // 2 + 1}.html"

    proposal = proposed(draft(nukeviet(address, "/{}/", "/{}/")))
    assert "article_url" not in proposal.attributes  # of the platform, which knows modules
    site = proposal.site
    keys = [site.key_of(HOST + address(n)) for n in range(len(TITLES))]
    assert None not in keys
    assert len(set(keys)) == len(TITLES)


CMS = {
    Joomla: (
        "<meta name='generator' content='Joomla! - Open Source Content Management'>",
        "<div class='com-content-article item-page'><h2 itemprop='headline'>{title}</h2>"
        "<dl class='article-info'><dd class='published'><time itemprop='datePublished' "
        "datetime='2026-11-2{n}T08:00:00+07:00'>2{n}/11/2026</time></dd></dl><div "
        "itemprop='articleBody' "
        "class='com-content-article__body'>{body}</div></div>",
        lambda n: f"/index.php/{section_of(n)}/{n + 20}-{SLUGS[n]}",
    ),
    Drupal: (
        "<meta name='Generator' content='Drupal 10 (https://www.drupal.org)'>",
        "<h1 class='page-title'>{title}</h1><article class='node'><div class='node__meta'>"
        "<span class='node__submitted'><time datetime='2026-11-2{n}T01:00:00Z'>2{n}/11/2026 - 08:00"
        "</time></span></div><div class='node__content'><div class='clearfix text-formatted field "
        "field--name-body'>{body}</div></div></article>",
        lambda n: f"/node/{n + 20}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("platform", CMS, ids=lambda platform: platform.__name__)
def test_other_cms_are_recognised_by_what_they_write(platform: type) -> None:
    generator, markup, address = CMS[platform]
    pages = [
        page(
            address(n),
            f"<title>{t}</title>{generator}",
            markup.format(title=t, n=n, body=body_of(n)),
        )
        for n, t in enumerate(TITLES)
    ]
    proposal = proposed(draft(pages))
    assert proposal.base is platform
    assert [result.page.title for result in proposal.results if result.page] == list(TITLES)
    keys = [proposal.site.key_of(HOST + address(n)) for n in range(len(TITLES))]
    assert keys == [str(n + 20) for n in range(len(TITLES))]


LIFERAY = "<script>var Liferay = Liferay || {{}}; Liferay.ThemeDisplay = {{}};</script>"
SHAREPOINT = "<meta name='GENERATOR' content='Microsoft SharePoint'>".replace("'", '"')
LIFERAY_BODY = "<div class='journal-content-article'>{body}</div></div>"
# What each portal writes around the text, in the forms of its versions, and its addresses.
PORTALS = {
    "liferay 6": (
        Liferay, LIFERAY,
        "<div class='asset-full-content'><h3 class='asset-full-content-title'>{title}</h3>"
        "<div class='metadata-publish-date'>2{n}/11/2026 08:00</div>" + LIFERAY_BODY,
        lambda n: f"/{section_of(n)}/-/asset_publisher/Xy1Z/content/{SLUGS[n]}",
    ),
    "liferay 7": (
        Liferay, LIFERAY,
        "<div class='asset-full-content clearfix'><h4 class='component-title'>{title}</h4>"
        "<span class='metadata-publish-date'>2{n}/11/2026 08:00</span>" + LIFERAY_BODY,
        lambda n: f"/w/{SLUGS[n]}",
    ),
    "sharepoint list": (
        PublishingPortal, SHAREPOINT,
        "<div class='ArticleTitle'>{title}</div><div class='PostDate'>2{n}/11/2026 08:00</div>"
        "<div class='ArticleContent'>{body}</div>",
        lambda n: f"/pages/tin-tuc.aspx?ItemID={n + 1200}",
    ),
    "sharepoint pages": (
        PublishingPortal, SHAREPOINT,
        "<h1>{title}</h1><div class='ngay'>2{n}/11/2026 08:00</div>"
        "<div class='ms-rtestate-field'>{body}</div>",
        lambda n: f"/{section_of(n)}/Pages/{SLUGS[n]}.aspx",
    ),
    "vnpt": (
        VnptPath, "",
        "<div class='detail-news'><h1 class='title-detail'>{title}</h1><div class='date'>"
        "2{n}/11/2026</div><div class='content-detail'>{body}</div></div>",
        lambda n: f"/{section_of(n)}/{SLUGS[n]}-{n + 500123}",
    ),
    "onecms": (
        OneCms, "<!-- Powered by ONECMS -->",
        "<div class='b-maincontent'><h1 class='sc-longform-header-title'>{title}</h1>"
        "<span class='sc-longform-header-date'>2{n}/11/2026 08:00</span>"
        "<article class='entry'>{body}</article></div>",
        lambda n: f"/{SLUGS[n]}-{n + 500123}.html",
    ),
    "epi": (
        CmsBody, "",
        "<h1 class='article__title cms-title'>{title}</h1><time class='time'>2{n}/11/2026 08:00"
        "</time><div class='article__body cms-body'>{body}</div>",
        lambda n: f"/{SLUGS[n]}-post{n + 500123}.html",
    ),
    "drupal 7": (
        Drupal, "<meta name='Generator' content='Drupal 7 (http://drupal.org)'>".replace("'", '"'),
        "<h1 id='page-title'>{title}</h1><div class='node'><div class='submitted'>Gửi bởi admin vào"
        " 2{n}/11/2026 - 08:00</div><div class='field field-name-body'>{body}</div></div>",
        lambda n: f"/{section_of(n)}/{SLUGS[n]}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PORTALS)
def test_portals_are_recognised_in_each_form(name: str) -> None:
    platform, generator, markup, address = PORTALS[name]
    pages = [
        page(address(n), f"<title>{title}</title>{generator}",
             markup.format(title=title, n=n, body=body_of(n)))
        for n, title in enumerate(TITLES)
    ]  # fmt: skip
    proposal = proposed(draft(pages))
    assert proposal.base is platform
    assert [result.page.title for result in proposal.results if result.page] == list(TITLES)
    assert all(result.page and result.page.published for result in proposal.results)
    keys = {proposal.site.key_of(HOST + address(n)) for n in range(len(TITLES))}
    assert len(keys - {None}) == len(TITLES)


CHANNELS = {"1624": "Thời sự", "1625": "Kinh tế", "721": "Văn hóa"}
OLD_MARKUP = {
    YearMonth: "<div class='article_content'><h1 class='title'>{title}</h1><div class='date'>08:00,"
    " 2{n}/08/2018 [GMT+7]</div><div id='content'>{body}</div></div>",
    CmsBody: "<h1 class='article__title cms-title'>{title}</h1><time>2{n}/08/2018 08:00"
    "</time><div class='article__body cms-body'>{body}</div>",
}  # fmt: skip


@pytest.mark.parametrize("platform", OLD_MARKUP)
def test_sections_whose_name_is_a_number(platform: type) -> None:
    """/channel/1624/ is a section, of /channel/1624/201808/ten-bai-5595306/; /trang/2/ is none."""

    def address(n: int) -> str:
        return f"/channel/{list(CHANNELS)[n % 3]}/201808/{SLUGS[n]}-559530{n}/"

    entries = {f"/channel/{number}/": name for number, name in CHANNELS.items()}
    entries |= {"/channel/201808/": "Tháng này", "/trang/2/": "2", "/gioi-thieu/": "Giới thiệu"}
    nav = "".join(f"<li><a href='{path}'>{name}</a></li>" for path, name in entries.items())
    nav = f"<nav><ul>{nav}</ul></nav>"
    listed = "".join(f"<h3><a href='{address(n)}'>{t}</a></h3>" for n, t in enumerate(TITLES))
    markup = OLD_MARKUP[platform]
    pages = [page(path, "<title>Báo xã</title>", nav + listed) for path in ("/", "/channel/1624/")]
    pages += [
        page(address(n), f"<title>{title}</title>",
             nav + markup.format(title=title, n=n, body=body_of(n)))
        for n, title in enumerate(TITLES)
    ]  # fmt: skip
    proposal = proposed(draft(pages))
    assert proposal.base is platform
    assert listings_of(proposal) == [f"{HOST}/channel/{number}/" for number in CHANNELS]
    assert proposal.site.key_of(HOST + address(3)) == "5595303"


def test_port_is_part_of_the_domain() -> None:
    proposal = wordpress_proposal("day", False)
    assert proposal.site.domains == ["127.0.0.1:8090"]
    text = module_text(proposal.site, proposal.base, proposal.attributes)
    site = load_module(text, "xa_ta")
    assert site.root() == HOST
    assert site.key_of(HOST + PERMALINKS["day"](0)) is not None


def test_ids_of_one_page_are_no_selectors() -> None:
    pages = wordpress(PERMALINKS["day"], block=False)
    for sample in draft(pages).site_pages.samples:
        rules = [rule for element in sample.tree.iter("*") for rule in selectors_of(element)]
        assert [rule for rule in rules if re.search(r"post-?(?:id)?-?\d", rule)] == []


def test_selector_that_fits_one_page_of_five_is_not_proposed() -> None:
    """One of the articles prints its author in an element of its own."""
    pages = [
        page(f"/thoi-su/{SLUGS[n]}-{n + 4000}.html", f"<title>{TITLES[n]}</title>",
             f"<h1 class='tieu-de'>{TITLES[n]}</h1>"
             + ("<div class='ky-ten'>Nguyễn Thị Lan</div>" if n == 2 else "")
             + f"<div class='chi-tiet'>{body_of(n)}</div>")
        for n in range(5)
    ]  # fmt: skip
    samples = draft(pages).site_pages.samples
    for sample in samples:
        sample.generic.byline = "Nguyễn Thị Lan" if "chu" in sample.saved.url else None
    samples[2].generic.byline = "Nguyễn Thị Lan"
    assert best_selectors(samples, "byline") == []
    assert best_selectors(samples, "title")[0].rule == ".tieu-de"


def test_own_pages_without_a_platform_are_less_sure() -> None:
    pages = [
        page(f"/thoi-su/{SLUGS[n]}-{n + 4000}.html", f"<title>{TITLES[n]}</title>",
             f"<h1 class='tieu-de'>{TITLES[n]}</h1><div class='chi-tiet'>{body_of(n)}</div>")
        for n in range(2)
    ]  # fmt: skip
    proposal = proposed(draft(pages))
    assert [reason.code for reason in proposal.reasons] == [ScaffoldReason.OWN_SELECTORS]
    assert proposal.confidence == Confidence.CONFIDENCE_MEDIUM


# Real pages of the released CMS

on_real_pages = pytest.mark.skipif(
    not CMS_CAPTURES.exists(), reason="the real pages (../shared/captures/cms) are not here"
)


def real_pages(name: str, port: int) -> list[SavedPage]:
    return from_warc([CMS_CAPTURES / f"{name}-night01.warc.gz"], f"127.0.0.1:{port}")


@on_real_pages
@pytest.mark.realpages
@pytest.mark.parametrize(
    ("name", "port", "platform"), [("nukeviet", 18081, NukeViet), ("wordpress", 18082, WordPress)]
)
def test_real_cms_is_recognised(name: str, port: int, platform: type) -> None:
    drafted = draft(real_pages(name, port))
    proposal = proposed(drafted)
    assert proposal.base is platform
    assert proposal.confidence == Confidence.CONFIDENCE_HIGH
    assert "select" not in proposal.attributes
    sections = {section.rpartition("/")[2] for section in proposal.site.sections}
    assert sections.isdisjoint({"about", "voting", "contact", "users", "banners", "seek", "feeds"})
    assert len(sections) == 5
    assert [
        feed for feed in proposal.site.feeds if "comment" in feed or "-" in feed.split("/")[0]
    ] == []
    for sample in drafted.site_pages.samples:
        saved = sample.saved
        read = extract_article(
            saved.html, saved.url, proposal.site, saved.captured_at, saved.content_type
        )
        assert normalise(read).published
    best, second, *_ = match_platforms(drafted.site_pages, platforms())
    assert best.score - second.score > 0.3
