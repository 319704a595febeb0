"""Báo Yên Bái, paper of the former Yên Bái province until June 2025."""

from crawlers.spider import SiteSpider
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class YenBaiBao(SiteSpider):
    name = "yenbai_bao"
    title = "Báo Yên Bái"
    province = "yen-bai"
    kind = "newspaper"
    scheme = "http"
    domains = ["baoyenbai.com.vn"]
    article_url = r"^/\d+/(?P<key>\d+)/[^/?]+\.(?:htm|aspx)\b"
    successor = "laocai"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Lào Cai", since="2025-07-01")
    select = {"title": ["h1"], "published": [".grid-header ul span"], "body": [".singlepage"]}
    lead_is = "first_paragraph"
