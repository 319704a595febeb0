"""Patterns of soft 404 and block pages, in their URLs and texts.

They cover the content systems of these sites (ASP.NET, WordPress, NukeViet, Liferay) and what is
in front of them (Cloudflare and other firewalls, cPanel, domain parking).
"""

from __future__ import annotations

import re

from storage.messages.reasons_pages import BlockPage


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


# These match a whole part of the path: an article's URL may begin with "khong-tim-thay-".
_FILE = r"(?:\.(?:aspx|html?|php|jsp|cgi))?"
ERROR_PATH = re.compile(
    r"(?:errors?|err|loi|404|(?:error|loi)-?404|404-?page|(?:page-?)?not-?found"
    rf"|error-?page|page-?error|khong-tim-thay(?:-trang)?|trang-khong-ton-tai){_FILE}",
    re.I,
)
BLOCK_PATH = re.compile(
    r"(?:(?:user-?|wp-)?log-?in|sign-?in|dang-?nhap|(?:account-?)?suspended(?:page)?|captcha"
    rf"|cdn-cgi|challenge){_FILE}",
    re.I,
)
ERROR_QUERY = "aspxerrorpath"  # ASP.NET's customErrors

_THING = r"(?:trang(?: web)?|bài(?: viết| báo)?|bản tin|tin(?: bài| tức)?|nội dung|đường dẫn)"
_WHOSE = (
    r"(?: (?:mà )?(?:bạn(?: đọc)?|quý (?:vị|khách|độc giả))"
    r"(?: (?:đang|vừa|muốn|cần))?(?: [^\W\d]+){1,3}?)?(?: này)?(?: hiện)?"
)
_GONE = r"(?:xóa|xoá|gỡ|hạ|ẩn)(?: bỏ| xuống)?"
_PAGE = r"(?:(?:sorry,? )?(?:the|this) )?(?:requested )?(?:page|article|file|content|url)"
NOT_FOUND = re.compile(
    r"(?<!\w)(?<![^\W_] )(?:"  # at the start of a sentence only, so that quotations do not match
    + "|".join(
        (
            rf"(?:chúng tôi )?không tìm thấy (?:{_THING}|dữ liệu|kết quả|yêu cầu)",
            rf"{_THING}{_WHOSE} (?:đã )?không (?:còn )?tồn tại",
            rf"{_THING}{_WHOSE} không (?:được )?tìm thấy",
            rf"{_THING}{_WHOSE} không còn",
            rf"{_THING}{_WHOSE} đã (?:bị |được )?{_GONE}(?!\w)",
            r"lỗi 404|404 not found|page not found|error 404|http 404|oops! that page",
            rf"{_PAGE}[^.]{{0,40}} (?:not found|(?:could not|cannot|can't) be found)",
            rf"{_PAGE}[^.]{{0,40}} (?:does not|doesn't|no longer) exists?",
            rf"{_PAGE}[^.]{{0,40}} (?:has been removed|(?:is )?no longer available)",
            r"the resource cannot be found",
        )
    )
    + ")",
    re.I,
)
# What may follow the phrase in a title that is nothing but a "not found" message.
TITLE_REMAINDER = re.compile(
    r"\W*(?:(?:hoặc|trên|trong|or|on|nữa|này|404|bỏ|tồn tại)\b.{0,40})?\W*", re.I
)
STATUS_PREFIX = re.compile(
    r"\W*(?:(?:lỗi|error|http)\W*)?\b(?:404|410)\b\W*(?=\w)(?!not found)", re.I
)
SITE_NAME_SEPARATOR = re.compile(r"\s+[-|–—:»]\s+")  # between a title and the site's name

# Kinds of login and block pages by their text. The first match counts.
BLOCK_PAGES: tuple[tuple[re.Pattern[str], BlockPage], ...] = (
    (
        _any_of(
            r"account (?:has been |is |was )?suspended",
            r"(?:tài khoản|website|hosting) (?:này )?(?:đã |đang )?(?:bị )?(?:tạm )?"
            r"(?:khóa|khoá|ngưng|dừng|đình chỉ)(?: (?:hoạt động|dịch vụ))?",
            r"hosting (?:này )?(?:đã )?hết hạn",
        ),
        BlockPage.PAGE_SUSPENDED,
    ),
    (
        _any_of(
            r"domain (?:name )?(?:is|may be) for sale|buy this domain|domain is parked",
            r"parked (?:free|domain)|domain (?:name )?has expired",
            r"tên miền (?:này )?(?:đang |đã )?(?:được )?(?:rao bán|hết hạn|cần bán)",
            r"tên miền (?:này )?chưa được (?:trỏ|kích hoạt)",
        ),
        BlockPage.PAGE_PARKED,
    ),
    (
        _any_of(
            r"(?:enter|solve|nhập)[^.]{0,30} captcha|i'?m not a robot|captcha",
            r"are you (?:a )?(?:human|robot)|verify (?:that )?you are (?:a )?human",
            r"tôi không phải (?:là )?(?:người máy|rô ?bốt|robot)",
            r"xác (?:minh|thực|nhận)[^.]{0,20} (?:không phải|là) (?:con người|người thật|robot)",
        ),
        BlockPage.PAGE_CAPTCHA,
    ),
    (
        _any_of(
            r"just a moment|checking (?:if )?(?:your browser|the site connection)",
            r"ddos protection|attention required! \| cloudflare|one more step",
            r"enable (?:javascript|js) and cookies to continue|security verification",
            r"đang kiểm tra trình duyệt",
        ),
        BlockPage.PAGE_BROWSER_CHECK,
    ),
    (
        _any_of(
            r"access (?:is )?denied|(?:request|web ?page) (?:was |has been )?(?:rejected|blocked)",
            r"you have been blocked|the requested url was rejected|403 forbidden",
            r"website firewall|incapsula incident|không có quyền truy cập",
            r"(?:truy cập|ip|yêu cầu) (?:của (?:bạn|quý vị) )?(?:đã )?bị (?:từ chối|chặn)",
        ),
        BlockPage.PAGE_BLOCKED,
    ),
    (
        _any_of(
            r"(?:website|hệ thống|trang web|trang thông tin điện tử) (?:này )?(?:hiện )?đang "
            r"(?:được |trong quá trình )?(?:bảo trì|nâng cấp)",
            r"(?:site|website) is (?:currently )?(?:down for|under) (?:maintenance|construction)",
        ),
        BlockPage.PAGE_MAINTENANCE,
    ),
    (
        re.compile(
            r"^\W*(?:đăng nhập(?: hệ thống| tài khoản)?|log ?in|sign ?in"
            r"|(?:vui lòng|bạn cần|bạn phải) đăng nhập[^.]{0,60})\W*$",
            re.I,
        ),
        BlockPage.PAGE_LOGIN,
    ),
)
