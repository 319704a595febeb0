"""Portal of the Nghệ An provincial party committee."""

from crawlers.platforms.generic import Generic


class NgheAnTinhUy(Generic):
    name = "nghean_tinhuy"
    title = "Tỉnh ủy Nghệ An"
    province = "nghe-an"
    kind = "party_committee"
    domains = ["nghean.dcs.vn"]
    sections = [""]
    article_url = r"^/vi-vn/tin/[^/?]+/(?P<key>\d+-\d+-\d+)"
