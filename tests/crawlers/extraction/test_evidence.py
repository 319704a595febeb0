"""Each field is decided on its own, by what the page and its URL say of the candidates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.extraction.article import extract_article
from crawlers.extraction.html import UnreadablePage
from crawlers.extraction.witnesses import Witnesses
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from pipelines.record.raw_article import RawArticle, Verdict
from storage.messages.reasons_warnings import WarningCode
from storage.models import Article
from storage.reasons import Reason

TAKEN = datetime(2025, 3, 12, 1, 30, tzinfo=UTC)  # 08:30 in Vietnam
URL = "https://baothu.vn/xa-hoi/ba-con-na-lung-hien-dat-mo-duong-9012.html"
TITLE = "Bà con Nà Lùng hiến đất mở đường"
TEXT = (
    "Sáng nay, bà con thôn Nà Lùng mang cuốc xẻng ra mở con đường mới dài hơn một cây số.",
    "Trưởng thôn cho biết ba gia đình đã ký giấy hiến gần bốn trăm mét vuông đất vườn của mình.",
    "Dự kiến trước mùa mưa, xe máy và xe cải tiến sẽ đi lại được tới tận cửa từng nhà trong thôn.",
)
BODY = "".join(f"<p>{text}</p>" for text in TEXT)


class Paper(SiteSpider):
    name = "paper_by_evidence"
    title = "Báo Thử"
    province = "lang-son"
    kind = "newspaper"
    domains = ["baothu.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    article_url = r"-(?P<key>\d+)\.html"
    select = {
        "title": ["h1.title", "h1"],
        "published": [".ngay"],
        "lead": [".sapo"],
        "body": [".noi-dung"],
    }


def raw(html: str, *, url: str = URL, rules_only: bool = False) -> RawArticle:
    page = f"<!DOCTYPE html><meta charset=utf-8><title>{TITLE} - Báo Thử</title>{html}"
    body = page.encode()
    return extract_article(body, url, Paper, TAKEN, "text/html", rules_only=rules_only)


def read(html: str, url: str = URL) -> Article:
    return normalise(raw(html, url=url))


def texts(article: Article) -> list[str]:
    return [block.text for block in article.body]


def test_rule_that_finds_no_title_costs_the_title_only() -> None:
    article = read(f"<h2>{TITLE}</h2><p class=ngay>11/03/2025</p><div class=noi-dung>{BODY}</div>")
    assert article.title == TITLE
    assert article.published == "2025-03-11"
    assert texts(article) == list(TEXT)
    assert article.fields["body"].rule == ".noi-dung"


LEAD = "Con đường hẹp hơn một mét từ bao đời nay sẽ rộng gấp ba trước mùa mưa."


@pytest.mark.parametrize(
    ("above", "lead"),
    [
        (f"<h1>{TITLE}</h1><p class=ngay>11/03/2025</p><h2 class=chapeau>{LEAD}</h2>", LEAD),
        (f"<h1>{TITLE}</h1><p class=ngay>11/03/2025</p><div>{LEAD}</div>", LEAD),
        (f"<p class=chapeau>{LEAD}</p><h1>{TITLE}</h1><p class=ngay>11/03/2025</p>", None),
    ],
)
def test_rule_that_finds_no_lead_costs_no_lead_that_stands_above_the_text(
    above: str, lead: str | None
) -> None:
    described = f'<meta name=description content="{LEAD}">' if "<div>" in above else ""
    article = read(f"{described}{above}<div class=noi-dung>{BODY}</div>")
    assert article.lead == lead
    assert texts(article) == list(TEXT)


def test_date_that_begins_the_body_is_no_text() -> None:
    page = f"<h1>{TITLE}</h1><div class=noi-dung><p>11/03/2025 08:52 (GMT+07:00)</p>{BODY}</div>"
    assert texts(read(page)) == list(TEXT)


def test_rule_that_finds_no_body_costs_the_body_only() -> None:
    article = read(f"<h1>{TITLE}</h1><p class=ngay>11/03/2025</p><article>{BODY}</article>")
    assert texts(article) == list(TEXT)
    assert article.fields["published"].rule == ".ngay"
    assert article.fields["title"].rule == "h1"


def test_article_that_the_rules_have_read_is_not_read_by_the_generic_extractor() -> None:
    with pytest.raises(UnreadablePage):
        raw(f"<h1>{TITLE}</h1><article>{BODY}</article>", rules_only=True)


def test_heading_of_the_imprint_is_not_the_title() -> None:
    imprint = "<aside><h1 class=title>Báo Thử điện tử</h1></aside>"
    article = read(f"{imprint}<h1>{TITLE}</h1><div class=noi-dung>{BODY}</div>")
    assert article.title == TITLE
    assert article.warnings == ()  # another match of the rules is confirmed


def test_disputed_title_yields_to_a_confirmed_heading_and_says_so() -> None:
    article = read(f"<h1>Tin nổi bật</h1><h3>{TITLE}</h3><div class=noi-dung>{BODY}</div>")
    assert article.title == TITLE
    assert Reason(WarningCode.VALUE_DISPUTED, field="title", rule="h1") in article.warnings


def test_disputed_title_stays_if_nothing_is_confirmed() -> None:
    page = f"<title></title><h1>Chuyện cũ</h1><div class=noi-dung>{BODY}</div>"
    body = f"<!DOCTYPE html><meta charset=utf-8>{page}".encode()
    assert extract_article(body, URL, Paper, TAKEN).title == "Chuyện cũ"


def test_clock_of_the_page_is_not_the_date() -> None:
    clock = "<div class=ngay>Thứ Tư, 12/03/2025 08:30</div>"
    date = "<div class=ngay>10/03/2025 17:05</div>"
    article = read(f"{clock}<h1>{TITLE}</h1>{date}<div class=noi-dung>{BODY}</div>")
    assert article.published == "2025-03-10T17:05:00+07:00"


def test_day_in_the_masthead_is_not_the_date() -> None:
    clock = "<div class=ngay>Thứ Tư, 12/03/2025</div>"
    date = "<div class=ngay>10/03/2025</div>"
    article = read(f"{clock}<h1>{TITLE}</h1>{date}<div class=noi-dung>{BODY}</div>")
    assert article.published == "2025-03-10"


@pytest.mark.parametrize(
    "page",
    [
        "{today}<h1>{title}</h1><div class=noi-dung>{body}</div>{other}",
        "<h1>{title}</h1>{today}<div class=noi-dung>{body}</div>{other}",
        "<h1>{title}</h1>{today}{other}<div class=noi-dung>{body}</div>",
    ],
)
def test_day_of_the_capture_is_the_date_of_a_new_article(page: str) -> None:
    today, other = "<div class=ngay>12/03/2025</div>", "<div class=ngay>10/03/2025</div>"
    article = read(page.format(today=today, other=other, title=TITLE, body=BODY))
    assert article.published == "2025-03-12"


def test_clock_that_stands_alone_yields_to_the_metadata() -> None:
    page = (
        "<script type='application/ld+json'>"
        '{"@type": "NewsArticle", "datePublished": "2025-03-10T17:05:00+07:00"}</script>'
        f"<h1>{TITLE}</h1><p class=ngay>12/03/2025 08:30</p><div class=noi-dung>{BODY}</div>"
    )
    article = read(page)
    assert article.published == "2025-03-10T17:05:00+07:00"
    assert Reason(WarningCode.VALUE_DISPUTED, field="published", rule=".ngay") in article.warnings


def test_fresh_article_keeps_the_time_that_its_metadata_confirms() -> None:
    page = (
        "<meta property='article:published_time' content='2025-03-12T08:29:00+07:00'>"
        f"<h1>{TITLE}</h1><p class=ngay>12/03/2025 08:29</p><div class=noi-dung>{BODY}</div>"
    )
    assert read(page).published == "2025-03-12T08:29:00+07:00"


def test_date_of_another_month_than_the_url_yields() -> None:
    url = "https://baothu.vn/xa-hoi/202503/ba-con-na-lung-hien-dat-mo-duong-9012.html"
    page = (
        f"<p class=ngay>05/06/2019</p><h1>{TITLE}</h1><p class=ngay>11/03/2025</p>"
        f"<div class=noi-dung>{BODY}</div>"
    )
    assert read(page, url).published == "2025-03-11"


def test_body_element_with_the_head_of_the_article_yields() -> None:
    """A rule that matches the whole column also matches buttons and lists of other articles."""
    head = f"<div>Trang chủ</div><h1>{TITLE}</h1><div>11/03/2025</div><div>Chia sẻ Facebook</div>"
    tail = "<div>Bình luận</div><div>Tin nổi bật</div><ul><li><a href='/a-1.html'>Kè mới</a></ul>"
    article = read(f"<div class=noi-dung>{head}<article>{BODY}</article>{tail}</div>")
    assert texts(article) == list(TEXT)
    assert article.title == TITLE


def test_comment_box_yields_to_the_article() -> None:
    comments = (
        "<div class=noi-dung><p>Được quan tâm nhất</p><p>Chưa có ý kiến nào được gửi.</p></div>"
    )
    article = read(f"<h1>{TITLE}</h1><article>{BODY}</article>{comments}")
    assert texts(article) == list(TEXT)


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        (TITLE, Verdict.CONFIRMED),
        (f"Chào mừng Đại hội: {TITLE}", Verdict.CONFIRMED),
        ("Báo Thử", Verdict.DISPUTED),
        ("Tin cùng chuyên mục", Verdict.DISPUTED),
    ],
)
def test_title_is_confirmed_by_head_title_and_slug(title: str, verdict: Verdict) -> None:
    witnesses = Witnesses(URL, TAKEN, head_title=f"{TITLE} | Báo Thử", site_title="Báo Thử")
    assert witnesses.title(title) is verdict


def test_nothing_is_known_without_witnesses() -> None:
    witnesses = Witnesses("https://baothu.vn/?id=9012", TAKEN)
    assert witnesses.title("Bất kỳ") is Verdict.UNKNOWN
    assert witnesses.date("11/03/2025 17:05") is Verdict.UNKNOWN
