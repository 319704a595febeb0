"""Portal of the Hưng Yên provincial party committee."""

from crawlers.platforms.generic import Generic


class HungYenTinhUy(Generic):
    name = "hungyen_tinhuy"
    title = "Tỉnh ủy Hưng Yên"
    province = "hung-yen"
    kind = "party_committee"
    domains = ["hungyen.dcs.vn"]
    sections = [""]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-c(?P<key>\d+)\.html"
