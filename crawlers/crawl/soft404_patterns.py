"""Patterns of pages that are no article: "not found", block and error pages.

They cover the content systems of these sites (ASP.NET, SharePoint, WordPress, NukeViet, Joomla,
Drupal, Liferay), what they run on, and what is in front of them (Cloudflare and other firewalls,
cPanel, domain parking). A page that only quotes such a phrase is told apart by its other text
(soft404.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from storage.messages.reasons_pages import BlockPage, ErrorPage


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


# These match a whole part of the path: an article's URL may begin with "khong-tim-thay-".
_FILE = r"(?:\.(?:aspx|html?|php|jsp|cgi))?"
NOT_FOUND_PATH = re.compile(
    r"(?:404|(?:error|loi)-?404|404-?page|(?:page-?)?not-?found|khong-tim-thay(?:-trang)?"
    rf"|trang-khong-ton-tai){_FILE}",
    re.I,
)
ERROR_PATH = re.compile(rf"(?:errors?|err|loi|error-?page|page-?error){_FILE}", re.I)
BLOCK_PATH = re.compile(
    r"(?:(?:user-?|wp-)?log-?in|sign-?in|dang-?nhap|(?:account-?)?suspended(?:page)?|captcha"
    rf"|cdn-cgi|challenge){_FILE}",
    re.I,
)
ERROR_QUERY = "aspxerrorpath"  # ASP.NET's customErrors, for every error

_THING = r"(?:trang(?: web)?|bài(?: viết| báo)?|bản tin|tin(?: bài| tức)?|nội dung|đường dẫn)"
_WHOSE = (
    r"(?: (?:mà )?(?:bạn(?: đọc)?|quý (?:vị|khách|độc giả))"
    r"(?: (?:đang|vừa|muốn|cần))?(?: [^\W\d]+){1,5}?)?(?: này)?(?: hiện)?"
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
            rf"{_THING}{_WHOSE} đã hết hạn(?: đăng| hiển thị)?",
            rf"{_THING}{_WHOSE} đã (?:bị |được )?{_GONE}(?!\w)",
            r"lỗi(?: truy cập)? 404|404 not found|page not found|error 404|http 404",
            r"oops! that page",
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

# What may stand before and after a phrase in a sentence that is nothing but such a message.
LEAD_IN = re.compile(
    r"\W*(?:(?:xin lỗi|rất tiếc|thông báo|chú ý|lỗi|sorry|oops|whoops|error|we are sorry|"
    r"we're sorry)\b[\s,.!:–-]*)*(?:but )?",
    re.I,
)
TAIL = re.compile(
    r"[\s,;:.!?(–-]*(?:(?:vui lòng|xin|mời|hãy|bạn|quý|nên|do|vì|để|trong|vào|tại|từ|trở lại|"
    r"please|try|we|you|contact|code|mã|due|because|at|for|on|in|the|and|và|với|khi|when|while|"
    r"lúc|this|that|with|trên|của|by|access|unable|could|không)\b.*|.{0,12})",
    re.I | re.S,
)


@dataclass(frozen=True, slots=True)
class PagePattern:
    """A message of a page that is no article.

    Attributes:
        pattern: matches at the start of a sentence; together with TAIL it is the whole sentence
        source: the software that prints the message
        alone: the message counts only if the page has little other text, because the templates
            of articles may have it too (a login box)
    """

    kind: BlockPage | ErrorPage
    source: str
    pattern: re.Pattern[str]
    alone: bool = False


_SITE = (
    r"(?:(?:hệ thống|máy chủ|server|website|trang web|trang thông tin(?: điện tử)?|"
    r"cổng thông tin(?: điện tử)?|trang)(?: này| của (?:bạn|chúng tôi))?)"
)
_NOW = r"(?: hiện(?: tại| nay)?)?(?: đang)?(?: tạm thời)?(?: bị)?"
_HTTP_5XX = (
    r"internal server error|bad gateway|service (?:temporarily )?unavailable|"
    r"gateway time-?out|web server is down|origin (?:dns error|is unreachable)|"
    r"(?:connection|a timeout|host) (?:timed out|occurred|error)|unknown error|ssl handshake failed"
)

PAGE_PATTERNS: tuple[PagePattern, ...] = (
    # Hosting and domains
    PagePattern(
        BlockPage.PAGE_SUSPENDED,
        "cPanel and Vietnamese hosting companies",
        _any_of(
            r"(?:this )?account (?:has been |is |was )?suspended",
            r"(?:tài khoản|hosting)(?: của bạn)?(?: này)?(?: đã| đang)?(?: bị)?(?: tạm)? "
            r"(?:khóa|khoá|ngưng|dừng|đình chỉ)(?: (?:hoạt động|dịch vụ))?",
            r"(?:website|trang web)(?: này)?(?: đã| đang)? bị(?: tạm)? "
            r"(?:khóa|khoá|ngưng|dừng|đình chỉ)(?: (?:hoạt động|dịch vụ))?",
            r"hosting(?: này)?(?: đã)? hết hạn",
        ),
    ),
    PagePattern(
        BlockPage.PAGE_PARKED,
        "domain parking, registrars of .vn",
        _any_of(
            r"(?:this |the )?domain (?:name )?(?:is|may be) for sale|buy this domain",
            r"(?:this |the )?domain is parked|parked (?:free|domain)",
            r"(?:this |the )?domain (?:name )?has expired",
            r"tên miền(?: này)?(?: đang| đã)?(?: được)? (?:rao bán|hết hạn|cần bán)",
            r"tên miền(?: này)? chưa được (?:trỏ|kích hoạt)",
        ),
    ),
    # In front of a site
    PagePattern(
        BlockPage.PAGE_CAPTCHA,
        "reCAPTCHA, hCaptcha, firewalls",
        _any_of(
            r"(?:please )?(?:enter|solve|complete|nhập)[^.]{0,30} captcha|i'?m not a robot|captcha",
            r"are you (?:a )?(?:human|robot)|(?:please )?verify (?:that )?you are (?:a )?human",
            r"tôi không phải (?:là )?(?:người máy|rô ?bốt|robot)",
            r"xác (?:minh|thực|nhận)[^.]{0,20} (?:không phải|là) (?:con người|người thật|robot)",
        ),
        alone=True,
    ),
    PagePattern(
        BlockPage.PAGE_BROWSER_CHECK,
        "Cloudflare, DDoS-Guard, aes.js of testcookie, D1N and other cookie challenges",
        _any_of(
            r"just a moment|checking (?:if )?(?:your browser|the site connection)",
            r"ddos protection|attention required! \| cloudflare|attention required|one more step",
            r"(?:please )?enable (?:javascript|js|cookies)(?: and (?:cookies|javascript))?"
            r"(?: to continue)?|security verification",
            r"this site requires javascript(?: to work)?|(?:please turn )?javascript (?:on|is "
            r"(?:required|disabled))",
            r"(?:hệ thống )?đang (?:kiểm tra|xác minh|xác thực) (?:trình duyệt|kết nối|truy cập|"
            r"bảo mật)",
            r"(?:vui lòng |hãy )?(?:bật|kích hoạt|cho phép) (?:javascript|cookies?)",
            r"trình duyệt (?:của bạn )?(?:không hỗ trợ|chưa bật|đã tắt) (?:javascript|cookies?)",
        ),
        alone=True,
    ),
    PagePattern(
        BlockPage.PAGE_BLOCKED,
        "Cloudflare, F5, FortiWeb, Imperva, Sucuri, Wordfence, ModSecurity, IIS and nginx 403",
        _any_of(
            r"access (?:to this \w+ )?(?:is |was |has been )?(?:denied|forbidden)",
            r"(?:your |the |this )?(?:request|ip(?: address)?|access(?: to [\w ]{3,20})?|web ?page|"
            r"connection) "
            r"(?:is |was |has been )?(?:rejected|blocked|denied|limited)",
            r"you have been blocked|the requested url was rejected",
            r"(?:403|error 403|http error 403)?\W*forbidden",
            r"(?:\w+ )?website firewall|incapsula incident|request unsuccessful",
            r"the request could not be satisfied|not acceptable!?|attack (?:id|detected)",
            r"(?:bạn |ip )?không có quyền (?:truy cập|xem)",
            r"bạn (?:chưa|không) (?:có )?đủ quyền(?: hạn)?",
            r"(?:truy cập|ip|yêu cầu|kết nối)(?: của (?:bạn|quý vị))?(?: đã)? bị (?:từ chối|chặn)",
            r"bạn (?:đã )?bị (?:chặn|từ chối)(?: truy cập)?",
        ),
    ),
    PagePattern(
        BlockPage.PAGE_MAINTENANCE,
        "NukeViet, WordPress, Joomla, Drupal, Magento, DotNetNuke",
        _any_of(
            rf"{_SITE}{_NOW}(?: được| trong quá trình)? (?:bảo trì|nâng cấp|bảo dưỡng)",
            r"(?:vì l[ýí] do kỹ thuật,? )?(?:site|website|trang web|hệ thống)(?: này)?(?: hiện)?"
            r"(?: đang)? tạm (?:ngưng|dừng|ngừng|đóng)(?: hoạt động| cửa)?",
            r"(?:module|mô-?đun|chức năng)(?: này)?(?: hiện)?(?: đang)?(?: tạm)?"
            r"(?: thời)? (?:không (?:được )?(?:hoạt động|kích hoạt)|chưa (?:được )?kích hoạt|"
            r"(?:ngưng|dừng|ngừng)(?: hoạt động)?|bị (?:khóa|khoá|tắt))",
            r"(?:this )?module (?:is )?(?:not active|inactive|disabled|deactivated)",
            r"(?:wordpress )?(?:database update required|cần cập nhật cơ sở dữ liệu)|wordpress › ",
            r"welcome to the famous five|chào mừng (?:bạn )?đến với quá trình cài đặt",
            r"(?:bảo trì|nâng cấp) (?:hệ thống|website|máy chủ|định kỳ)",
            r"(?:tạm thời )?không (?:hoạt động|khả dụng) (?:vì|do) (?:lý do )?bảo trì",
            r"(?:(?:the|this|our) )?(?:site|website|service|page) is (?:currently |temporarily )?"
            r"(?:down for|under|undergoing|in|off-?line for) (?:\w+ )?"
            r"(?:maintenance|construction)(?: mode)?",
            r"briefly unavailable for scheduled maintenance|(?:under|site) maintenance|"
            r"maintenance(?: mode)?|we'll be back soon|site off-?line",
        ),
        alone=True,
    ),
    PagePattern(
        BlockPage.PAGE_LOGIN,
        "login pages of every content system",
        _any_of(
            r"đăng nhập(?: hệ thống| tài khoản)?|log ?in|sign ?in",
            r"(?:vui lòng|bạn cần|bạn phải|hãy) đăng nhập",
            r"(?:please |you (?:must|need to) )(?:log|sign) ?in",
            r"(?:nội dung|bài viết|trang|chuyên mục)(?: này)? (?:chỉ dành|dành riêng) cho "
            r"(?:thành viên|hội viên|người dùng)(?: đã)?(?: đăng (?:nhập|ký))?",
            r"(?:this |the )?(?:content|post|article|page) is (?:restricted to|only (?:available )?"
            r"(?:to|for)|for) (?:[a-z]+ ){0,2}(?:members|subscribers|users)",
        ),
        alone=True,
    ),
    PagePattern(
        BlockPage.PAGE_PASSWORD,
        "WordPress (post_password), Drupal Protected Pages, NukeViet",
        _any_of(
            r"(?:this |the )?(?:content|post|article|page) is password[- ]protected",
            r"(?:nội dung|bài viết|trang)(?: này)? (?:được|đã được|đang được) bảo vệ"
            r"(?: (?:bằng|bởi) mật (?:khẩu|mã))?",
            r"(?:vui lòng|hãy|xin) nhập mật (?:khẩu|mã) (?:để xem|dưới đây|bên dưới)",
            r"để xem (?:nội dung|bài viết)[^.]{0,40} nhập mật (?:khẩu|mã)",
        ),
    ),
    # Failures of the site
    PagePattern(
        ErrorPage.PAGE_DATABASE_ERROR,
        "WordPress dead_db(), NukeViet, Joomla, Drupal, DotNetNuke, SharePoint, database drivers",
        _any_of(
            r"error establishing a database connection|database (?:connection )?error",
            r"(?:có |đã xảy ra )?lỗi (?:khi )?(?:thiết lập )?(?:kết nối )?(?:đến |tới |với )?"
            r"(?:cơ sở dữ liệu|csdl|database)",
            r"(?:could not|can't|cannot|unable to|failed to) connect to (?:the |local )?"
            r"(?:data|database|mysql|sql|db|configuration)(?: server| database)?",
            r"(?:the )?database connection (?:could not be|was not) established|user error",
            r"a (?:database|php) error (?:occurred|was encountered)",
            r"không (?:thể )?kết nối (?:được )?(?:đến |tới |với )?(?:máy chủ )?"
            r"(?:cơ sở dữ liệu|csdl|database|dữ liệu)",
            r"a network-related or instance-specific error|cannot open database|login failed for "
            r"user|timeout expired\b",
            r"domain name .{1,80} does not exist in the database",
        ),
    ),
    PagePattern(
        ErrorPage.PAGE_OVERLOADED,
        "Apache, IIS, CloudLinux, MySQL, Vietnamese portals",
        _any_of(
            rf"{_SITE}{_NOW} quá tải|quá tải (?:hệ thống|máy chủ|truy cập)|{_SITE} đang bận",
            r"(?:số lượng|lượng|số lượt|lưu lượng) (?:người )?truy cập(?: hiện)?(?: đang)? "
            r"(?:quá|đã vượt|tăng)",
            r"(?:đang )?có quá nhiều (?:yêu cầu|lượt truy cập|người truy cập|kết nối)",
            r"(?:đã )?vượt quá (?:băng thông|giới hạn (?:truy cập|tài nguyên|kết nối))",
            r"(?:508 )?resource limit is reached|bandwidth limit exceeded|too many connections",
            r"(?:the )?server (?:is )?too busy|too many requests|server is (?:busy|overloaded)",
            r"the server is temporarily unable to service your request",
        ),
    ),
    PagePattern(
        ErrorPage.PAGE_SERVER_ERROR,
        "ASP.NET, IIS, nginx, Apache, Tomcat, Varnish, Squid, HAProxy, Cloudflare 52x",
        _any_of(
            r"server error in '[^']{0,80}' application|runtime error|compilation error|"
            r"parser error|configuration error|an application error occurred on the server",
            r"object reference not set to an instance of an object|exception details",
            rf"(?:(?:http )?(?:error|status)(?: code)?\W{{0,3}})?[45]\d\d(?:\.\d+)?\W{{1,4}}"
            rf"(?:{_HTTP_5XX}|server error|backend fetch failed|bad request)",
            rf"(?:{_HTTP_5XX})\W*(?:error (?:code )?5\d\d)?",
            r"(?:http )?(?:error|status) 5\d\d|error code:? 5\d\d|server error(?: \(?5\d\d\)?)?",
            r"server application unavailable|bad request\W{1,3}invalid hostname|proxy error",
            r"the server encountered (?:an internal error|a temporary error|an unexpected)",
            r"there is a problem with the resource you are looking for",
            r"the page cannot be displayed because an internal server error",
            r"(?:an )?error occurred|an unexpected error (?:has )?occurred",
            r"(?:sorry, )?the page you are looking for is (?:currently|temporarily) unavailable",
            r"no server is available to handle this request|guru meditation",
            r"the requested url could not be retrieved|backend fetch failed",
            r"no healthy upstream|upstream (?:connect error|request timeout)",
            r"welcome to nginx!?|it works!?|apache2? .{0,20}default page|iis windows(?: server)?|"
            r"test page for the .{0,30}http server|index of /",
        ),
    ),
    PagePattern(
        ErrorPage.PAGE_SERVER_ERROR,
        "WordPress, Joomla, Drupal, Liferay, SharePoint, Laravel, Symfony, CodeIgniter, Django",
        _any_of(
            r"there has been a critical error on (?:this|your) website",
            r"(?:the )?(?:site|website) (?:is experiencing technical difficulties|encountered an "
            r"unexpected error)|the site is currently not available",
            r"(?:sorry, |whoops, |oops, )?(?:looks like )?something went wrong",
            r"(?:oops! )?an error (?:was encountered|occurred)|error displaying the error page",
            r'the server returned a "?5\d\d|correlation id|type exception report',
            r"[\w &/-]{3,60} (?:is|are) temporarily unavailable",
            r"(?:đã (?:xảy ra|có)|có|xảy ra|gặp) (?:một )?lỗi(?: xảy ra| hệ thống| nghiêm trọng|"
            r" không mong muốn| không xác định| máy chủ| kỹ thuật| trong quá trình)?",
            r"lỗi (?:hệ thống|máy chủ(?: nội bộ)?|không xác định|kết nối|truy vấn|ứng dụng|5\d\d)",
            rf"{_SITE}{_NOW} (?:(?:gặp|xảy ra|có) (?:sự cố|lỗi|trục trặc|vấn đề)|"
            r"không (?:phản hồi|khả dụng|thể truy cập|truy cập được|hoạt động))",
            r"(?:dịch vụ|nội dung|trang|chức năng)(?: này)?(?: hiện)? tạm thời không "
            r"(?:khả dụng|hoạt động|truy cập được|có sẵn|thể truy cập)",
            r"không (?:thể )?(?:kết nối|xử lý yêu cầu|tải)(?: được)?(?: (?:đến|tới|với))? "
            r"(?:máy chủ|hệ thống|dữ liệu|trang)",
        ),
    ),
)

# Lines that only software prints. They count in any page, also in the midst of an article, whose
# text they cut short. PHP, Java, .NET, Python, and database drivers.
PROGRAM_ERROR = re.compile(
    r"(?:PHP )?(?:Fatal error|Parse error|Warning|Notice|Deprecated|(?:Catchable|Recoverable) "
    r"fatal error) ?: .{1,500} in (?:/|[A-Za-z]:\\).{1,300} on line \d+"
    r"|(?:Exception in thread .{1,80}|(?:Caused by: )?(?:[a-z]\w*\.){2,}\w+(?:Exception|Error)\b)"
    r"|at (?:[\w$<>]+\.)+[\w$<>]+\((?:\w+\.java:\d+|Native Method|Unknown Source)\)"
    r"|\[\w+Exception(?: \(0x[0-9A-Fa-f]+\))?: |(?:Unhandled exception|System\.\w[\w.]*Exception):"
    r"|Traceback \(most recent call last\)|SQLSTATE\[\w+\]|ORA-\d{5}: "
    r"|Illuminate\\\w|Microsoft (?:OLE DB|VBScript|JET|ODBC)\b.{0,80} error '8"
    r"|Active Server Pages error|(?:mysqli?|PDO)\w*::?\w*\(\): "
    r"|You have an error in your SQL syntax|Table '.{1,80}' doesn't exist"
    r"|Access denied for user '.{0,60}'@|MySQL server has gone away|Stack [Tt]race:"
)

# In the markup: a form that asks for a post's password (WordPress).
PASSWORD_FORM = re.compile(rb"""name=["']?post_password["'\s>]""")
# In the markup: NukeViet shows the text of an article that its editors unpublished to everybody who
# knows its address, below this warning (no_public of its language files).
UNPUBLISHED = re.compile(
    r"""class=["']alert[^"'>]{0,80}["']>\s*((?:Chú ý: Bài viết này chưa được xuất bản"""
    r"|Note: This article has not yet been published|Note: Cet article n'est pas encore publié)"
    r"[^<]{0,200})".encode()
)
# In the scripts of a page that has next to no text: it sets a cookie and loads itself again.
CHALLENGE_SCRIPT = re.compile(
    rb"slowAES|/aes(?:\.min)?\.js|toNumbers\(|cdn-cgi/challenge-platform|_cf_chl_opt"
    rb"|_Incapsula_Resource|sucuri_cloudproxy_js|awsWafCookieDomainList|__ddg\d"
    rb"|document\.cookie\s*=[\s\S]{0,2000}?location(?:\.href|\.replace|\.assign|\.reload|\s*=)"
    rb"|location(?:\.href|\.replace|\.assign|\.reload|\s*=)[\s\S]{0,500}?document\.cookie\s*="
)
