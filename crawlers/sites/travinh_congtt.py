"""Portal of the former Trà Vinh province."""

from crawlers.platforms.vnpt import VnptPath
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class TraVinhCongTt(VnptPath):
    name = "travinh_congtt"
    title = "Cổng thông tin điện tử tỉnh Trà Vinh"
    province = "tra-vinh"
    kind = "portal"
    domains = ["travinh.gov.vn"]
    article_url = r"^/[a-z0-9-]+/[a-z0-9-]+-(?P<key>\d+)/?$"
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Trà Vinh", province="Vĩnh Long", since="2025-07-01"
    )
