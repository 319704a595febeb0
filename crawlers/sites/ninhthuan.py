"""Báo Ninh Thuận, paper of the former Ninh Thuận province until June 2025."""

from crawlers.spider import SiteSpider


class NinhThuan(SiteSpider):
    name = "ninhthuan"
    title = "Báo Ninh Thuận"
    province = "ninh-thuan"
    kind = "newspaper"
    domains = ["baoninhthuan.com.vn"]
    article_url = r"^/news/(?P<key>\d+)p\d+c\d+/[^/?]+\.htm"
    successor = "khanhhoa"
    status = "archive"
    status_note = "part of Khánh Hòa since 1 July 2025; successor by territory, no redirect seen"
    select = {
        "title": ["h1"],
        "published": ["#details label"],
        "lead": [".sapo"],
        "body": ["#details .content", ".content"],
    }
