"""Báo Ấp Bắc, paper of the former Tiền Giang province until June 2025."""

from crawlers.platforms.year_month import YearMonth
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class TienGiang(YearMonth):
    name = "tiengiang"
    title = "Báo Ấp Bắc"
    province = "tien-giang"
    kind = "newspaper"
    scheme = "http"
    domains = ["baoapbac.vn"]
    successor = "dongthap"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Đồng Tháp", since="2025-07-01")
