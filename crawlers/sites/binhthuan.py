"""Báo Bình Thuận, paper of the former Bình Thuận province until June 2025."""

from crawlers.platforms.one_cms import OneCms
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BinhThuan(OneCms):
    name = "binhthuan"
    title = "Báo Bình Thuận"
    province = "binh-thuan"
    kind = "newspaper"
    domains = ["baobinhthuan.com.vn"]
    successor = "lamdong"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Lâm Đồng", since="2025-07-01")
