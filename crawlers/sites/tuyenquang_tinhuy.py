"""Portal of the Tuyên Quang provincial party committee; it may be offline."""

from crawlers.platforms.generic import Generic


class TuyenQuangTinhUy(Generic):
    name = "tuyenquang_tinhuy"
    title = "Tỉnh ủy Tuyên Quang"
    province = "tuyen-quang"
    kind = "party_committee"
    domains = ["tuyenquang.dcs.vn"]
    sections = [""]
    article_url = r"^/DetailView/(?P<key>\d+)/[^/?]+/[^/?]+\.html"
