"""Small sites in the markup of CMS default themes, with texts of our own."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from crawlers.scaffold.saved_pages import SavedPage

CAPTURED = datetime(2026, 11, 29, 3, tzinfo=UTC)
HOST = "http://127.0.0.1:8090"
SECTIONS = {"thoi-su": "Thời sự", "kinh-te": "Kinh tế", "van-hoa-xa-hoi": "Văn hóa - Xã hội"}
TITLES = (
    "Bà con xã ta ra đồng từ sáng sớm", "Trường làng mở lớp học tối cho người lớn",
    "Hợp tác xã bán được mười tấn cam đầu mùa", "Đội thuyền về bến sau chuyến biển dài",
    "Cả thôn góp công sửa lại con đường cũ", "Nhà văn hóa xã có thêm tủ sách mới",
)  # fmt: skip
SLUGS = (
    "ba-con-xa-ta-ra-dong-tu-sang-som", "truong-lang-mo-lop-hoc-toi-cho-nguoi-lon",
    "hop-tac-xa-ban-duoc-muoi-tan-cam-dau-mua", "doi-thuyen-ve-ben-sau-chuyen-bien-dai",
    "ca-thon-gop-cong-sua-lai-con-duong-cu", "nha-van-hoa-xa-co-them-tu-sach-moi",
)  # fmt: skip
LEADS = tuple(f"{title}, ai cũng mong việc chung sớm xong trước mùa mưa." for title in TITLES)
Address = Callable[[int], str]  # the path of the article with this number


def section_of(number: int) -> str:
    return list(SECTIONS)[number % len(SECTIONS)]


def body_of(number: int) -> str:
    return "".join(
        f"<p>Đoạn {part} của bài {number}: mọi người trong xã cùng nhau làm, người lớn tuổi kể chuyện "
        f"ngày trước cho lớp trẻ nghe, đến chiều thì ai về nhà nấy.</p>"
        for part in range(1, 6)
    )


def page(path: str, head: str, body: str, classes: str = "") -> SavedPage:
    html = f"<!DOCTYPE html><html lang='vi'><head>{head}</head><body class='{classes}'>{body}</body></html>"
    return SavedPage(HOST + path, html.encode(), CAPTURED, "text/html; charset=UTF-8")


def wordpress(address: Address, category: str = "/category/{}/", *, block: bool) -> list[SavedPage]:
    """A WordPress site with a classic theme, or with a block theme."""
    head = (
        "<title>{title} &#8211; Trang tin xã</title><meta name='generator' content='WordPress 6.1.9'>"
        "<link rel='stylesheet' href='/wp-content/themes/xa/style.css'>"
        "<link rel='alternate' type='application/rss+xml' title='Trang tin xã &raquo; Feed' href='/feed/'>"
        "<link rel='alternate' type='application/rss+xml' title='Comments Feed' href='/comments/feed/'>"
    )
    menu = "".join(
        f"<li class='menu-item'><a href='{category.format(slug, number)}'>{name}</a></li>"
        for number, (slug, name) in enumerate(SECTIONS.items(), 2)
    )
    menu += "<li><a href='/gioi-thieu-chung-ve-xa-ta/'>Giới thiệu</a></li>"
    nav = f"<nav class='main-navigation'><ul>{menu}</ul></nav>"
    listed = "".join(
        f"<h2 class='entry-title'><a href='{address(n)}'>{title}</a></h2>"
        for n, title in enumerate(TITLES)
    )
    pages = [
        page("/", head.format(title="Trang chủ"), nav + listed, "home blog"),
        page(
            category.format("thoi-su", 2),
            head.format(title="Thời sự"),
            nav + listed,
            "archive category",
        ),
    ]
    for n, title in enumerate(TITLES):
        comments = f"<link rel='alternate' type='application/rss+xml' href='{address(n)}feed/'>"
        text = f"<p><strong>{LEADS[n]}</strong></p>{body_of(n)}"
        own = category.format(section_of(n), 2 + n % len(SECTIONS))
        if block:
            article = (
                f"<h1 class='wp-block-post-title'>{title}</h1><div class='wp-block-post-date'>"
                f"<time datetime='2026-11-2{n}T08:00:00+07:00'>2{n}/11/2026</time></div>"
                f"<div class='entry-content wp-block-post-content is-layout-flow'>{text}</div>"
                f"<div class='taxonomy-category wp-block-post-terms'><a href='{own}' "
                f"rel='tag'>{SECTIONS[section_of(n)]}</a></div><div class='taxonomy-post_tag "
                "wp-block-post-terms'><a href='/tag/lang-ta/' rel='tag'>Làng ta</a></div>"
            )
        else:
            article = (
                f"<article id='post-{n + 13}' class='post-{n + 13} post type-post'>"
                f"<h1 class='entry-title'>{title}</h1><span class='posted-on'>"
                f"<time class='entry-date' datetime='2026-11-2{n}T08:00:00+07:00'>2{n}/11/2026</time>"
                f"</span><div class='entry-content'>{text}</div>"
                "<span class='tags-links'><a href='/tag/lang-ta/' rel='tag'>Làng ta</a></span></article>"
            )
        classes = f"post-template-default single single-post postid-{n + 13}"
        pages.append(page(address(n), head.format(title=title) + comments, nav + article, classes))
    return pages


NUKEVIET_HEAD = "<title>{}</title><meta name='generator' content='NukeViet v4.5'>".replace("'", '"')
NUKEVIET_MODULES = {
    "about": "Giới thiệu", "contact": "Liên hệ", "users": "Thành viên", "voting": "Thăm dò ý kiến",
    "banners": "Quảng cáo", "seek": "Tìm kiếm", "feeds": "RSS",
}  # fmt: skip
# The pages of the module "about", whose URLs look like those of articles.
ABOUT = {
    "nhung-viec-xa-ta-lam-duoc-nam-2024": "Những việc làm được",
    "gioi-thieu-chung-ve-xa-ta-4": "Giới thiệu chung",
}


def nukeviet(
    address: Address, module: str, category: str, *, mobile: bool = False
) -> list[SavedPage]:
    """A NukeViet site; `module` and `category` are the forms of the URLs of modules and categories."""
    entries = [(module.format(name), text) for name, text in NUKEVIET_MODULES.items()]
    entries += [(module.format("about") + f"{slug}.html", text) for slug, text in ABOUT.items()]
    entries += [(category.format(slug), text) for slug, text in SECTIONS.items()]
    menu = "".join(
        f"<li><a href='{href.replace('&', '&amp;')}'>{text}</a></li>" for href, text in entries
    )
    nav = f"<nav id='menu-site-default'><ul class='nav navbar-nav'>{menu}</ul></nav>"
    listed = "".join(
        f"<h3><a href='{address(n).replace('&', '&amp;')}'>{title}</a></h3>"
        for n, title in enumerate(TITLES)
    )
    pages = [page(category.format("thoi-su"), NUKEVIET_HEAD.format("Thời sự"), nav + listed)]
    for n, title in enumerate(TITLES):
        article = _nukeviet_mobile(n, title) if mobile else _nukeviet_default(n, title)
        pages.append(page(address(n), NUKEVIET_HEAD.format(title), nav + article))
    return pages


TAGS = (
    "<em class='fa fa-tags'>&nbsp;</em><strong>Tags: </strong><a title='làng ta' href='/tag/lang-ta/'>"
    "<em>làng ta</em></a>, <a title='đường làng' href='/tag/duong-lang/'><em>đường làng</em></a>"
)


def _nukeviet_default(n: int, title: str) -> str:
    return (
        "<div class='news_column panel panel-default' itemtype='http://schema.org/NewsArticle' itemscope>"
        f"<div class='panel-body'><h1 class='title margin-bottom-lg' itemprop='headline'>{title}</h1>"
        f"<div class='row'><span class='h5'>Thứ sáu - 2{n}/11/2026 08:15</span></div>"
        f"<div class='hometext m-bottom' itemprop='description'>{LEADS[n]}</div>"
        f"<div id='news-bodyhtml' class='bodytext margin-bottom-lg'>{body_of(n)}</div>"
        "<p class='h5 text-right'><strong>Tác giả: </strong><a href='/author/lan/'>Nguyễn Thị Lan</a>, "
        "Vừ A Páo</p><p class='h5 text-right'><strong>Nguồn tin: </strong><a title='Báo xã ta' "
        "href='http://bao.example/1'>http://bao.example</a></p></div></div>"
        f"<div class='news_column panel panel-default'><div class='panel-body'><div class='h5'>{TAGS}"
        "</div></div></div>"
    )


def _nukeviet_mobile(n: int, title: str) -> str:
    return (
        "<div class='news_column panel panel-default' itemtype='http://schema.org/NewsArticle' itemscope>"
        f"<div class='panel-body'><h1 itemprop='headline'>{title}</h1>"
        f"<em class='time'>Thứ sáu - 2{n}/11/2026 08:15</em><hr><div id='hometext'>"
        "<div class='imghome text-center'><img src='/uploads/a.jpg'><em class='show'>Con đường cũ</em></div>"
        f"<div class='h2' itemprop='description'>{LEADS[n]}</div></div>"
        f"<div class='bodytext'>{body_of(n)}</div><div class='keywords'>{TAGS}</div></div></div>"
    )
