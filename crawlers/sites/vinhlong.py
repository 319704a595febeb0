"""Báo Vĩnh Long, paper of the Vĩnh Long provincial party committee (with Bến Tre and Trà Vinh)."""

from crawlers.platforms.year_month import YearMonth


class VinhLong(YearMonth):
    name = "vinhlong"
    title = "Báo và phát thanh, truyền hình Vĩnh Long"
    province = "vinh-long"
    kind = "newspaper"
    domains = ["baovinhlong.com.vn"]
    sections = ["chinh-tri"]
