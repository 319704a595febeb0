"""Observations from responses: article, missing, block page, unreadable, moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from scrapy.http import HtmlResponse

from crawlers.crawl.rechecks import (
    at_other_url,
    canonical_duplicate,
    follow_duplicate,
    select_rechecks,
)
from crawlers.crawl.responses import (
    ArticleRequest,
    is_failed_listing,
    listing_sign,
    observe,
)
from crawlers.crawl.state import CrawlState
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import (
    ArticleMissing,
    ArticleMoved,
    ArticleRead,
    FetchFailed,
    Observation,
    PageUnreadable,
)
from pipelines.record.normalise import normalise
from storage.archive.reader import Record
from storage.articles.repository import StoredArticle
from storage.checks.recheck_budget import RecheckBudget
from storage.messages.reasons_crawl import http_status
from storage.messages.reasons_pages import BlockPage, shows_page
from storage.models import Article
from storage.reasons import Reason

NOW = datetime(2025, 4, 8, 18, 30, tzinfo=UTC)
URL = "https://suoivang.vn/thoi-su/nao-vet-muong-bai104.html"
TITLE = "Suối Vàng nạo vét mương trước vụ mới"
FIRST = "Sáng thứ hai, bà con thôn Suối Vàng cùng nhau ra đồng nạo vét mương nước trước vụ mới."
SECOND = "Đoạn mương dài hơn 600 mét bị bồi lấp sau trận mưa cuối tháng trước, ông Seo Dín nói."
MENU = "".join(f"<li><a href='/muc-{n}'>Chuyên mục số {n}</a></li>" for n in range(30))
FOOT = "<div class='chan'>Cơ quan chủ quản: xã Suối Vàng. Giấy phép số 12 cấp ngày 3/4/2020.</div>"


class SuoiVang(SiteSpider):
    name = "suoivang"
    title = "Báo Suối Vàng"
    province = "lao-cai"
    kind = "newspaper"
    domains = ["suoivang.vn"]
    retired_domains = ["suoivangcu.vn"]
    sections = ["thoi-su"]
    listing_url = "{root}/{section}/"
    article_url = r"-bai(?P<key>\d+)\.html$"
    select = {"title": ["h1.tit"], "lead": [".sapo"], "body": [".noi-dung"]}
    absent = {"published", "updated", "byline", "source", "section", "tags"}


def page(inner: str, *, title: str = "Báo Suối Vàng", head: str = "") -> str:
    return (
        f"<html><head><title>{title}</title>{head}</head><body><ul>{MENU}</ul>{inner}{FOOT}"
        "</body></html>"
    )


def article(title: str = TITLE, *texts: str, head: str = "") -> str:
    body = "".join(f"<p>{text}</p>" for text in texts or (FIRST, SECOND))
    inner = f"<h1 class='tit'>{title}</h1><div class='noi-dung'>{body}</div>"
    return page(inner, title=f"{title} - Báo Suối Vàng", head=head)


def make_response(html: str, *, url: str = URL, status: int = 200, asked: str | None = None) -> Any:
    meta = {"redirect_urls": [asked]} if asked else {}
    from scrapy import Request

    return HtmlResponse(
        url, status=status, body=html.encode(), request=Request(url, meta=meta),
        headers={"Content-Type": "text/html; charset=utf-8"},
    )  # fmt: skip


def article_request(
    *,
    stored: bool = True,
    final: str = URL,
    generic: bool = False,
    before: str = "",
    must_end: bool = False,
) -> ArticleRequest:
    newest_page = Record(URL, NOW, 200, [], before.encode(), 0) if before else None
    return ArticleRequest(
        SuoiVang, URL, SuoiVang.canonical(final), "104", 7 if stored else None, None, NOW,
        Boilerplate(0, frozenset()), generic, lambda _: STORED, lambda _: newest_page,
        lambda _: must_end,
    )  # fmt: skip


def observe_page(
    html: str, *, stored: bool = True, status: int = 200, final: str = ""
) -> Observation:
    response = make_response(html, url=final or URL, status=status, asked=URL if final else None)
    return observe(response, article_request(stored=stored, final=final or URL))


def stored_record() -> Article:
    observation = observe(make_response(article()), article_request(stored=False))
    assert isinstance(observation, ArticleRead)
    return normalise(observation.page)


STORED = stored_record()
EMPTY = page("<h1 class='tit'></h1><div class='noi-dung'></div>")


# Takedowns


@pytest.mark.parametrize(
    ("html", "changed", "outcome", "code"),
    [
        ("", {"status": 404}, "404", "http_status"),
        (page(""), {"status": 410}, "410", "http_status"),
        (page(""), {"final": "https://suoivang.vn/"}, "redirect", "redirect"),
        (page(""), {"final": "https://suoivang.vn/thoi-su/"}, "redirect", "redirect"),
        (
            page(""),
            {"final": "https://suoivang.vn/404.aspx?aspxerrorpath=/thoi-su/nao-vet-bai104.html"},
            "soft 404",
            "redirect_to_error_page",
        ),
        (page("<h2>Trang không tồn tại</h2>"), {}, "soft 404", "not_found_phrase"),
        (
            article("Thông báo", "Bài viết không tồn tại hoặc đã bị xóa."),
            {},
            "soft 404",
            "not_found_phrase",
        ),
        (article("404 - Không tìm thấy trang", SECOND[:60]), {}, "soft 404", "not_found_phrase"),
        (
            page("<p>Bài viết này đã bị gỡ.</p>"),
            {"final": "https://suoivang.vn/loi.aspx?aspxerrorpath=/nao-vet-bai104.html"},
            "soft 404",
            "redirect_to_error_page",
        ),
        (
            article("Tin nổi bật", "Chuyện khác. " * 200, head="<link rel=canonical href='/'>"),
            {},
            "soft 404",
            "home_page",
        ),
    ],
    ids=[
        "404", "410", "front page", "section", "asp.net", "heading", "short text", "title",
        "error page that says so", "canonical to front page",
    ],
)  # fmt: skip
def test_stored_article_is_missing(
    html: str, changed: dict[str, Any], outcome: str, code: str
) -> None:
    found = observe_page(html, **changed)
    assert isinstance(found, ArticleMissing), found
    assert (found.article, found.outcome) == (7, outcome)
    assert found.reason.code == code
    if code != "home_page":
        assert isinstance(observe_page(html, stored=False, **changed), FetchFailed)


def test_page_without_text_is_unreadable() -> None:
    for stored in (True, False):
        assert isinstance(observe_page(EMPTY, stored=stored), PageUnreadable)


def test_changed_layout_is_unreadable_not_missing() -> None:
    """The rules find nothing any more, but the text is there."""
    for inner in (
        f"<h3>{TITLE}</h3><article><p>{FIRST}</p><p>{SECOND}</p></article>",
        f"<article><p>{SECOND}</p></article>",
        f"<h3>{TITLE}</h3><p>Không tìm thấy trang</p>",
    ):
        found = observe_page(page(inner))
        assert isinstance(found, PageUnreadable), inner


def test_teaser_with_the_title_does_not_count_as_the_article() -> None:
    found = observe_page(page(f"<ul><li><a href='{URL}'>{TITLE}</a></li></ul>"))
    assert isinstance(found, PageUnreadable)


@pytest.mark.parametrize(
    ("title", "texts"),
    [
        ("Không tìm thấy trang phục cũ ở chợ phiên", (FIRST, SECOND)),
        ("Trang không tồn tại: vì sao website xã báo lỗi", (FIRST, SECOND)),
        ("Đăng nhập một lần cho mọi dịch vụ công", (FIRST, SECOND)),
        (TITLE, ("Bài viết không tồn tại.",)),  # its own title is there
    ],
)
def test_article_that_quotes_error_phrases_is_read(title: str, texts: tuple[str, ...]) -> None:
    assert isinstance(observe_page(article(title, *texts)), ArticleRead)


# Blocks


def with_status(status: int, kind: BlockPage) -> Reason:
    return Reason("status_with_block_page", status=status, page=Reason(kind))


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize(
    ("html", "changed", "reason"),
    [
        (
            page("<form><input type=password></form>", title="Đăng nhập"),
            {},
            shows_page(BlockPage.PAGE_LOGIN),
        ),
        (
            page(""),
            {"final": "https://suoivang.vn/dang-nhap?ReturnUrl=x"},
            Reason("redirect_to_block_page", url="https://suoivang.vn/dang-nhap?ReturnUrl=x"),
        ),
        (
            "<title>Just a moment...</title>",
            {"status": 503},
            with_status(503, BlockPage.PAGE_BROWSER_CHECK),
        ),
        ("<title>Just a moment...</title>", {}, shows_page(BlockPage.PAGE_BROWSER_CHECK)),
        ("<h1>Access Denied</h1>", {"status": 403}, with_status(403, BlockPage.PAGE_BLOCKED)),
        ("<p>x", {"status": 403}, http_status(403)),
        ("<h1>Account Suspended</h1>", {"status": 404}, with_status(404, BlockPage.PAGE_SUSPENDED)),
        ("<body>This domain is for sale", {}, shows_page(BlockPage.PAGE_PARKED)),
        (
            article("Xác nhận", "Tôi không phải là người máy"),
            {},
            shows_page(BlockPage.PAGE_CAPTCHA),
        ),
    ],
)
def test_block_page_is_blocked_not_missing(
    html: str, changed: dict[str, Any], reason: Reason, stored: bool
) -> None:
    found = observe_page(html, stored=stored, **changed)
    assert isinstance(found, FetchFailed), found
    assert (found.blocked, found.is_stored) == (True, stored)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("html", "stored", "expected"),
    [
        ("<link href='/cms-suoivang/a.css'><h1>Access denied</h1>", True, ArticleMissing),
        ("<link href='/cms-suoivang/a.css'><h1>Access denied</h1>", False, FetchFailed),
        ("<h1>Access denied</h1>", True, FetchFailed),  # of a firewall
        (f"<link href='/cms-suoivang/a.css'>{article()}", True, FetchFailed),
    ],
)
def test_refusal_by_the_cms_itself_is_a_missing_article(
    monkeypatch: pytest.MonkeyPatch, html: str, stored: bool, expected: type[Observation]
) -> None:
    """Drupal answers 403 for an article that was unpublished."""
    monkeypatch.setattr(SuoiVang, "unpublished_status", 403)
    monkeypatch.setattr(SuoiVang, "generator", "/cms-suoivang/")
    assert isinstance(observe_page(html, stored=stored, status=403), expected)


@pytest.mark.parametrize("status", [500, 502, 429, 304])
def test_server_error_is_not_a_block(status: int) -> None:
    found = observe_page("<h1>Lỗi máy chủ</h1>", status=status)
    assert isinstance(found, FetchFailed)
    assert (found.blocked, found.reason) == (False, http_status(status))


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<title>Đăng nhập</title><form></form>", shows_page(BlockPage.PAGE_LOGIN)),
        ("<h1>Account Suspended</h1>", shows_page(BlockPage.PAGE_SUSPENDED)),
        (page("<p>Chưa có tin nào.</p>"), None),
    ],
)
def test_listing_without_links_may_be_a_block_page(html: str, reason: Reason | None) -> None:
    sign = listing_sign(make_response(html))
    assert (sign and sign.reason()) == reason


@pytest.mark.parametrize(
    ("status", "url", "asked", "ill"),
    [
        (200, URL, None, False), (500, URL, None, True), (403, URL, None, True),
        (200, "https://suoivang.vn/login", URL, True),
        (200, "https://suoivang.vn/login", None, False),
    ],
)  # fmt: skip
def test_failed_listing_by_status_and_url(
    status: int, url: str, asked: str | None, ill: bool
) -> None:
    assert is_failed_listing(make_response(page(""), url=url, status=status, asked=asked)) is ill


# Pages that break off


def cut(html: str, at: str) -> str:
    return html[: html.index(at)]


@pytest.mark.parametrize("at", [SECOND, SECOND[30:], FIRST, "</h1>", "<h1"])
def test_stored_article_on_a_page_that_breaks_off_is_a_failed_fetch(at: str) -> None:
    response = make_response(cut(article(), at))
    observation = observe(response, article_request(before=article()))
    assert isinstance(observation, FetchFailed)
    assert observation.reason == Reason("page_incomplete")


def test_page_without_its_end_is_read_if_all_text_is_there() -> None:
    response = make_response(cut(article(), "</body>"))
    assert isinstance(observe(response, article_request(before=article())), ArticleRead)


@pytest.mark.parametrize("before", ["", cut(article(), "</html>")])
def test_page_is_read_if_it_had_no_end_before(before: str) -> None:
    response = make_response(cut(article(), SECOND))
    assert isinstance(observe(response, article_request(before=before)), ArticleRead)


def test_new_article_without_an_end_is_read_unless_all_others_have_it() -> None:
    response = make_response(cut(article(), "</body>"))
    assert isinstance(observe(response, article_request(stored=False)), ArticleRead)
    observation = observe(response, article_request(stored=False, must_end=True))
    assert isinstance(observation, FetchFailed)
    assert observation.reason == Reason("page_incomplete")


WHOLE, CUT = article(), cut(article(), SECOND)


@pytest.mark.parametrize(
    ("stored", "read", "retried", "suspect"),
    [
        ([WHOLE, WHOLE, WHOLE], [], False, True),
        ([], [WHOLE, WHOLE], False, True),
        ([WHOLE], [WHOLE], False, True),
        ([WHOLE, WHOLE], [], True, False),  # it came like this before
        ([WHOLE, CUT], [], False, False),  # a site that leaves </html> out
        ([WHOLE, WHOLE], [CUT], False, False),
        ([], [WHOLE], False, False),  # one page proves little
        ([CUT, WHOLE, WHOLE, WHOLE], [], False, True),  # it prints </html> now
    ],
)
def test_other_articles_show_whether_a_new_one_must_have_its_end(
    stored: list[str], read: list[str], retried: bool, suspect: bool
) -> None:
    pages = {number: Record(URL, NOW, 200, [], text.encode(), 0) for number, text in
             enumerate(stored, 7)}  # fmt: skip
    state = replace(
        crawl_state(**{f"k{n}": "live" for n in pages}),
        newest_page=pages.get,
        retry_urls=[URL] if retried else [],
    )
    for text in read:
        state.note(observe_page(text, stored=False), text.encode())
    assert state.must_have_html_end(URL) is suspect


def test_not_found_phrase_counts_on_a_page_without_an_end() -> None:
    html = cut(page("<h2>Trang không tồn tại</h2>"), "</body>")
    observation = observe(make_response(html), article_request(before=article()))
    assert isinstance(observation, ArticleMissing)


# Moves


def crawl_state(**statuses: str) -> CrawlState:
    when = "2025-04-07T18:30:00Z"
    known = {
        key.removeprefix("k"): StoredArticle(n, "suoivang", key, URL, status, when, when, when, 1)
        for n, (key, status) in enumerate(statuses.items(), 7)
    }
    return CrawlState(
        known, set(), [], set(), set(), Boilerplate(0, frozenset()), set(),
        lambda _: STORED, lambda _: None, lambda _: [],
    )  # fmt: skip


def naming(canonical: str) -> Observation:
    return observe_page(article(head=f"<link rel='canonical' href='{canonical}'>"))


@pytest.mark.parametrize(
    "canonical",
    [
        "https://suoivang.vn/", "https://suoivang.vn/thoi-su/", URL, URL.replace("https", "http"),
        URL.replace("//", "//www."), URL.replace("suoivang.vn", "suoivangcu.vn"),
        f"{URL}#dau", "https://bao-khac.vn/nao-vet-bai105.html", "", "http://[hong",
    ],
)  # fmt: skip
def test_canonical_link_to_no_other_article_is_ignored(canonical: str) -> None:
    assert (
        canonical_duplicate(naming(canonical), article_request(), crawl_state(k104="live")) is None
    )


@pytest.mark.parametrize(
    "canonical", ["https://suoivang.vn/moi/nao-vet-bai105.html", "/moi/nao-vet-bai105.html"]
)
def test_canonical_link_to_another_article_is_followed(canonical: str) -> None:
    found = naming(canonical)
    new = ("105", "https://suoivang.vn/moi/nao-vet-bai105.html")
    assert canonical_duplicate(found, article_request(), crawl_state(k104="live")) == new
    assert canonical_duplicate(found, article_request(), crawl_state(k105="live")) == new
    assert canonical_duplicate(found, article_request(), crawl_state(k105="moved")) is None
    assert canonical_duplicate(found, article_request(stored=False), crawl_state()) is None


def observe_duplicate(html: str, *, status: int = 200) -> Observation | None:
    new = URL.replace("104", "105")
    at = replace(article_request(), url=new, final_url=new)
    return follow_duplicate(observe(make_response(html, url=new, status=status), at), at)


def test_only_an_article_at_the_canonical_url_is_a_move() -> None:
    found = observe_duplicate(article())
    assert isinstance(found, ArticleMoved)
    assert (found.via, found.article, found.page.key) == ("canonical", 7, "105")
    assert observe_duplicate(article(head=f"<link rel='canonical' href='{URL}'>")) is None
    assert observe_duplicate("", status=404) is None
    assert observe_duplicate(EMPTY) is None


def test_redirect_to_another_article_is_a_move() -> None:
    found = observe_page(article(), final=URL.replace("104", "105"))
    assert isinstance(found, ArticleMoved)
    assert (found.via, found.page.key) == ("redirect", "105")


LISTED = URL.replace("thoi-su", "en/news")


def observe_listed(html: str) -> Observation:
    """What a page at another address with the article's id shows, if its own address is 404."""
    missing = observe_page("<h1>404</h1>", status=404)
    assert isinstance(missing, ArticleMissing)
    at = replace(article_request(), url=LISTED, final_url=LISTED)
    return at_other_url(observe(make_response(html, url=LISTED), at), at, missing)


def test_article_of_the_same_id_at_a_listed_url_has_moved() -> None:
    texts = ("Bản tin đã sửa lại toàn bộ các đoạn sau khi chuyển chuyên mục.", "Hết.")
    for html in (article(), article(TITLE, *texts), article("Tựa đã sửa khi chuyển chỗ")):
        found = observe_listed(html)
        assert isinstance(found, ArticleRead)
        assert found.moved_via == "listing"


def test_another_text_with_the_same_id_is_no_move() -> None:
    """Another language or module counts its articles from 1, too."""
    texts = ("Forty families came early and built the village road.", "They did it in a day.")
    assert isinstance(observe_listed(article("Villagers build a road", *texts)), ArticleMissing)


@pytest.mark.parametrize(("texts", "kind"), [((), ArticleMoved), ((SECOND, FOOT), ArticleMissing)])
def test_article_of_another_key_has_moved_if_its_text_is_the_same(
    texts: tuple[str, ...], kind: type
) -> None:
    missing = observe_page("<h1>404</h1>", status=404)
    assert isinstance(missing, ArticleMissing)
    new = URL.replace("104", "105")
    at = replace(article_request(), url=new, final_url=new)
    html = article(TITLE, *texts) if texts else article()
    found = at_other_url(observe(make_response(html, url=new), at), at, missing)
    assert type(found) is kind
    assert not isinstance(found, ArticleMoved) or found.via == "listing"


# Rechecks


def test_canaries_are_checked_in_every_run() -> None:
    held = crawl_state(k1="live", k2="live", k3="moved", k4="live")
    held.canaries.update({8, 9, 10})

    def first(
        known: list[StoredArticle], now: datetime, budget: RecheckBudget | None
    ) -> list[StoredArticle]:
        return known[:1]

    for which, ids in (("due", [8, 10, 7]), ("none", [8, 10]), ("all", [7, 8, 10])):
        assert [k.id for k in select_rechecks(which, held, first, NOW)] == ids
