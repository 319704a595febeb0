"""Báo Đắk Lắk, paper of the Đắk Lắk provincial party committee (absorbed Báo Phú Yên, 2025)."""

from crawlers.platforms.year_month import YearMonth


class DakLak(YearMonth):
    name = "daklak"
    title = "Báo và phát thanh, truyền hình Đắk Lắk"
    province = "dak-lak"
    kind = "newspaper"
    domains = ["baodaklak.vn"]
    sections = ["thoi-su", "chinh-tri"]
