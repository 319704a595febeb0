"""Đài Phát thanh - Truyền hình và Báo Bình Phước, paper of the former Bình Phước province
until June 2025."""

from crawlers.spider import SiteSpider
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BinhPhuoc(SiteSpider):
    name = "binhphuoc"
    title = "Đài Phát thanh - Truyền hình và Báo Bình Phước"
    province = "binh-phuoc"
    kind = "newspaper"
    scheme = "http"
    domains = ["baobinhphuoc.com.vn"]
    article_url = r"^/news/\d+/(?P<key>\d+)/[^/?]+"
    successor = "dongnai"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Đồng Nai", since="2025-07-01")
    select = {"title": ["h1"], "published": [".time"], "lead": [".sapo"], "body": [".news_body"]}
    captions = [".hinh"]
