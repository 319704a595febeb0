"""Đảng ủy Khối các cơ quan tỉnh Bình Định, a party bloc that was dissolved in 2025."""

from crawlers.platforms.generic import Generic


class BinhDinhKhoi(Generic):
    name = "binhdinh_khoi"
    title = "Đảng ủy Khối các cơ quan tỉnh Bình Định"
    province = "binh-dinh"
    kind = "party_bloc"
    scheme = "http"
    domains = ["dukccqold.binhdinh.gov.vn"]
    article_url = r"^/newsdetail\.php\?(?:[^#]*&)?newsid=(?P<key>\d+)"
    status = "archive"
    status_note = (
        "party blocs were dissolved in early 2025; the name of the host says that it is the old one"
    )
