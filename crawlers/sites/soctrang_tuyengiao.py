"""Ban Tuyên giáo Tỉnh ủy Sóc Trăng, propaganda department of the former Sóc Trăng province."""

from crawlers.platforms.vnpt import VnptPath


class SocTrangTuyenGiao(VnptPath):
    name = "soctrang_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Sóc Trăng"
    province = "soc-trang"
    kind = "propaganda"
    domains = ["tuyengiao.soctrang.gov.vn"]
    article_url = r"^/bantuyengiao/\d+/\d+/\d+/(?P<key>\d+)/[^/?]+/[^/?]+"
    status = "archive"
    status_note = (
        "Sóc Trăng became part of Cần Thơ on 1 July 2025; whether the host answers is not known"
    )
