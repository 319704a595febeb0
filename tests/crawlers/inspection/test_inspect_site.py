"""A look at a site: what it counts, and what it says is to be mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.inspection.diagnosis import Findings, findings
from crawlers.inspection.inspect_site import ARTICLES, Look, look_at
from crawlers.inspection.pages import KeptPage
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

    held: dict[str, KeptPage] = field(default_factory=dict)
    failed: dict[str, Reason] = field(default_factory=dict)

    def put(self, url: str, html: str, status: int = 200) -> None:
        self.held[url] = KeptPage(url, html.encode(), TAKEN, "text/html", "the shelf", status)

    def find(self, url: str) -> KeptPage | None:
        return self.held.get(url)

    def articles(self, site: type[SiteSpider]) -> list[str]:
        return [url for url in self.held if site.key_of(url)]

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


def found(shelf: Shelf, site: type[SiteSpider] = Mau) -> Findings:
    return findings(site, look_at(site, shelf))


def test_a_site_that_is_well(shelf: Shelf) -> None:
    look = look_at(Mau, shelf)
    assert [(x.url, x.links, x.trouble) for x in look.listings] == [
        (url, links, None) for url, links in zip(Mau.listing_urls(), (3, 2, 1), strict=True)
    ]
    assert [page.url for page in look.pages] == [link(n) for n in (0, 1, 2, 3, 5)]
    assert len(look.pages) == ARTICLES
    assert look.coverage == {
        "title": 5, "published": 5, "updated": 0, "lead": 5, "byline": 5, "source": 0,
        "section": 0, "tags": 0, "captions": 0, "body": 5,
    }  # fmt: skip
    assert look.newest == TAKEN
    assert findings(Mau, look) == Findings([], [])


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
        shelf.put(link(number), article(number).replace("<h1", f"{top}<h1", 1))


def listing_gone(shelf: Shelf) -> None:
    shelf.put(f"{ROOT}/tin/", "<p>không có</p>", 404)


def listing_refused(shelf: Shelf) -> None:
    del shelf.held[f"{ROOT}/tin/"]
    shelf.failed[f"{ROOT}/tin/"] = Reason("timeout")


def other_links(shelf: Shelf) -> None:
    shelf.put(f"{ROOT}/tin/", f'<a href="{ROOT}/tin/viec-lang-2025.htm">x</a>')


def no_feed(shelf: Shelf) -> None:
    shelf.put(f"{ROOT}/rss/tin.rss", "<p>trang chủ</p>")


def forbidden(shelf: Shelf) -> None:
    shelf.put(f"{ROOT}/robots.txt", "User-agent: *\nDisallow: /chinh-tri/\n")


def all_gone(shelf: Shelf) -> None:
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
    (listing_gone, Reason("listing_status", url=f"{ROOT}/tin/", status=404)),
    (listing_refused, Reason("listing_failed", url=f"{ROOT}/tin/", cause=Reason("timeout"))),
    (other_links, Reason("listing_with_other_links", url=f"{ROOT}/tin/")),
    (no_feed, Reason("listing_failed", url=f"{ROOT}/rss/tin.rss", cause=Reason("not_a_feed"))),
    (forbidden, Reason("robots_forbids_urls", urls=[f"{ROOT}/chinh-tri/"])),
    (all_gone, Reason("articles_missing_from_listings", number=6, cause=http_status(404))),
]


@pytest.mark.parametrize(("break_it", "stated"), WRONG, ids=[w[0].__name__ for w in WRONG])
def test_what_is_wrong_is_to_be_mended(
    shelf: Shelf, break_it: Callable[[Shelf], None], stated: Reason
) -> None:
    assert found(shelf).mend == []
    break_it(shelf)
    told = found(shelf)
    assert len(told.mend) == 1, told.mend
    assert_stated(told.mend[0], stated)


def test_the_sitemaps_of_an_index_are_looked_at(shelf: Shelf) -> None:
    named = f"{ROOT}/sitemap-2025-03.xml"
    index = f"<sitemapindex><sitemap><loc>{named}</loc></sitemap></sitemapindex>"
    shelf.put(f"{ROOT}/rss/tin.rss", index)
    shelf.put(named, f"<urlset><url><loc>{link(0)}</loc></url></urlset>")
    look = look_at(Mau, shelf)
    assert {listing.url: listing.links for listing in look.listings}[named] == 1
    assert findings(Mau, look).mend == []


def test_one_article_that_is_gone_is_no_fault_of_the_module(shelf: Shelf) -> None:
    shelf.put(link(0), "<p>không có</p>", 410)
    told = found(shelf)
    assert told.mend == []
    assert [one for one in told.advice if one.params["cause"] == http_status(410)]


def test_a_not_found_page_with_status_200_is_no_fault_of_the_module(shelf: Shelf) -> None:
    lost = "Không tìm thấy trang"
    shelf.put(link(0), f"<html><title>{lost}</title><body><h1>{lost}</h1></body></html>")
    told = found(shelf)
    assert told.mend == []
    assert any(one.code == "articles_missing_from_listings" for one in told.advice)


def test_a_field_that_is_nowhere_is_for_a_person_to_decide(shelf: Shelf) -> None:
    told = found(shelf, variant(absent=Mau.absent - {"tags"}))
    assert told.mend == []
    assert len(told.advice) == 1
    assert_stated(told.advice[0], Reason("field_never_found", field="tags", total=5, url=link(0)))


def test_a_lead_that_the_module_denies_is_named(shelf: Shelf) -> None:
    without(shelf, "<title>", '<meta name="description" content="Chuyện thôn 1"><title>', 1)
    for number in range(6):
        meta = f'<meta name="description" content="Chuyện của thôn {number}"><title>'
        shelf.put(link(number), article(number).replace("<title>", meta))
    denied = variant(absent=Mau.absent | {"lead"}, select={**Mau.select, "lead": []})
    assert any(
        one.code == "absent_field_found" and one.params["field"] == "lead"
        for one in found(shelf, denied).advice
    )


def test_an_unverified_site_that_reads_well_may_be_verified(shelf: Shelf) -> None:
    told = found(shelf, variant(verified=None))
    assert told.mend == []
    assert any(one.params.get("month") == "2025-03" for one in told.advice)
    no_date(shelf)
    assert not any(
        one.code == "nothing_wrong" for one in found(shelf, variant(verified=None)).advice
    )


def test_a_short_body_is_compared_with_the_generic_reader(shelf: Shelf) -> None:
    without(shelf, "</p>\n<p>Đến", '</p></div><div class="tiep"><p>Đến', 0)
    long = "</p><p>".join(f"Câu chuyện thứ {n} của bà con kéo dài đến tận chiều." for n in range(9))
    shelf.put(link(0), shelf.held[link(0)].body.decode().replace("Đến trưa", f"{long} Đến trưa"))
    assert any(one.code == "body_short" for one in found(shelf).advice)


def test_nothing_at_hand_is_said() -> None:
    assert look_at(Mau, Shelf()).empty
    assert not look_at(Mau, Shelf(failed={f"{ROOT}/tin/": Reason("connection_refused")})).empty


def test_robots_are_asked_as_a_crawl_asks_them(shelf: Shelf) -> None:
    assert look_at(Mau, shelf).robots.code == "robots_not_at_hand"
    shelf.put(f"{ROOT}/robots.txt", "", 404)
    assert look_at(Mau, shelf).robots == Reason("robots_missing", status=404)
    shelf.put(f"{ROOT}/robots.txt", "User-agent: tinwatch\nAllow: /\nUser-agent: *\nDisallow: /\n")
    assert look_at(Mau, shelf).robots.code == "robots_allows_all"
    shelf.put(f"{ROOT}/robots.txt", "User-agent: *\nDisallow: /*post101\n")
    look: Look = look_at(Mau, shelf)
    assert (look.robots.code, look.forbidden) == ("robots_forbids_some", [link(1)])


def test_the_platform_is_guessed_from_the_pages(shelf: Shelf) -> None:
    assert look_at(Mau, shelf).guess == "CmsBody"


def test_a_quiet_look_finds_the_same_faults(shelf: Shelf) -> None:
    no_date(shelf)
    quiet = findings(Mau, look_at(Mau, shelf, compare=False))
    assert len(quiet.mend) == 1
    assert_stated(quiet.mend[0], PUBLISHED_MISSING)
