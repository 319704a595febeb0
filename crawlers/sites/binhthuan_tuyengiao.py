"""Ban Tuyên giáo Tỉnh ủy Bình Thuận, propaganda department of the former Bình Thuận province."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BinhThuanTuyenGiao(Generic):
    name = "binhthuan_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Bình Thuận"
    province = "binh-thuan"
    kind = "propaganda"
    domains = ["btgtu.binhthuan.dcs.vn"]
    article_url = r"^/(?:[^/?]+/)*post/(?P<key>\d+)/[^/?]+"
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Bình Thuận", province="Lâm Đồng", since="2025-07-01"
    )
