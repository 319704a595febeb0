"""Soft 404 and block pages are told from articles that quote their phrases."""

from __future__ import annotations

import pytest

from crawlers.crawl.soft404 import (
    MIN_ARTICLE_CHARS,
    PageSign,
    VisibleText,
    find_sign,
    is_block_url,
    is_error_url,
    is_front_page_url,
    is_not_found_url,
)
from storage.messages.reasons_pages import BlockPage

MENU = "".join(f"<li><a href='/muc-{n}'>Chuyên mục số {n}</a></li>" for n in range(30))
STORY = "Sáng nay bà con trong thôn ra đồng làm cỏ, ai cũng mong vụ này được mùa. "


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Không tìm thấy trang", ""),
        ("404 - Không tìm thấy trang | Báo Suối Vàng", STORY * 8),
        ("Lỗi 404: Trang không tồn tại", ""),
        ("KHÔNG TÌM THẤY TRANG", ""),
        ("404 Not Found", "nginx"),
        ("Page not found - Báo Suối Vàng", STORY * 20),
        ("Thông báo", "Bài viết không tồn tại hoặc đã bị xóa."),
        ("Thông báo", "Bài viết này đã được gỡ bỏ."),
        ("Thông báo", "Bài viết này đã hết hạn."),
        ("Tin đã hết hạn đăng", ""),
        ("", "Xin lỗi, tin bạn đang xem đã hết hạn hiển thị."),
        ("", "Xin lỗi, nội dung bạn yêu cầu không còn."),
        ("", "Rất tiếc! Trang quý vị đang tìm kiếm không tồn tại."),
        ("", "Trang web này hiện không tồn tại."),
        ("", "Không tìm thấy dữ liệu"),
        ("", "Sorry, the page you are looking for could not be found."),
        ("", "This article is no longer available."),
        ("", "The resource cannot be found."),
    ],
)
def test_not_found_phrase(title: str, text: str) -> None:
    sign = find_sign([title], [text])
    assert sign is not None
    assert sign.not_found


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Trang không tồn tại: vì sao website xã hay báo lỗi", STORY * 5),
        ("Không tìm thấy trang phục cũ ở chợ phiên", STORY * 5),
        ("Không tìm thấy trang", STORY * (MIN_ARTICLE_CHARS // len(STORY) + 1)),
        ("Bài viết đã bị gỡ sau khi dư luận phản ánh", STORY * 5),
        ("Người dân hỏi, xã trả lời", "Ông Lầu nói bài viết không tồn tại trên cổng của xã."),
        ("Chuyện ở Suối Vàng", STORY * 4 + "Bài viết không tồn tại hoặc đã bị xóa."),
        ("Tin dự báo đã hết hạn sử dụng bao lâu", STORY * 5),
        ("Chuyện ở Suối Vàng", STORY * 4 + "Bài viết đã hết hạn."),
        ("404 hộ dân có nước sạch", STORY),
        ("Mở đường", STORY),
        ("", ""),
    ],
)
def test_article_that_quotes_a_not_found_phrase_has_none(title: str, text: str) -> None:
    assert find_sign([title], [text]) is None


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Đăng nhập | Cổng thông tin", "", BlockPage.PAGE_LOGIN),
        ("Đăng nhập hệ thống", STORY, BlockPage.PAGE_LOGIN),
        ("", "Vui lòng đăng nhập để xem nội dung này", BlockPage.PAGE_LOGIN),
        ("Just a moment...", "", BlockPage.PAGE_BROWSER_CHECK),
        (
            "Attention Required! | Cloudflare",
            "Sorry, you have been blocked",
            BlockPage.PAGE_BROWSER_CHECK,
        ),
        (
            "Access Denied",
            "You don't have permission to access this server.",
            BlockPage.PAGE_BLOCKED,
        ),
        ("Request Rejected", "The requested URL was rejected.", BlockPage.PAGE_BLOCKED),
        ("Thông báo", "Truy cập của bạn đã bị chặn.", BlockPage.PAGE_BLOCKED),
        ("Account Suspended", "", BlockPage.PAGE_SUSPENDED),
        ("", "Website này đã bị tạm ngưng hoạt động", BlockPage.PAGE_SUSPENDED),
        ("bao-suoi-vang.example", "This domain is for sale", BlockPage.PAGE_PARKED),
        ("", "Tên miền này đã hết hạn", BlockPage.PAGE_PARKED),
        ("Xác nhận", "Tôi không phải là người máy", BlockPage.PAGE_CAPTCHA),
        ("Website đang bảo trì", "", BlockPage.PAGE_MAINTENANCE),
    ],
)
def test_block_page_kind(title: str, text: str, kind: BlockPage) -> None:
    sign = find_sign([title], [text])
    assert sign is not None
    assert (sign.kind, sign.blocked) == (kind, True)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Đăng nhập dịch vụ công bằng một tài khoản", STORY * 3),
        ("Tài khoản bị khóa oan, bà con kêu cứu", STORY * 5),
        ("Hệ thống cấp nước Suối Vàng đang được nâng cấp", STORY),
        ("Access Denied", STORY * (MIN_ARTICLE_CHARS // len(STORY) + 1)),
        ("Tên miền .vn: đăng ký dễ hơn", STORY * 4),
    ],
)
def test_article_about_logins_is_no_block_page(title: str, text: str) -> None:
    assert find_sign([title], [text]) is None


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("https://bao.vn/error?aspxerrorpath=/tin/mo-duong-bai104.html", True),
        ("https://bao.vn/Pages/Loi.aspx?AspxErrorPath=/x", True),
        ("https://bao.vn/loi.html", True),
        ("https://bao.vn/tin/khong-tim-thay-trang-phuc-cu-bai104.html", False),
        ("https://bao.vn/tin/loi-ru-buon-bai404.html", False),
        ("https://bao.vn/", False),
    ],
)
def test_error_url(url: str, error: bool) -> None:
    assert is_error_url(url) is error
    assert not is_not_found_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://bao.vn/404",
        "https://bao.vn/404.html",
        "https://bao.vn/vi/PageNotFound.aspx",
        "https://bao.vn/khong-tim-thay",
        "https://bao.vn/khong-tim-thay-trang.html",
    ],
)
def test_not_found_url(url: str) -> None:
    assert is_not_found_url(url)
    assert not is_error_url(url)


@pytest.mark.parametrize(
    ("url", "blocked"),
    [
        ("https://bao.vn/dang-nhap?ReturnUrl=%2Ftin", True),
        ("https://bao.vn/Account/Login.aspx", True),
        ("https://bao.vn/wp-login.php?redirect_to=x", True),
        ("https://bao.vn/cgi-sys/suspendedpage.cgi", True),
        ("https://bao.vn/tin/dang-nhap-he-thong-bai104.html", False),
        ("https://bao.vn/", False),
    ],
)
def test_block_url(url: str, blocked: bool) -> None:
    assert is_block_url(url) is blocked


def test_front_page_url() -> None:
    assert [is_front_page_url(u) for u in ("https://bao.vn", "https://bao.vn/", "/")] == [True] * 3
    assert [is_front_page_url(u) for u in ("https://bao.vn/tin", "/?p=7", "", None)] == [False] * 4


def visible_text(body: str, title: str = "Báo Suối Vàng") -> VisibleText:
    html = f"<html><head><title>{title}</title></head><body><ul>{MENU}</ul>{body}</body></html>"
    return VisibleText(html.encode(), "text/html; charset=utf-8")


def test_visible_text_excludes_links_and_scripts() -> None:
    page = visible_text(
        "<script>var loi = 'Trang không tồn tại';</script><p>Trang không tồn tại.</p>"
    )
    assert page.text == "Trang không tồn tại."
    assert page.sign() == PageSign(None, "Trang không tồn tại")
    assert visible_text(MENU).sign() is None


def test_login_form_beside_text_is_no_login_page() -> None:
    assert (
        visible_text(f"<h2>Đăng nhập</h2><input type='password'><p>{STORY * 4}</p>").sign() is None
    )


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"%PDF-1.4"])
def test_visible_text_of_a_non_html_body_is_empty(body: bytes) -> None:
    assert VisibleText(body).sign() is None
