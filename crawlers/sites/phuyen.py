"""Báo Phú Yên, paper of the former Phú Yên province until June 2025."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class PhuYen(Generic):
    name = "phuyen"
    title = "Báo Phú Yên"
    province = "phu-yen"
    kind = "newspaper"
    domains = ["baophuyen.vn"]
    retired_domains = ["baophuyen.com.vn"]
    article_url = r"^/[^/?]+/(?P<key>\d+)/[^/?]+\.html"
    successor = "daklak"
    status = "archive"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Đắk Lắk", since="2025-07-01")
