"""Failed and blocked pages are recognised, and articles that quote their words are read."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawlers.crawl.responses import ArticleRequest, observe
from crawlers.spider import SiteSpider
from pipelines.boilerplate.detector import Boilerplate
from pipelines.items import ArticleMissing, ArticleRead, FetchFailed, Observation, PageUnreadable
from pipelines.record.normalise import normalise
from storage.archive.reader import Record
from storage.messages.reasons_pages import Unread
from storage.models import Article

NOW = datetime(2025, 4, 8, 18, 30, tzinfo=UTC)
URL = "https://khaulau.vn/thoi-su/lam-duong-bai7.html"
TEXTS = (
    "Từ đầu tháng tư, bà con bản Khau Lâu góp công làm con đường lên nương dài hơn hai cây số.",
    "Ông Vàng Seo Páo cho biết mỗi nhà cử một người, ai bận thì đổi công vào hôm sau.",
    "Đoạn dốc nhất đã đổ xong bê tông, xe máy chở ngô chạy thẳng về tận sân nhà văn hóa.",
    "Theo kế hoạch của xã, đoạn còn lại sẽ xong trước mùa mưa để học trò đi học đỡ lầy lội.",
)
ASIDE = (
    "Văn phòng bản tin nhận thư bạn đọc vào các ngày làm việc trong tuần, buổi sáng từ 7 giờ 30. "
    "Giá nông sản tại chợ phiên hôm nay: ngô hạt 7.500 đồng, lạc vỏ 18.000 đồng, gừng 9.000 đồng. "
    "Lịch phát sóng truyền thanh xã: bản tin sáng lúc 5 giờ, bản tin chiều lúc 17 giờ mỗi ngày."
)


class KhauLau(SiteSpider):
    name = "khaulau"
    title = "Bản tin Khau Lâu"
    province = "ha-giang"
    kind = "newspaper"
    domains = ["khaulau.vn"]
    sections = ["thoi-su"]
    listing_url = "{root}/{section}/"
    article_url = r"-bai(?P<key>\d+)\.html$"
    select = {"title": ["h1"], "published": [".ngay"], "body": [".noi-dung"]}
    absent = {"lead", "updated", "byline", "source", "section", "tags"}


def article_page(title: str, texts: tuple[str, ...], date: str = "07/04/2025 08:12") -> str:
    body = "".join(f"<p>{text}</p>" for text in texts)
    return (
        f"<html><head><title>{title} - Bản tin Khau Lâu</title></head><body>"
        f"<ul><li><a href='/thoi-su/'>Thời sự</a></li></ul><h1>{title}</h1>"
        f"<span class='ngay'>{date}</span><div class='noi-dung'>{body}</div>"
        f"<aside>{ASIDE}</aside></body></html>"
    )


def observed(
    html: str, stored: Article | None = None, before: str = "", url: str = URL
) -> Observation:
    request = ArticleRequest(
        KhauLau, url, url, "7", None if stored is None else 1, None, NOW,
        Boilerplate(0, frozenset()), False, lambda _: stored,  # type: ignore[arg-type,return-value]
        lambda _: Record(URL, NOW, 200, [], before.encode(), 0) if before else None,
        lambda _: False,
    )  # fmt: skip
    headers = {"Content-Type": "text/html; charset=utf-8"}
    response = HtmlResponse(url, body=html.encode(), headers=headers, request=Request(url))
    return observe(response, request)


def read(html: str) -> Article:
    observation = observed(html)
    assert isinstance(observation, ArticleRead), observation
    return normalise(observation.page)


PAGE = article_page("Bản Khau Lâu làm đường lên nương", TEXTS)
STORED = read(PAGE)

# Software -> heading, and lines below it; in words of our own where the software lets sites choose.
FAILURES: dict[str, tuple[str, ...]] = {
    "ASP.NET": (
        "Server Error in '/' Application.",
        "Runtime Error",
        "Description: An application error occurred on the server. The current custom error "
        "settings for this application prevent the details from being viewed remotely.",
    ),
    "ASP.NET with details": (
        "Server Error in '/congtt' Application.",
        "Object reference not set to an instance of an object.",
        "Exception Details: System.NullReferenceException: Object reference not set",
        "[NullReferenceException: Object reference not set to an instance of an object.]",
    ),
    "ASP": ("", "Microsoft OLE DB Provider for SQL Server error '80004005'", "Timeout expired"),
    "IIS 500": ("HTTP Error 500.19 - Internal Server Error", "The requested page has bad data."),
    "IIS 503": ("Service Unavailable", "HTTP Error 503. The service is unavailable."),
    "IIS 500 remote": (
        "500 - Internal server error.",
        "There is a problem with the resource you are looking for, and it cannot be displayed.",
    ),
    "nginx 502": ("502 Bad Gateway", "nginx/1.22.1"),
    "nginx 504": ("504 Gateway Time-out", "nginx"),
    "nginx default error": (
        "An error occurred.",
        "Sorry, the page you are looking for is currently unavailable. Please try again later.",
    ),
    "nginx without site": ("Welcome to nginx!", "Further configuration is required."),
    "Apache": (
        "Internal Server Error",
        "The server encountered an internal error or misconfiguration and was unable to complete "
        "your request.",
    ),
    "Apache proxy": (
        "Proxy Error",
        "The proxy server received an invalid response from an upstream server.",
    ),
    "Tomcat": ("HTTP Status 500 – Internal Server Error", "Type Exception Report"),
    "Tomcat with stack": (
        "", "java.lang.NullPointerException: content", "at org.apache.jsp.index_jsp.run(x.java:12)",
    ),
    "Liferay": ("", "Web Content Display is temporarily unavailable."),
    "SharePoint": ("Sorry, something went wrong", "An unexpected error has occurred.",
                   "Correlation ID: 5f1c3b9e-0000-0000-0000-91aab8d27c55"),
    "SharePoint in Vietnamese": ("Rất tiếc, đã xảy ra lỗi", "Đã xảy ra lỗi không mong muốn."),
    "SharePoint database": ("", "Cannot connect to the configuration database."),
    "Varnish": ("Error 503 Backend fetch failed", "Guru Meditation:", "XID: 32770"),
    "Cloudflare 521": ("Web server is down Error code 521", "Visit cloudflare.com"),
    "Squid": ("ERROR", "The requested URL could not be retrieved", "Connection to 10.0.0.7 failed"),
    "WordPress database": ("Error establishing a database connection",),
    "WordPress database in Vietnamese": ("Lỗi kết nối cơ sở dữ liệu",),
    "WordPress": ("", "There has been a critical error on this website. Please check your inbox."),
    "WordPress in Vietnamese": ("", "Đã xảy ra lỗi nghiêm trọng trên trang web của bạn."),
    "NukeViet": ("User Error", "Sorry! Could not connect to data server", "(Code: 2895aa)"),
    "NukeViet in Vietnamese": ("Thông báo", "Lỗi: Không thể kết nối đến máy chủ dữ liệu"),
    "Joomla": ("", "Database Error: Unable to connect to the database: Could not connect to MySQL"),
    "Drupal": ("", "The website encountered an unexpected error. Please try again later."),
    "Laravel": ("Whoops, looks like something went wrong.", "1/1 ErrorException in app.php"),
    "Laravel query": ("", "SQLSTATE[HY000] [2002] Connection refused (SQL: select * from `tin`)"),
    "Symfony": ("Oops! An Error Occurred", 'The server returned a "500 Internal Server Error".'),
    "CodeIgniter": ("A Database Error Occurred", "Unable to connect to your database server."),
    "Django": ("Server Error (500)",),
    "PHP fatal": ("", "Fatal error: Uncaught Error: Call to undefined function tin() in "
                      "/var/www/html/tin.php:7 Stack trace: #0 thrown in /var/www/html/tin.php "
                      "on line 7"),
    "PHP warning": ("", "Warning: mysqli_connect(): (HY000/2002): Connection refused in "
                        "/home/web/db.php on line 12"),
    "MySQL": ("", "Too many connections"),
    "Oracle": ("", "ORA-12541: TNS:no listener"),
    "CloudLinux": ("508 Resource Limit Is Reached", "The website is temporarily unable to serve."),
    "bandwidth": ("Bandwidth Limit Exceeded", "The server is temporarily unable to service it."),
    "overloaded in Vietnamese": ("", "Hệ thống đang quá tải, vui lòng quay lại sau ít phút."),
    "overloaded server": ("Máy chủ quá tải", "Có quá nhiều lượt truy cập."),
    "error in Vietnamese": ("Lỗi hệ thống", "Đã xảy ra lỗi trong quá trình xử lý yêu cầu."),
    "no connection": ("", "Không thể kết nối tới hệ thống. Mời bạn thử lại."),
}  # fmt: skip
BLOCKS: dict[str, tuple[str, ...]] = {
    "Cloudflare": ("Sorry, you have been blocked", "You are unable to access khaulau.vn"),
    "Cloudflare check": ("Just a moment...", "Enable JavaScript and cookies to continue"),
    "F5": ("Request Rejected", "The requested URL was rejected. Your support ID is: 118"),
    "FortiWeb": ("Web Page Blocked!", "The page cannot be displayed. Attack ID: 20000051"),
    "Wordfence": ("", "Your access to this site has been limited by the site owner"),
    "firewall": ("", "Your request is blocked."),
    "CloudFront": ("The request could not be satisfied.", "Request blocked."),
    "firewall in Vietnamese": ("Thông báo", "Yêu cầu của bạn đã bị chặn."),
    "IIS 403": ("403 - Forbidden: Access is denied.",),
    "browser check in Vietnamese": ("", "Hệ thống đang kiểm tra trình duyệt của bạn"),
    "NukeViet closed": (
        "Website tạm ngưng hoạt động", "Vì lý do kỹ thuật website tạm ngưng hoạt động.",
    ),
    "WordPress maintenance": (
        "", "Briefly unavailable for scheduled maintenance. Check back in a minute.",
    ),
    "maintenance in Vietnamese": ("Hệ thống đang bảo trì", "Mong bạn đọc thông cảm."),
    "login": ("Đăng nhập", "Vui lòng đăng nhập để xem bài viết này."),
    "password": ("", "Nội dung này được bảo vệ bằng mật khẩu. Vui lòng nhập mật khẩu để xem."),
}  # fmt: skip
BARE = "<html><head><title>{title}</title></head><body><h1>{title}</h1>{lines}</body></html>"
TEMPLATE = (
    "<html><head><title>Bản tin Khau Lâu</title></head><body><ul><li><a href='/'>Trang nhất</a>"
    "</li></ul><div class='main'><h2>{title}</h2><div class='alert'>{lines}</div></div>"
    f"<aside>{ASIDE}</aside></body></html>"
)


def shown(template: str, heading: str, lines: tuple[str, ...]) -> str:
    return template.format(title=heading, lines="".join(f"<p>{line}</p>" for line in lines))


def in_body(heading: str, lines: tuple[str, ...]) -> str:
    """The template of articles: the heading, or an article's title, above the lines."""
    return article_page(heading or STORED.title, lines, date="")


@pytest.mark.parametrize("software", [*FAILURES, *BLOCKS])
def test_page_is_failed_or_blocked_in_every_template(software: str) -> None:
    heading, *rest = {**FAILURES, **BLOCKS}[software]
    lines = tuple(rest)
    pages = (shown(BARE, heading, lines), shown(TEMPLATE, heading, lines), in_body(heading, lines))
    for number, html in enumerate(pages[: 3 if lines else 2]):
        for stored in (None, STORED):
            observation = observed(html, stored, PAGE)
            if number == 1 and stored is None and isinstance(observation, PageUnreadable):
                continue  # nothing tells the message from the template's own text
            assert isinstance(observation, FetchFailed), (number, stored is None, observation)
            assert observation.blocked is (software in BLOCKS), (number, observation)


CHALLENGES = {
    "D1N": 'document.cookie="D1N=83df"+"; path=/";window.location.reload(true);',
    "aes.js": 'document.cookie="__test="+toHex(slowAES.decrypt(c,2,a,b));location.href="/?i=1";',
    "replaced": 'function go(){document.cookie="v=1";} go(); location.replace(location.href);',
}


@pytest.mark.parametrize("sentence", ["", "Vui lòng chờ trong giây lát, trang sẽ tự tải lại."])
@pytest.mark.parametrize("script", CHALLENGES.values(), ids=list(CHALLENGES))
def test_cookie_challenge_is_blocked(script: str, sentence: str) -> None:
    html = f"<html><body><p>{sentence}</p><script>{script}</script></body></html>"
    for stored in (None, STORED):
        observation = observed(html, stored, PAGE)
        assert isinstance(observation, FetchFailed), observation
        assert observation.blocked


def test_password_form_is_blocked_though_the_title_is_there() -> None:
    form = "<form method=post><label>Mã</label><input name='post_password' type=password></form>"
    html = article_page(f"Bảo vệ: {STORED.title}", ("Bài này dành cho hội viên.",)).replace(
        "</div><aside>", f"{form}</div><aside>"
    )
    for stored in (None, STORED):
        observation = observed(html, stored, PAGE)
        assert isinstance(observation, FetchFailed), observation
        assert observation.blocked


def test_article_that_its_page_calls_unpublished_is_missing_though_its_text_is_there() -> None:
    notice = (
        "<div class='alert alert-warning'>\n Chú ý: Bài viết này chưa được xuất bản, chỉ có những "
        "người có quyền thao tác mới có thể xem được nội dung.</div>"
    )
    html = article_page(STORED.title, TEXTS)
    assert isinstance(observed(html.replace("<div", f"{notice}<div", 1), STORED), ArticleMissing)
    quoted = article_page(STORED.title, (*TEXTS, notice[notice.index("Chú") : -6]))
    assert isinstance(observed(quoted, STORED), ArticleRead)


def test_article_cut_short_by_a_program_error_is_a_failed_fetch() -> None:
    error = FAILURES["PHP fatal"][1]
    for stored in (None, STORED):
        assert isinstance(
            observed(article_page(STORED.title, (*TEXTS[:2], error)), stored), FetchFailed
        )


def test_notices_of_a_program_that_goes_on_are_no_part_of_an_article() -> None:
    notice = "<br><b>Notice</b>: Undefined variable: rong in <b>/home/xa/tin.php</b> on line <b>41"
    html = article_page(STORED.title, TEXTS).replace("<p>", f"{notice}</b><br><p>")
    observation = observed(html, STORED)
    assert isinstance(observation, ArticleRead)
    assert [block.text for block in observation.page.blocks] == list(TEXTS)


def test_unknown_notice_in_place_of_an_article_is_no_edit() -> None:
    html = article_page("Bản tin nghỉ phiên hôm nay", ("Hẹn gặp lại bà con.",), date="")
    assert not isinstance(observed(html, STORED, PAGE), ArticleRead)
    assert isinstance(observed(html), ArticleRead)


QUOTES = (
    "Server Error in '/' Application", "Error establishing a database connection", "User Error",
    "Could not connect to data server", "Your request is blocked", "hệ thống đang quá tải",
    "502 Bad Gateway", "Đăng nhập", "Website tạm ngưng hoạt động", "Trang không tồn tại",
    "Bài viết không tồn tại hoặc đã bị xóa", "404 Not Found", "Access Denied", "captcha",
    "Tài khoản của bạn đã bị khóa", "Lỗi hệ thống", "Just a moment", "đã xảy ra lỗi",
    "không thể kết nối đến máy chủ", "hệ thống đang bảo trì", "Fatal error",
    "Internal Server Error",
    "Nội dung này được bảo vệ bằng mật khẩu", "lỗi kết nối cơ sở dữ liệu", "Too many connections",
)  # fmt: skip
TITLES = (
    "{quote}", "{quote}: vì sao cổng dịch vụ công của xã hay báo lỗi", "Vì sao máy báo “{quote}”",
    "Cảnh báo tin nhắn “{quote}”", "Bà con hỏi, xã trả lời", "{quote} - chuyện ở bản Khau Lâu",
)  # fmt: skip
SENTENCES = (
    "{quote}.", "{quote}, đó là dòng chữ hiện ra trên màn hình sáng nay.", "“{quote}”",
    "Anh Páo kể, máy tính của trạm cứ hiện “{quote}” rồi tắt, phải gọi cán bộ xã lên sửa.",
    "Màn hình báo: {quote}. Chị Mỷ thử lại lần nữa vẫn thế, đành hẹn bà con sang phiên sau.",
)  # fmt: skip


def test_a_thousand_articles_that_quote_such_words_are_read() -> None:
    rng = random.Random(19)
    wrong = []
    for number in range(1000):
        quote = QUOTES[number % len(QUOTES)]
        title = rng.choice(TITLES).format(quote=quote)
        texts = rng.sample(TEXTS, rng.randint(3, 4))
        texts.insert(rng.randrange(len(texts)), rng.choice(SENTENCES).format(quote=quote))
        html = article_page(title, tuple(texts))
        stored = replace(STORED, title=title) if rng.random() < 0.5 else STORED
        for before in (None, stored):
            observation = observed(html, before, PAGE)
            if not isinstance(observation, ArticleRead):
                wrong.append((title, texts, before is None, observation))
    assert wrong == []


LOGIN_REQUESTS = (
    "Nội dung này chỉ dành cho thành viên. Vui lòng đăng nhập để xem toàn bộ bài viết.",
    "Bạn cần đăng nhập để đọc tiếp bài viết này.",
    "This content is restricted to site members. Please log in to read it.",
)


@pytest.mark.parametrize("request_to_log_in", LOGIN_REQUESTS)
@pytest.mark.parametrize("kept", [0, 1, 2])
def test_login_in_place_of_a_stored_text_is_blocked_not_edited(
    request_to_log_in: str, kept: int
) -> None:
    shown = article_page(STORED.title, (*TEXTS[:kept], request_to_log_in))
    observation = observed(shown, STORED, PAGE)
    assert isinstance(observation, FetchFailed)
    assert observation.blocked


@pytest.mark.parametrize(
    "below", ["Đăng nhập", "Bạn cần đăng nhập để gửi bình luận", "Đăng nhập để đọc ý kiến khác"]
)
def test_article_that_was_cut_beside_a_login_box_is_edited(below: str) -> None:
    shown = article_page(STORED.title, TEXTS[:1]).replace("<aside>", f"<p>{below}</p><aside>")
    assert isinstance(observed(shown, STORED, PAGE), ArticleRead)


def test_login_box_of_the_template_hides_nothing() -> None:
    box = "<p>Vui lòng đăng nhập để xem nội dung dành cho thành viên.</p><aside>"
    before, after = (
        article_page(STORED.title, texts).replace("<aside>", box) for texts in (TEXTS, TEXTS[:1])
    )
    assert isinstance(observed(after, STORED, before), ArticleRead)


@pytest.mark.parametrize(
    ("url", "second"),
    [
        (URL, "lam-duong-bai7.html/2/"),
        (URL, "/thoi-su/lam-duong-bai7.html?page=2"),
        ("https://khaulau.vn/?p=7", "/?p=7&page=2"),
    ],
)
def test_first_part_of_a_split_article_is_unreadable(url: str, second: str) -> None:
    pager = f"<div class='trang'>Trang: 1 <a href='{second}'>2</a></div><aside>"
    shown = article_page(STORED.title, TEXTS[:2]).replace("<aside>", pager)
    observation = observed(shown, STORED, PAGE, url)
    assert isinstance(observation, PageUnreadable)
    assert observation.reason.code == Unread.SPLIT_INTO_PAGES


def test_pager_of_a_whole_article_does_not_matter() -> None:
    pager = "<a href='lam-duong-bai7.html/2/'>2</a><aside>"
    shown = article_page(STORED.title, TEXTS).replace("<aside>", pager)
    assert isinstance(observed(shown, STORED, PAGE), ArticleRead)


def test_unreadable_page_says_whether_it_shows_its_article() -> None:
    """A new layout does; a page that stands in place of every article does not."""
    layout = "".join(f"<section>{text}</section>" for text in TEXTS)
    for body, shows_text in ((layout, True), ("<section>Trang này đổi chủ.</section>", False)):
        observation = observed(f"<html><body>{body}<aside>{ASIDE}</aside></body></html>", STORED)
        assert isinstance(observation, PageUnreadable)
        assert observation.shows_text is shows_text


@pytest.mark.parametrize(
    "text",
    [
        "Site đang tạm ngưng hoạt động để bảo trì, mong quý vị thông cảm và quay lại sau.",
        "Module này hiện không hoạt động. Vui lòng quay lại sau.",
        "Bạn chưa đủ quyền hạn để xem nội dung này.",
        "Cần cập nhật cơ sở dữ liệu",
    ],
)
def test_closed_site_or_module_is_blocked(text: str) -> None:
    page = f"<html><head><title>Thông báo</title></head><body><p>{text}</p></body></html>"
    observation = observed(page, STORED, PAGE)
    assert isinstance(observation, FetchFailed)
    assert observation.blocked
