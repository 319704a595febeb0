"""Báo Quảng Nam, paper of the former Quảng Nam province until June 2025."""

from crawlers.spider import SiteSpider


class QuangNam(SiteSpider):
    name = "quangnam"
    title = "Báo Quảng Nam"
    province = "quang-nam"
    kind = "newspaper"
    domains = ["baoquangnam.vn"]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>\d{4,})\.html"
    successor = "danang"
    status = "archive"
    status_note = "part of Đà Nẵng since 1 July 2025; successor by territory, no redirect seen"
    select = {
        "title": ["h1"],
        "published": [".date-time"],
        "lead": [".chapeau"],
        "body": [".body-content"],
    }
    captions = ["figcaption"]
