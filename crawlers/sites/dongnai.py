"""Báo Đồng Nai, paper of the Đồng Nai provincial party committee (absorbed Báo Bình Phước)."""

from crawlers.platforms.year_month import YearMonth


class DongNai(YearMonth):
    name = "dongnai"
    title = "Báo và phát thanh, truyền hình Đồng Nai"
    province = "dong-nai"
    kind = "newspaper"
    domains = ["baodongnai.com.vn"]
    sections = ["tin-moi"]
