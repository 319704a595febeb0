"""Site of the party organisation of the former Bình Định province."""

from crawlers.platforms.liferay import Liferay
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BinhDinhTinhUy(Liferay):
    name = "binhdinh_tinhuy"
    title = "Đảng bộ tỉnh Bình Định"
    province = "binh-dinh"
    kind = "party_committee"
    domains = ["binhdinh.dcs.vn"]
    article_url = r"^/(?:[^?]+/)?-/view-content/(?P<key>\d+)/[^/?]+"
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Bình Định", province="Gia Lai", since="2025-07-01"
    )
