"""Báo Kon Tum, paper of the former Kon Tum province until June 2025."""

from crawlers.spider import SiteSpider
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class KonTum(SiteSpider):
    name = "kontum"
    title = "Báo Kon Tum"
    province = "kon-tum"
    kind = "newspaper"
    domains = ["baokontum.com.vn"]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>\d{4,})\.html"
    successor = "quangngai"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Quảng Ngãi", since="2025-07-01")
    select = {"title": ["h1"], "published": [".date-contentL"], "body": ["#content"]}
    lead_is = "first_paragraph"
