"""Báo Hòa Bình, paper of the former Hòa Bình province until June 2025."""

from crawlers.spider import SiteSpider


class HoaBinh(SiteSpider):
    name = "hoabinh"
    title = "Báo Hòa Bình"
    province = "hoa-binh"
    kind = "newspaper"
    scheme = "http"
    domains = ["baohoabinh.com.vn"]
    article_url = r"^/\d+/(?P<key>\d+)/[^/?]*"
    successor = "phutho"
    status = "archive"
    status_note = "part of Phú Thọ since 1 July 2025; successor by territory, no redirect seen"
    select = {
        "title": ["h1"],
        "published": ["span.meta"],
        "lead": [".summary"],
        "body": [".post.clearfix"],
    }
