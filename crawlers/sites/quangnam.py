"""Báo Quảng Nam, paper of the former Quảng Nam province until June 2025."""

from crawlers.spider import SiteSpider
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class QuangNam(SiteSpider):
    name = "quangnam"
    title = "Báo Quảng Nam"
    province = "quang-nam"
    kind = "newspaper"
    domains = ["baoquangnam.vn"]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>\d{4,})\.html"
    successor = "danang"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Đà Nẵng", since="2025-07-01")
    select = {
        "title": ["h1"],
        "published": [".date-time"],
        "lead": [".chapeau"],
        "body": [".body-content"],
    }
    captions = ["figcaption"]
