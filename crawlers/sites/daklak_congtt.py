"""Cổng thông tin điện tử tỉnh Đắk Lắk, the province's portal."""

from crawlers.platforms.liferay import Liferay


class DakLakCongTt(Liferay):
    name = "daklak_congtt"
    title = "Cổng thông tin điện tử tỉnh Đắk Lắk"
    province = "dak-lak"
    kind = "portal"
    domains = ["daklak.gov.vn"]
    sections = ["tin-tuc-cac-so-ban-nganh"]
    next_listing = None
    article_url = "^/(?:[^?]+/)?-/asset_publisher/[^/?]+/content/(?P<key>[^/?]+)"
