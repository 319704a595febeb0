"""Platforms: fingerprints match the fixtures of their own platform and no other page."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml.etree import _Element

from crawlers.extraction.article import extract_article
from crawlers.extraction.html import OtherKindPage, UnreadablePage, parse
from crawlers.platforms.ims import Ims
from crawlers.registry import all_sites, platforms
from crawlers.selectors import PageIndex, keys_of
from crawlers.site_config import SiteConfig
from crawlers.spider import SiteSpider
from pipelines.changes.fingerprint import fingerprint
from pipelines.record.normalise import normalise
from pipelines.text.normal_forms import clean
from storage.archive.reader import Record, read_records
from storage.messages.reasons_pages import Unread
from storage.reasons import Reason
from tests.each import for_each

FOLDER = Path(__file__).resolve().parents[1] / "sites"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "platforms.md"
CAPTURES = Path(__file__).resolve().parents[3] / "shared" / "captures"
PAGES = sorted(FOLDER.glob("*/*/page.html*"))
NAMES = [f"{page.parent.parent.name}/{page.parent.name}" for page in PAGES]


@cache
def tree_of(page: Path) -> _Element:
    body = page.read_bytes()
    return parse(gzip.decompress(body) if page.suffix == ".gz" else body)[0]


def share(platform: type[SiteConfig], tree: _Element) -> float:
    """Return the share of the platform's fingerprints that match the page."""
    index = PageIndex(tree, keys_of(platform.fingerprints))
    return sum(bool(index.find(mark)) for mark in platform.fingerprints) / len(
        platform.fingerprints
    )


def test_every_platform_but_generic_has_fingerprints() -> None:
    assert [p.__name__ for p in platforms() if not p.fingerprints] == []


@for_each("page", PAGES)
def test_only_the_own_platforms_fingerprints_match_a_page(page: Path) -> None:
    platform = all_sites()[page.parent.parent.name].facts().platform
    scores = {p.__name__: share(p, tree_of(page)) for p in platforms()}
    if platform not in scores:
        pytest.skip("its site is built on no platform with fingerprints")
    assert scores.pop(platform) > 0
    assert {name: score for name, score in scores.items() if score} == {}


def test_share_of_fingerprints_on_a_page() -> None:
    strange = next(p for p in platforms() if p.__name__ == "NukeViet")
    own = next(p for p in platforms() if p.__name__ == "CmsBody")
    page = next(path for path in PAGES if path.parent.parent.name == "laocai")
    assert share(own, tree_of(page)) == 1
    assert share(strange, tree_of(page)) == 0


@for_each("platform", platforms())
def test_at_least_two_sites_use_the_platform(platform: type[SiteConfig]) -> None:
    """A CMS that names itself in its pages may be there for `tinwatch add`, before any site."""
    built = [site.name for site in all_sites().values() if issubclass(site, platform)]
    enough = len(built) >= 2 or (platform.generator is not None and not built)
    assert enough, f"{platform.__name__}: only {built}"


@for_each("platform", platforms())
def test_docs_list_fingerprints_and_sites_of_the_platform(platform: type[SiteConfig]) -> None:
    file = platform.__module__.rpartition(".")[2]
    opening = f"| `{platform.__name__}` in `{file}.py` |"
    (row,) = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(opening)]
    _, _, _, fingerprints, _, sites, _ = row.split("|")
    assert re.findall(r"`([^`]+)`", fingerprints) == platform.fingerprints
    named = re.findall(r"`([^`]+)`", sites)
    built = [site for site in all_sites().values() if issubclass(site, platform)]
    assert len(named) >= min(2, len(built))
    assert [name for name in named if not issubclass(all_sites()[name], platform)] == []


# The rule that finds the day between the title and the text

ABOVE = '<div class="clock">Thứ Hai, 16/03/2026 09:12</div><h1>Tựa</h1>'
BELOW = '<div id="text"><p>Ngày 01/02/2020, xã họp.</p></div><ul><li>03/03/2020</li></ul>'


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ('<div class="d"><i></i> 15:10 03/03/2026</div>', ["15:10 03/03/2026"]),
        ("<p><span>03/03/2026 | 15:10</span></p><p>04/04/2026</p>", ["03/03/2026 | 15:10"]),
        ("<p>Quý I/2026</p>", []),
        ("", []),
    ],
)
def test_day_rule_matches_between_title_and_text(between: str, expected: list[str]) -> None:
    tree, _ = parse(f"<html><body>{ABOVE}{between}{BELOW}</body></html>".encode())
    rule = "day below h1 above #text"
    elements = PageIndex(tree, keys_of([rule])).find(rule)
    assert [" ".join("".join(e.itertext()).split()) for e in elements] == expected


# Real pages of national papers on a platform


def gold_rows() -> list[dict[str, Any]]:
    file = CAPTURES / "gold.jsonl"
    rows = (
        [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    )
    return [
        row for row in rows if urlsplit(row["url"]).hostname in ("baochinhphu.vn", "tuoitre.vn")
    ]


def record_of(url: str) -> Record:
    files = sorted(CAPTURES.glob("*.warc.gz"))
    return next(record for file in files for record in read_records(file) if record.url == url)


def on_ims(url: str) -> type[SiteSpider]:
    stated = {
        "name": "paper",
        "title": "Báo",
        "province": "ha-noi",
        "kind": "newspaper",
        "domains": [urlsplit(url).hostname],
        "sections": ["tin"],
        "__module__": __name__,
    }
    return type("Paper", (Ims,), stated)


@pytest.mark.skipif(not gold_rows(), reason="the real pages (../shared/captures) are not here")
@pytest.mark.parametrize("gold", gold_rows(), ids=lambda row: urlsplit(row["url"]).hostname)
def test_ims_extracts_real_pages_as_in_the_gold(gold: dict[str, Any]) -> None:
    record = record_of(gold["url"])
    page = extract_article(record.body, record.url, on_ims(record.url), record.captured_at)
    article = normalise(page)
    assert article.title == clean(gold["title"])
    assert (article.published or "")[:16] == gold["published_iso"][:16]
    assert [author.name for author in article.authors] == gold["authors"]
    assert clean(page.lead or "") == clean(gold["sapo"])
    text = " ".join(block.text for block in article.body)
    assert text.startswith(clean(gold["body_first80"]))
    assert text.endswith(clean(gold["body_last80"]))
    assert len(article.body) == gold["body_paragraphs"]
    assert [caption.text for caption in article.captions] == [clean(c) for c in gold["captions"]]
    assert share(Ims, parse(record.body)[0]) == 1


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/thoi-su/mo-duong-4.html", "4"),
        ("/vi/thoi-su/mo-duong-4.html", "4"),
        ("/vi/news/thoi-su/mo-duong-4.html", "4"),
        ("/van-ban/nghi-quyet/mo-duong-4.html", "van-ban/4"),
        ("/vi/van-ban/nghi-quyet/mo-duong-4.html", "van-ban/4"),
        ("/index.php?language=vi&nv=news&op=thoi-su/mo-duong-4.html", "4"),
        ("/index.php?language=vi&nv=van-ban&op=thoi-su/mo-duong-4.html", "van-ban/4"),
        ("/about/gioi-thieu-4.html", None),
        ("/vi/siteterms/quy-dinh-4.html", None),
        ("/vi/news/print/thoi-su/mo-duong-4.html", None),
        ("/en/news/opening-a-road-4.html", "en/4"),
        ("/en/news/politics/opening-a-road-4.html", "en/4"),
        ("/en/documents/resolutions/opening-a-road-4.html", "en/documents/4"),
        ("/index.php/en/news/politics/opening-a-road-4.html", "en/4"),
        ("/index.php?language=en&nv=news&op=politics/opening-a-road-4.html", "en/4"),
        ("/index.php?nv=docs&language=en&op=politics/opening-a-road-4.html", "en/docs/4"),
        ("/en/about/who-we-are-4.html", None),
    ],
)
def test_nukeviet_counts_the_articles_of_each_module_and_language(
    path: str, key: str | None
) -> None:
    site = all_sites()["caobang_tuyengiao"]
    assert site.key_of(f"{site.root()}{path}") == key


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/thoi-su/mo-duong/", "/thoi-su/mo-duong/"),
        ("/2026/11/", None),
        ("/2026/11/30/", None),
        ("/category/thoi-su/", None),
        ("/gioi-thieu/", None),
        ("/mo-duong/2/", None),
    ],
)
def test_wordpress_archives_are_no_articles(path: str, key: str | None) -> None:
    site = all_sites()["yenbai"]
    assert site.key_of(f"{site.root()}{path}") == key


@pytest.mark.parametrize(
    ("classes", "rule"),
    [
        ("page-template-default page page-id-12 page-child", "body.page"),
        ("archive category category-thoi-su", "body.archive"),
        ("post-template-default single single-post postid-12", None),
        ("", None),
    ],
)
def test_wordpress_tells_pages_from_posts_by_the_body(classes: str, rule: str | None) -> None:
    """A page below another one has a path like that of a post in a category."""
    html = f"<html><body class='{classes}'><h1 class='entry-title'>Lịch sử</h1></body></html>"
    site, taken = all_sites()["yenbai"], datetime(2025, 4, 8, tzinfo=UTC)
    with pytest.raises(UnreadablePage) as caught:  # no text
        extract_article(html.encode(), f"{site.root()}/lich-su/", site, taken, is_stored=False)
    found = caught.value.reason if isinstance(caught.value, OtherKindPage) else None
    assert found == (Reason(Unread.OTHER_KIND, rule=rule) if rule else None)


def test_wordpress_reads_the_date_of_twenty_twenty() -> None:
    """It stands in the list below the title, without <time>; another such list ends the page."""
    facts = "<div class='post-meta-{}'><ul><li class='post-date'><span class='meta-text'><a>{}</a>"
    html = (
        "<html><body class='single'><h1 class='entry-title'>Đập đã xong ở Pa Tần</h1>"
        f"{facts.format('single-bottom', '01/02/2025')}</span></li></ul></div>"
        f"{facts.format('single-top', '07/04/2025')}</span></li></ul></div>"
        f"<div class='entry-content'><p>{'Đập đã xong ở Pa Tần, nước về đồng. ' * 6}</p></div>"
    )
    site, taken = all_sites()["yenbai"], datetime(2025, 4, 8, tzinfo=UTC)
    page = extract_article(html.encode(), f"{site.root()}/tin/dap-da-xong/", site, taken)
    assert page.published == "07/04/2025"


def test_boxes_of_wordpress_plugins_are_no_text() -> None:
    """A plugin that is switched on one night is no edit, nor is the name in its author box."""
    boxes = (
        "<span class='span-reading-time rt-reading-time'>Thời gian đọc: 3 phút</span>",
        "<div id='ez-toc-container'><p>Mục lục</p><a href='#a'>Việc đầu tiên</a></div>",
        "<div class='code-block code-block-2'><p>Vay vốn nhanh, gọi ngay tổng đài.</p></div>",
        "<div class='kk-star-ratings'><div>4/5 - (12 bình chọn)</div></div>",
        "<div class='saboxplugin-wrap'><span class='fn'>Hà Thu</span><p>Đã viết 90 bài.</p></div>",
    )
    site, taken = all_sites()["yenbai"], datetime(2025, 4, 8, tzinfo=UTC)
    text = f"<p>{'Đập đã xong ở Pa Tần, nước về đồng. ' * 6}</p>"
    pages = []
    for content in (text, "".join([*boxes[:2], text, *boxes[2:]])):
        html = (
            "<html><body class='single'><h1 class='entry-title'>Đập đã xong ở Pa Tần</h1>"
            f"<div class='entry-content'>{content}</div></body></html>"
        )
        url = f"{site.root()}/tin/dap-da-xong/"
        pages.append(normalise(extract_article(html.encode(), url, site, taken)))
    assert fingerprint(pages[0]) == fingerprint(pages[1])
