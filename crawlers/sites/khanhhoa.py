"""Báo Khánh Hòa, paper of the Khánh Hòa provincial party committee (absorbed Báo Ninh Thuận).

Verified on two pages of 2017 and 2025, captured 2026-10.
"""

from crawlers.platforms.year_month import YearMonth


class KhanhHoa(YearMonth):
    name = "khanhhoa"
    title = "Báo và phát thanh, truyền hình Khánh Hòa"
    province = "khanh-hoa"
    kind = "newspaper"
    domains = ["baokhanhhoa.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    verified = "2026-10"
