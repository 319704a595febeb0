"""Portal of the Thái Nguyên provincial party committee."""

from crawlers.platforms.nukeviet import NukeViet


class ThaiNguyenTinhUy(NukeViet):
    name = "thainguyen_tinhuy"
    title = "Tỉnh ủy Thái Nguyên"
    province = "thai-nguyen"
    kind = "party_committee"
    domains = ["thainguyen.dcs.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    next_listing = None
