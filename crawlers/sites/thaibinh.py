"""Báo Thái Bình, paper of the former Thái Bình province until June 2025."""

from crawlers.spider import SiteSpider
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class ThaiBinh(SiteSpider):
    name = "thaibinh"
    title = "Báo Thái Bình"
    province = "thai-binh"
    kind = "newspaper"
    domains = ["baothaibinh.com.vn"]
    article_url = r"^/(?:[^/?]+/)*(?P<key>\d{4,})/[^/?]+$"
    successor = "hungyen"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Hưng Yên", since="2025-07-01")
    select = {
        "title": ["h1"],
        "published": [".news_content .date"],
        "lead": [".news_content .desc", ".desc"],
        "body": [".news_content .fr-view", ".news_content"],
    }
    captions = [".caption"]
    exclude = [".date", ".views", ".desc"]
