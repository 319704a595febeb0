"""Inspection of a site and the diagnosis: what must be fixed in its module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.inspection.diagnosis import Diagnosis, diagnose
from crawlers.inspection.inspect_site import MAX_ARTICLES, SiteInspection, inspect_site
from crawlers.inspection.pages import StoredPage
from crawlers.platforms.cms_body import CmsBody
from crawlers.spider import SiteSpider
from storage.messages.reasons_crawl import http_status
from storage.reasons import Reason

TAKEN = datetime(2025, 3, 9, 18, 30, tzinfo=UTC)
ROOT = "https://baomau.example"
STATED = (
    "title", "province", "kind", "domains", "sections", "feeds", "absent", "verified",
)  # fmt: skip
WORKS = ("khơi dòng nước", "trồng hàng cây", "sửa cầu gỗ", "mở lớp học", "làm đường mới", "ra đồng")


class Mau(CmsBody):
    name = "mau_verified"
    title = "Báo Mẫu"
    province = "lao-cai"
    kind = "newspaper"
    domains = ["baomau.example"]
    sections = ["tin", "chinh-tri"]
    feeds = ["rss/tin.rss"]
    absent = {"updated", "source", "section", "tags", "captions"}
    verified = "2025-03"


def variant(**changed: Any) -> type[SiteSpider]:
    """Mau with other attributes; it stands on the platform itself, as a site module does."""
    stated = {name: getattr(Mau, name) for name in STATED}
    return type("Khac", (CmsBody,), {**stated, "__module__": __name__, "name": "khac", **changed})


def article(number: int) -> str:
    work = WORKS[number]
    title = f"Thôn {number} {work} cho vụ mới"
    return f"""<html><head><title>{title}</title></head><body>
<h1 class="article__title">{title}</h1>
<time class="time">0{number + 1}/03/2025 08:15</time>
<div class="article__sapo">Hơn {number}0 hộ dân thôn {number} góp công {work} suốt một buổi.</div>
<div class="article__body"><p>Sáng thứ hai, bà con thôn {number} cùng nhau {work} từ sớm tinh mơ,
già trẻ gái trai đều có mặt đông đủ ở bãi đất đầu làng.</p>
<p>Đến trưa việc {work} đã xong phần nặng nhất, ai nấy ngồi nghỉ dưới gốc đa.</p></div>
<div class="article__author"><span class="name">Hà Thu</span></div></body></html>"""


def link(number: int) -> str:
    return f"{ROOT}/viec-lang-post{100 + number}.html"


def listing(*numbers: int) -> str:
    return "".join(f'<a href="{link(n)}">Bài {n}</a>' for n in numbers) + '<a href="/tin/">Tin</a>'


FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title>
<item><title>Bài</title><link>{link(5)}</link></item></channel></rss>"""


@dataclass
class Shelf:
    """Pages by URL, as a home or a replay would give them."""

    stored: dict[str, StoredPage] = field(default_factory=dict)
    failed: dict[str, Reason] = field(default_factory=dict)

    def put(self, url: str, html: str, status: int = 200) -> None:
        self.stored[url] = StoredPage(url, html.encode(), TAKEN, "text/html", "the shelf", status)

    def find(self, url: str) -> StoredPage | None:
        return self.stored.get(url)

    def articles(self) -> list[str]:
        return [url for url in self.stored if Mau.key_of(url)]

    def problems(self) -> dict[str, Reason]:
        return self.failed


@pytest.fixture
def shelf() -> Shelf:
    made = Shelf()
    made.put(f"{ROOT}/tin/", listing(0, 1, 2))
    made.put(f"{ROOT}/chinh-tri/", listing(2, 3))
    made.put(f"{ROOT}/rss/tin.rss", FEED)
    for number in range(6):
        made.put(link(number), article(number))
    return made


def diagnosis_of(shelf: Shelf, site: type[SiteSpider] = Mau) -> Diagnosis:
    return diagnose(site, inspect_site(site, shelf))


def test_site_without_problems(shelf: Shelf) -> None:
    inspection = inspect_site(Mau, shelf)
    assert [(x.url, x.links, x.problem) for x in inspection.listings] == [
        (url, links, None) for url, links in zip(Mau.listing_urls(), (3, 2, 1), strict=True)
    ]
    assert [page.url for page in inspection.pages] == [link(n) for n in (0, 1, 2, 3, 5)]
    assert len(inspection.pages) == MAX_ARTICLES
    assert inspection.coverage == {
        "title": 5, "published": 5, "updated": 0, "lead": 5, "byline": 5, "source": 0,
        "section": 0, "tags": 0, "captions": 0, "body": 5,
    }  # fmt: skip
    assert inspection.newest == TAKEN
    assert diagnose(Mau, inspection) == Diagnosis([], [])


def without(shelf: Shelf, old: str, new: str, *numbers: int) -> None:
    for number in numbers or range(6):
        assert old in article(number)
        shelf.put(link(number), article(number).replace(old, new))


def no_date(shelf: Shelf) -> None:
    without(shelf, 'class="time"', 'class="gio"')


def redesigned(shelf: Shelf) -> None:
    without(shelf, "article__body", "noi-dung", 0, 1)


def one_headline(shelf: Shelf) -> None:
    for number in range(6):
        top = '<h1 class="article__title">Báo Mẫu điện tử</h1>'
        page = article(number).replace('<h1 class="article__title"', f"{top}<h1", 1)
        shelf.put(link(number), page)


def listing_missing(shelf: Shelf) -> None:
    shelf.put(f"{ROOT}/tin/", "<p>không có</p>", 404)


def listing_refused(shelf: Shelf) -> None:
    del shelf.stored[f"{ROOT}/tin/"]
    shelf.failed[f"{ROOT}/tin/"] = Reason("timeout")


def other_links(shelf: Shelf) -> None:
    shelf.put(f"{ROOT}/tin/", f'<a href="{ROOT}/tin/viec-lang-2025.htm">x</a>')


def no_feed(shelf: Shelf) -> None:
    shelf.put(f"{ROOT}/rss/tin.rss", "<p>trang chủ</p>")


def forbidden(shelf: Shelf) -> None:
    shelf.put(f"{ROOT}/robots.txt", "User-agent: *\nDisallow: /chinh-tri/\n")


def all_missing(shelf: Shelf) -> None:
    for number in range(6):
        shelf.put(link(number), "<p>không có</p>", 404)


PUBLISHED_MISSING = Reason(
    "field_missing", field="published", number=5, total=5,
    tried=Reason("rules_find_nothing", rules=["time.time", "meta.cms-date"]),
)  # fmt: skip


def assert_stated(finding: Reason, stated: Reason) -> None:
    """The finding has this code and at least these parameters."""
    assert finding.code == stated.code
    assert {name: finding.params[name] for name in stated.params} == stated.params


WRONG: list[tuple[Callable[[Shelf], None], Reason]] = [
    (no_date, PUBLISHED_MISSING),
    (redesigned, Reason("pages_unread_by_selectors", number=2, total=5)),
    (one_headline, Reason("field_always_same", field="title", total=5, rule=".article__title")),
    (listing_missing, Reason("listing_status", url=f"{ROOT}/tin/", status=404)),
    (listing_refused, Reason("listing_failed", url=f"{ROOT}/tin/", cause=Reason("timeout"))),
    (other_links, Reason("listing_with_other_links", url=f"{ROOT}/tin/")),
    (no_feed, Reason("listing_failed", url=f"{ROOT}/rss/tin.rss", cause=Reason("not_a_feed"))),
    (forbidden, Reason("robots_forbids_urls", urls=[f"{ROOT}/chinh-tri/"])),
    (all_missing, Reason("articles_missing_from_listings", number=6, cause=http_status(404))),
]


@pytest.mark.parametrize(("break_pages", "stated"), WRONG, ids=[w[0].__name__ for w in WRONG])
def test_each_fault_is_a_fix(
    shelf: Shelf, break_pages: Callable[[Shelf], None], stated: Reason
) -> None:
    assert diagnosis_of(shelf).fixes == []
    break_pages(shelf)
    diagnosis = diagnosis_of(shelf)
    assert len(diagnosis.fixes) == 1, diagnosis.fixes
    assert_stated(diagnosis.fixes[0], stated)


def test_sitemaps_of_an_index_are_inspected(shelf: Shelf) -> None:
    named = f"{ROOT}/sitemap-2025-03.xml"
    index = f"<sitemapindex><sitemap><loc>{named}</loc></sitemap></sitemapindex>"
    shelf.put(f"{ROOT}/rss/tin.rss", index)
    shelf.put(named, f"<urlset><url><loc>{link(0)}</loc></url></urlset>")
    inspection = inspect_site(Mau, shelf)
    assert {listing.url: listing.links for listing in inspection.listings}[named] == 1
    assert diagnose(Mau, inspection).fixes == []


def test_one_missing_article_is_advice(shelf: Shelf) -> None:
    shelf.put(link(0), "<p>không có</p>", 410)
    diagnosis = diagnosis_of(shelf)
    assert diagnosis.fixes == []
    assert [one for one in diagnosis.advice if one.params["cause"] == http_status(410)]


def test_one_soft_404_is_advice(shelf: Shelf) -> None:
    lost = "Không tìm thấy trang"
    shelf.put(link(0), f"<html><title>{lost}</title><body><h1>{lost}</h1></body></html>")
    diagnosis = diagnosis_of(shelf)
    assert diagnosis.fixes == []
    assert any(one.code == "articles_missing_from_listings" for one in diagnosis.advice)


def test_field_found_nowhere_is_advice(shelf: Shelf) -> None:
    diagnosis = diagnosis_of(shelf, variant(absent=Mau.absent - {"tags"}))
    assert diagnosis.fixes == []
    assert len(diagnosis.advice) == 1
    assert_stated(
        diagnosis.advice[0], Reason("field_never_found", field="tags", total=5, url=link(0))
    )


def test_lead_declared_absent_but_found_is_advice(shelf: Shelf) -> None:
    without(shelf, "<title>", '<meta name="description" content="Chuyện thôn 1"><title>', 1)
    for number in range(6):
        meta = f'<meta name="description" content="Chuyện của thôn {number}"><title>'
        shelf.put(link(number), article(number).replace("<title>", meta))
    denied = variant(absent=Mau.absent | {"lead"}, select={**Mau.select, "lead": []})
    assert any(
        one.code == "absent_field_found" and one.params["field"] == "lead"
        for one in diagnosis_of(shelf, denied).advice
    )


def test_unverified_site_without_problems_may_be_verified(shelf: Shelf) -> None:
    diagnosis = diagnosis_of(shelf, variant(verified=None))
    assert diagnosis.fixes == []
    assert any(one.params.get("month") == "2025-03" for one in diagnosis.advice)
    no_date(shelf)
    assert not any(
        one.code == "nothing_wrong" for one in diagnosis_of(shelf, variant(verified=None)).advice
    )


def test_short_body_is_compared_with_the_generic_extractor(shelf: Shelf) -> None:
    without(shelf, "</p>\n<p>Đến", '</p></div><div class="tiep"><p>Đến', 0)
    long = "</p><p>".join(f"Câu chuyện thứ {n} của bà con kéo dài đến tận chiều." for n in range(9))
    shelf.put(link(0), shelf.stored[link(0)].body.decode().replace("Đến trưa", f"{long} Đến trưa"))
    assert any(one.code == "body_short" for one in diagnosis_of(shelf).advice)


def test_inspection_without_pages_is_empty() -> None:
    assert inspect_site(Mau, Shelf()).empty
    assert not inspect_site(Mau, Shelf(failed={f"{ROOT}/tin/": Reason("connection_refused")})).empty


def test_robots_txt_is_evaluated_as_in_a_crawl(shelf: Shelf) -> None:
    assert inspect_site(Mau, shelf).robots.code == "robots_not_at_hand"
    shelf.put(f"{ROOT}/robots.txt", "", 404)
    assert inspect_site(Mau, shelf).robots == Reason("robots_missing", status=404)
    shelf.put(f"{ROOT}/robots.txt", "User-agent: tinwatch\nAllow: /\nUser-agent: *\nDisallow: /\n")
    assert inspect_site(Mau, shelf).robots.code == "robots_allows_all"
    shelf.put(f"{ROOT}/robots.txt", "User-agent: *\nDisallow: /*post101\n")
    inspection: SiteInspection = inspect_site(Mau, shelf)
    assert (inspection.robots.code, inspection.forbidden) == ("robots_forbids_some", [link(1)])


def test_platform_is_guessed_from_the_pages(shelf: Shelf) -> None:
    assert inspect_site(Mau, shelf).platform_guess == "CmsBody"


def test_inspection_without_comparison_finds_the_same_faults(shelf: Shelf) -> None:
    no_date(shelf)
    quiet = diagnose(Mau, inspect_site(Mau, shelf, compare=False))
    assert len(quiet.fixes) == 1
    assert_stated(quiet.fixes[0], PUBLISHED_MISSING)
