"""Site of the party organisation of the former Bình Định province."""

from crawlers.platforms.liferay import Liferay


class BinhDinhTinhUy(Liferay):
    name = "binhdinh_tinhuy"
    title = "Đảng bộ tỉnh Bình Định"
    province = "binh-dinh"
    kind = "party_committee"
    domains = ["binhdinh.dcs.vn"]
    article_url = r"^/(?:[^?]+/)?-/view-content/(?P<key>\d+)/[^/?]+"
    status = "archive"
    status_note = (
        "Bình Định became part of Gia Lai on 1 July 2025; whether the host answers is not known"
    )
