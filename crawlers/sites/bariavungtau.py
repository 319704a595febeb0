"""Báo Bà Rịa - Vũng Tàu, paper of the former Bà Rịa - Vũng Tàu province until June 2025."""

from crawlers.platforms.year_month import YearMonth
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BaRiaVungTau(YearMonth):
    name = "bariavungtau"
    title = "Báo Bà Rịa - Vũng Tàu"
    province = "ba-ria-vung-tau"
    kind = "newspaper"
    scheme = "http"
    domains = ["baobariavungtau.com.vn"]
    successor = "hochiminh"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Hồ Chí Minh", since="2025-07-01")
