"""Portal of the former Trà Vinh province."""

from crawlers.platforms.vnpt import VnptPath


class TraVinhCongTt(VnptPath):
    name = "travinh_congtt"
    title = "Cổng thông tin điện tử tỉnh Trà Vinh"
    province = "tra-vinh"
    kind = "portal"
    domains = ["travinh.gov.vn"]
    article_url = r"^/[a-z0-9-]+/[a-z0-9-]+-(?P<key>\d+)/?$"
    status = "archive"
    status_note = (
        "Trà Vinh became part of Vĩnh Long on 1 July 2025; whether the host answers is not known"
    )
