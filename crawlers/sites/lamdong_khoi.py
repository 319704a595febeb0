"""Section of the Lâm Đồng party bloc, dissolved in 2025, on the province's portal."""

from crawlers.platforms.publishing_portal import PublishingPortal
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class LamDongKhoi(PublishingPortal):
    name = "lamdong_khoi"
    title = "Đảng ủy Khối các cơ quan tỉnh Lâm Đồng"
    province = "lam-dong"
    kind = "party_bloc"
    scheme = "http"
    domains = ["lamdong.gov.vn"]
    article_url = r"^/vi-VN/a/dukcq/[^?]*Pages/(?P<key>[^/?]+)\.aspx"
    status_note = Reason(SiteNote.BLOCS_DISSOLVED, year=2025)
