"""Báo Hà Giang, paper of the former Hà Giang province until June 2025."""

from crawlers.platforms.year_month import YearMonth


class HaGiang(YearMonth):
    name = "hagiang"
    title = "Báo Hà Giang"
    province = "ha-giang"
    kind = "newspaper"
    domains = ["baohagiang.vn"]
    successor = "tuyenquang"
    status = "archive"
    status_note = "part of Tuyên Quang since 1 July 2025; successor by territory, no redirect seen"
