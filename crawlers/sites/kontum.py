"""Báo Kon Tum, paper of the former Kon Tum province until June 2025."""

from crawlers.spider import SiteSpider


class KonTum(SiteSpider):
    name = "kontum"
    title = "Báo Kon Tum"
    province = "kon-tum"
    kind = "newspaper"
    domains = ["baokontum.com.vn"]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>\d{4,})\.html"
    successor = "quangngai"
    status = "archive"
    status_note = "part of Quảng Ngãi since 1 July 2025; successor by territory, no redirect seen"
    select = {
        "title": ["h1"],
        "published": [".date-contentL"],
        "body": ["#content"],
    }
    lead_is = "first_paragraph"
