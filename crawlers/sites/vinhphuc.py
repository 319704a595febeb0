"""Báo Vĩnh Phúc, paper of the former Vĩnh Phúc province until June 2025."""

from crawlers.spider import SiteSpider
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class VinhPhuc(SiteSpider):
    name = "vinhphuc"
    title = "Báo Vĩnh Phúc"
    province = "vinh-phuc"
    kind = "newspaper"
    domains = ["baovinhphuc.com.vn"]
    article_url = r"^/[^?]*?(?P<key>\d{5,})[^?]*\.(?:html?|aspx)\b"
    successor = "phutho"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Phú Thọ", since="2025-07-01")
    select = {"title": ["h1"], "published": [".titleDdtail"], "body": [".content-about-baiviet"]}
    lead_is = "first_paragraph"
    captions = [".articleimg_caption"]
