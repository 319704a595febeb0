"""Đảng ủy Khối các cơ quan tỉnh Hà Tĩnh, a party bloc that was dissolved in 2025."""

from crawlers.platforms.nukeviet import NukeViet
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class HaTinhKhoi(NukeViet):
    name = "hatinh_khoi"
    title = "Đảng ủy Khối các cơ quan tỉnh Hà Tĩnh"
    province = "ha-tinh"
    kind = "party_bloc"
    domains = ["dukcq.hatinh.gov.vn"]
    status_note = Reason(SiteNote.BLOCS_DISSOLVED, year=2025)
