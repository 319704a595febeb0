"""Báo Hà Giang, paper of the former Hà Giang province until June 2025."""

from crawlers.platforms.year_month import YearMonth
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class HaGiang(YearMonth):
    name = "hagiang"
    title = "Báo Hà Giang"
    province = "ha-giang"
    kind = "newspaper"
    domains = ["baohagiang.vn"]
    successor = "tuyenquang"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Tuyên Quang", since="2025-07-01")
