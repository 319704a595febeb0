"""Báo Đà Nẵng, paper of the Đà Nẵng city party committee (absorbed Báo Quảng Nam, 2025)."""

from crawlers.platforms.one_cms import OneCms


class DaNang(OneCms):
    name = "danang"
    title = "Báo và phát thanh, truyền hình Đà Nẵng"
    province = "da-nang"
    kind = "newspaper"
    domains = ["baodanang.vn"]
    sections = ["xay-dung-dang", "chinh-tri"]
