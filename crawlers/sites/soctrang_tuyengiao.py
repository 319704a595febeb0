"""Ban Tuyên giáo Tỉnh ủy Sóc Trăng, propaganda department of the former Sóc Trăng province."""

from crawlers.platforms.vnpt import VnptPath
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class SocTrangTuyenGiao(VnptPath):
    name = "soctrang_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Sóc Trăng"
    province = "soc-trang"
    kind = "propaganda"
    domains = ["tuyengiao.soctrang.gov.vn"]
    article_url = r"^/bantuyengiao/\d+/\d+/\d+/(?P<key>\d+)/[^/?]+/[^/?]+"
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Sóc Trăng", province="Cần Thơ", since="2025-07-01"
    )
