"""Báo Quảng Bình, paper of the former Quảng Bình province until June 2025."""

from crawlers.platforms.year_month import YearMonth
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class QuangBinh(YearMonth):
    name = "quangbinh"
    title = "Báo Quảng Bình"
    province = "quang-binh"
    kind = "newspaper"
    domains = ["baoquangbinh.vn"]
    successor = "quangtri"
    status_note = Reason(SiteNote.PUBLISHER_MERGED, title="Báo Quảng Trị", since="2025-07-01")
