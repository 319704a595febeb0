"""Đài Phát thanh - Truyền hình và Báo Bình Phước, paper of the former Bình Phước province
until June 2025."""

from crawlers.spider import SiteSpider


class BinhPhuoc(SiteSpider):
    name = "binhphuoc"
    title = "Đài Phát thanh - Truyền hình và Báo Bình Phước"
    province = "binh-phuoc"
    kind = "newspaper"
    scheme = "http"
    domains = ["baobinhphuoc.com.vn"]
    article_url = r"^/news/\d+/(?P<key>\d+)/[^/?]+"
    successor = "dongnai"
    status = "archive"
    status_note = "part of Đồng Nai since 1 July 2025; successor by territory, no redirect seen"
    select = {
        "title": ["h1"],
        "published": [".time"],
        "lead": [".sapo"],
        "body": [".news_body"],
    }
    captions = [".hinh"]
