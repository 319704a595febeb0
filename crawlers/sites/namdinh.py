"""Báo Nam Định, paper of the former Nam Định province until June 2025."""

from crawlers.platforms.year_month import YearMonth
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class NamDinh(YearMonth):
    name = "namdinh"
    title = "Báo Nam Định"
    province = "nam-dinh"
    kind = "newspaper"
    domains = ["baonamdinh.vn"]
    retired_domains = ["baonamdinh.com.vn"]
    successor = "ninhbinh"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Ninh Bình", since="2025-07-01")
