"""`tinwatch add` on Joomla, Drupal and block themes: sections, further pages, short titles."""

from __future__ import annotations

import re

from crawlers.platforms.drupal import Drupal
from crawlers.platforms.joomla import Joomla
from crawlers.platforms.wordpress import WordPress
from crawlers.scaffold.article_links import platforms
from crawlers.scaffold.draft import draft
from crawlers.scaffold.listing import unconfirmed_sections
from crawlers.scaffold.propose import Proposal
from crawlers.scaffold.samples import split_pages
from crawlers.scaffold.saved_pages import SavedPage
from tests.crawlers.scaffold.cms_pages import HOST, SLUGS, TITLES, body_of, page

SHORT = "hop-dan-thon"
FOLDERS = ("tin-xa", "dan-van", "dan-van/bau-cu")
JOOMLA = "<meta name='generator' content='Joomla! - Open Source Content Management'>".replace(
    "'", '"'
)
DRUPAL = "<meta name='Generator' content='Drupal 7 (http://drupal.org)'>".replace("'", '"')
WORDPRESS = "<meta name='generator' content='WordPress 6.1.9'>".replace("'", '"')


def proposed(pages: list[SavedPage]) -> Proposal:
    site = draft(pages)
    return site.proposal(site.identity("xata", "Xã ta", "lao-cai", "portal"), platforms())


def links(paths: list[str]) -> str:
    return "".join(f"<h2><a href='{path}'>{path.rpartition('/')[2]}</a></h2>" for path in paths)


def titled(head: str, title: str) -> str:
    return f"{head}<title>{title} | Xã ta</title>"


def joomla_path(number: int) -> str:
    return f"/{FOLDERS[number % 3]}/{SLUGS[number]}"


def joomla() -> list[SavedPage]:
    """Joomla 4 without ids in its URLs; only one section has articles on the front page."""
    names = {"/tin-xa": "Tin xã", "/dan-van": "Dân vận", "/dan-van/bau-cu": "Bầu cử",
             "/the-thao": "Thể thao", "/gioi-thieu": "Giới thiệu", "/the": "Thẻ"}  # fmt: skip
    menu = "".join(f"<li><a href='{path}'>{name}</a></li>" for path, name in names.items())
    nav = f"<ul class='mod-menu mod-list nav'>{menu}</ul>"
    paths = [joomla_path(n) for n in range(len(TITLES))]
    pager = "<nav class='pagination__wrapper'><a href='/tin-xa?start=4'>2</a></nav>"
    prints = f"<a href='{paths[0]}?tmpl=component&amp;print=1&amp;layout=default'>In bài</a>"
    latest = f"<ul class='mod-articleslatest'><li>{links([f'/tin-xa/{SHORT}'])}</li></ul>"
    sport = [
        f"/the-thao/xa-ta-thang-lon-giai-bong-chuyen-hoi-lang-{name}" for name in ("ta", "ban")
    ]
    pages = [
        page("/", JOOMLA, nav + links(paths) + prints + latest, "site com_content view-featured"),
        page("/tin-xa", JOOMLA, nav + links(paths[::3]) + pager, "site com_content view-category"),
        page("/the-thao", JOOMLA, nav + links(sport), "site com_content view-category"),
    ]
    for n, title in enumerate(TITLES):
        main = (
            f"<div class='com-content-article item-page'><div class='page-header'><h1>{title}</h1>"
            "</div><dl class='article-info'><dd class='published'><time datetime="
            f"'2026-11-2{n}T08:00:00+07:00' itemprop='datePublished'>2{n}/11/2026</time></dd></dl>"
            f"<div class='com-content-article__body'>{body_of(n)}</div></div>"
        )
        pages.append(
            page(paths[n], titled(JOOMLA, title), nav + main, "site com_content view-article")
        )
    return pages


def test_joomla_without_ids() -> None:
    proposal = proposed(joomla())
    site = proposal.site
    assert proposal.base is Joomla
    assert sorted(site.sections) == ["dan-van", "dan-van/bau-cu", "the-thao", "tin-xa"]
    assert (site.next_listing, site.listing_step) == ("{root}/{section}?start={offset}", 4)
    short = [f"/{folder}/{SHORT}" for folder in (*FOLDERS, "the-thao")]
    read = [*short, *map(joomla_path, range(len(TITLES)))]
    assert [path for path in read if site.key_of(HOST + path) is None] == []
    others = [
        "/tin-xa",
        "/dan-van/bau-cu",
        "/dan-van/bau-cu?start=4",
        "/tin-xa/feed",
        "/gioi-thieu",
    ]
    assert [path for path in others if site.key_of(HOST + path)] == []
    assert all("print" not in result.sample.saved.url for result in proposal.results)


def test_entry_of_the_menu_without_a_sign_is_fetched() -> None:
    """No article of the front page is in it: only its own page tells that it lists articles."""
    pages = joomla()
    before = split_pages([pages[0], *pages[3:]])
    assert unconfirmed_sections(before) == [f"{HOST}/the-thao"]
    assert "the-thao" not in draft([pages[0], *pages[3:]]).listings.sections


def test_categories_and_other_views_are_no_articles_of_joomla() -> None:
    assert not platform_match(Joomla, "/tin-xa/12-hop-dan?tmpl=component&print=1")
    assert platform_match(Joomla, "/tin-xa/12-hop-dan")
    plain = "/index.php?option=com_content&view={}&id=12:hop-dan&catid=8&Itemid=101"
    assert platform_match(Joomla, plain.format("article"))
    assert not platform_match(Joomla, plain.format("category"))
    assert "body.view-category" in Joomla.not_article  # /tin-xa/8-ten-muc is a category


def platform_match(platform: type[Joomla], target: str) -> bool:
    return re.search(platform.article_url, target) is not None


def drupal(address: str, term: str) -> list[SavedPage]:
    names = {"thoi-su": "Thời sự", "dan-van": "Dân vận", "van-hoa": "Văn hóa"}
    menu = "".join(
        f"<li><a href='{term.format(slug)}'>{name}</a></li>" for slug, name in names.items()
    )
    others = {"user/register": "Tạo tài khoản", "forum": "Diễn đàn"}
    root = term.partition("chuyen-muc")[0]
    menu += "".join(f"<li><a href='{root}{path}'>{name}</a></li>" for path, name in others.items())
    nav = f"<div id='main-menu'><ul class='links'>{menu}</ul></div>"
    paths = [address.format(slug) for slug in SLUGS]
    listed = links([*paths, address.format(SHORT)])
    pages = [page("/", DRUPAL, nav + listed, "html front page-node")]
    pages.append(page(term.format("thoi-su"), DRUPAL, nav + listed, "html page-taxonomy"))
    for n, title in enumerate(TITLES):
        main = (
            f"<h1 class='title' id='page-title'>{title}</h1><div class='node node-article'>"
            f"<div class='submitted'>Submitted by ban on 2{n}/11/2026 - 08:00</div>"
            f"<div class='field field-name-body'>{body_of(n)}</div></div>"
        )
        pages.append(
            page(paths[n], titled(DRUPAL, title), nav + main, "html page-node node-type-article")
        )
    return pages


def test_drupal_with_aliases() -> None:
    proposal = proposed(drupal("/tin-tuc/{}", "/chuyen-muc/{}"))
    site = proposal.site
    assert proposal.base is Drupal
    expected = ["chuyen-muc/dan-van", "chuyen-muc/thoi-su", "chuyen-muc/van-hoa"]
    assert sorted(site.sections) == expected
    assert site.key_of(f"{HOST}/tin-tuc/{SHORT}") is not None
    assert site.key_of(f"{HOST}/chuyen-muc/dan-van") is None


def test_drupal_without_clean_urls() -> None:
    proposal = proposed(drupal("/?q=tin-tuc/{}", "/?q=chuyen-muc/{}"))
    site = proposal.site
    assert proposal.base is Drupal
    keys = {site.key_of(f"{HOST}/?q=tin-tuc/{slug}") for slug in SLUGS}
    assert None not in keys
    assert len(keys) == len(SLUGS)
    assert site.key_of(f"{HOST}/?q=chuyen-muc/dan-van") is None
    assert f"{HOST}/?q=chuyen-muc/dan-van" in site.listing_urls()
    assert not [section for section in site.sections if "user" in section or "forum" in section]
    assert site.next_listing == "{root}/?q={section}&page={offset}"


def test_first_further_page_of_drupal_is_number_one() -> None:
    assert Drupal.listing_step == 1
    assert (Drupal.next_listing or "").format(root="", section="x", offset=1) == "/x?page=1"


def test_categories_that_only_the_articles_of_a_block_theme_name() -> None:
    """Twenty Twenty-Four has no menu; categories stand beside the article."""
    paths = [f"/2026/11/2{n}/{slug}/" for n, slug in enumerate(SLUGS)]
    pages = [page("/", WORDPRESS, links(paths), "home blog")]
    for n, title in enumerate(TITLES):
        main = (
            f"<h1 class='wp-block-post-title'>{title}</h1><div class='wp-block-post-date'><time "
            f"datetime='2026-11-2{n}T08:00:00+07:00'>2{n}/11/2026</time></div>"
            f"<div class='entry-content wp-block-post-content'>{body_of(n)}</div><div class="
            f"'taxonomy-category wp-block-post-terms'><a href='/category/muc-{n % 2}/' rel='tag'>"
            f"Mục {n % 2}</a></div>"
        )
        pages.append(page(paths[n], WORDPRESS, main, "single single-post"))
    proposal = proposed(pages)
    assert proposal.base is WordPress
    assert sorted(proposal.site.sections) == ["category/muc-0", "category/muc-1"]


def test_front_page_as_only_listing_has_one_slash() -> None:
    paths = [f"/2026/11/2{n}/{slug}/" for n, slug in enumerate(SLUGS)]
    pages = [page("/", WORDPRESS, links(paths), "home blog")]
    pages += [
        page(path, WORDPRESS, f"<h1 class='entry-title'>{TITLES[n]}</h1><time class='entry-date' "
             f"datetime='2026-11-2{n}T08:00:00+07:00'>x</time><div class='entry-content'>"
             f"{body_of(n)}</div>", "single-post")
        for n, path in enumerate(paths)
    ]  # fmt: skip
    assert proposed(pages).site.listing_urls() == [f"{HOST}/"]


def test_feeds_of_whole_modules_come_first() -> None:
    """NukeViet: the feed of a module has the articles of its categories."""
    pages = drupal("/tin-tuc/{}", "/chuyen-muc/{}")
    own = ["/vi/news/rss/", *(f"/vi/news/rss/muc-{n}/" for n in range(6))]
    head = "".join(f"<link type='application/rss+xml' href='{feed}'>" for feed in own)
    modules = [*own, "/vi/hoat-dong/rss/", "/vi/hoat-dong/rss/muc-1/", "/vi/about/rss/"]
    body = "".join(f"<a href='{feed}'>RSS</a>" for feed in modules)
    found = draft([*pages, page("/vi/feeds/", DRUPAL + head, body)]).listings.feeds
    assert found[:2] == ["vi/news/rss/", "vi/hoat-dong/rss/"]
    assert "vi/about/rss/" not in found
