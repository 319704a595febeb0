"""Portal of the party committee of the former Phú Yên province."""

from crawlers.platforms.generic import Generic


class PhuYenTinhUy(Generic):
    name = "phuyen_tinhuy"
    title = "Tỉnh ủy Phú Yên"
    province = "phu-yen"
    kind = "party_committee"
    domains = ["phuyen.dcs.vn"]
    article_url = "^(?P<key>/[^/?]+-[^/?]+-[^/?]+-[^/?]+)$"
    status = "archive"
    status_note = (
        "Phú Yên became part of Đắk Lắk on 1 July 2025; whether the host answers is not known"
    )
