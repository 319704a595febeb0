"""Báo Ninh Thuận, paper of the former Ninh Thuận province until June 2025."""

from crawlers.spider import SiteSpider
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class NinhThuan(SiteSpider):
    name = "ninhthuan"
    title = "Báo Ninh Thuận"
    province = "ninh-thuan"
    kind = "newspaper"
    domains = ["baoninhthuan.com.vn"]
    article_url = r"^/news/(?P<key>\d+)p\d+c\d+/[^/?]+\.htm"
    successor = "khanhhoa"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Khánh Hòa", since="2025-07-01")
    select = {
        "title": ["h1"],
        "published": ["#details label"],
        "lead": [".sapo"],
        "body": ["#details .content", ".content"],
    }
