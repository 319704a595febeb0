"""Báo Quảng Trị, paper of the Quảng Trị provincial party committee (absorbed Báo Quảng Bình)."""

from crawlers.platforms.year_month import YearMonth


class QuangTri(YearMonth):
    name = "quangtri"
    title = "Báo và phát thanh, truyền hình Quảng Trị"
    province = "quang-tri"
    kind = "newspaper"
    domains = ["baoquangtri.vn"]
    sections = ["chinh-tri", "thoi-su"]
