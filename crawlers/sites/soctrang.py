"""Báo Sóc Trăng, paper of the former Sóc Trăng province until June 2025."""

from crawlers.platforms.year_month import YearMonth
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class SocTrang(YearMonth):
    name = "soctrang"
    title = "Báo Sóc Trăng"
    province = "soc-trang"
    kind = "newspaper"
    scheme = "http"
    domains = ["baosoctrang.org.vn"]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>[0-9a-f]{7}(?=/)|\d+(?=\.html))"
    successor = "cantho"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Cần Thơ", since="2025-07-01")
