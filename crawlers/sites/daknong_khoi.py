"""Party bloc of the former Đắk Nông province's offices and enterprises, dissolved in 2025."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class DakNongKhoi(Generic):
    name = "daknong_khoi"
    title = "Đảng ủy Khối các cơ quan và doanh nghiệp tỉnh Đắk Nông"
    province = "dak-nong"
    kind = "party_bloc"
    domains = ["dukccq.daknong.gov.vn"]
    article_url = r"^/[^/?]+/(?P<key>[^/?]+)\.html"
    status_note = Reason(SiteNote.BLOCS_DISSOLVED, year=2025)
