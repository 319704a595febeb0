"""Ban Tuyên giáo Tỉnh ủy Bình Thuận, propaganda department of the former Bình Thuận province."""

from crawlers.platforms.generic import Generic


class BinhThuanTuyenGiao(Generic):
    name = "binhthuan_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Bình Thuận"
    province = "binh-thuan"
    kind = "propaganda"
    domains = ["btgtu.binhthuan.dcs.vn"]
    article_url = r"^/(?:[^/?]+/)*post/(?P<key>\d+)/[^/?]+"
    status = "archive"
    status_note = (
        "Bình Thuận became part of Lâm Đồng on 1 July 2025; whether the host answers is not known"
    )
