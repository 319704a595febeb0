"""Báo Hòa Bình, paper of the former Hòa Bình province until June 2025."""

from crawlers.spider import SiteSpider
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class HoaBinh(SiteSpider):
    name = "hoabinh"
    title = "Báo Hòa Bình"
    province = "hoa-binh"
    kind = "newspaper"
    scheme = "http"
    domains = ["baohoabinh.com.vn"]
    article_url = r"^/\d+/(?P<key>\d+)/[^/?]*"
    successor = "phutho"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Phú Thọ", since="2025-07-01")
    select = {
        "title": ["h1"],
        "published": ["span.meta"],
        "lead": [".summary"],
        "body": [".post.clearfix"],
    }
