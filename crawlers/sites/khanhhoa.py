"""Báo Khánh Hòa, paper of the Khánh Hòa provincial party committee (absorbed Báo Ninh Thuận)."""

from crawlers.platforms.year_month import YearMonth


class KhanhHoa(YearMonth):
    name = "khanhhoa"
    title = "Báo và phát thanh, truyền hình Khánh Hòa"
    province = "khanh-hoa"
    kind = "newspaper"
    domains = ["baokhanhhoa.vn"]
    absorbed = ["ninhthuan"]
    sections = [""]
    listing_url = "{root}/{section}"
