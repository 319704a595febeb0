"""Portal of the Khánh Hòa provincial party committee."""

from crawlers.platforms.generic import Generic


class KhanhHoaTinhUy(Generic):
    name = "khanhhoa_tinhuy"
    title = "Tỉnh ủy Khánh Hòa"
    province = "khanh-hoa"
    kind = "party_committee"
    domains = ["tinhuykhanhhoa.vn"]
    sections = [""]
    article_url = "^/tin-bai/(?P<key>[^?]+)"
