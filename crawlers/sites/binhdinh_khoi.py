"""Đảng ủy Khối các cơ quan tỉnh Bình Định, a party bloc that was dissolved in 2025."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BinhDinhKhoi(Generic):
    name = "binhdinh_khoi"
    title = "Đảng ủy Khối các cơ quan tỉnh Bình Định"
    province = "binh-dinh"
    kind = "party_bloc"
    scheme = "http"
    domains = ["dukccqold.binhdinh.gov.vn"]
    article_url = r"^/newsdetail\.php\?(?:[^#]*&)?newsid=(?P<key>\d+)"
    status_note = Reason(SiteNote.BLOCS_DISSOLVED_OLD_HOST, year=2025)
