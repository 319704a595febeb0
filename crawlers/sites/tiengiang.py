"""Báo Ấp Bắc, paper of the former Tiền Giang province until June 2025."""

from crawlers.platforms.year_month import YearMonth


class TienGiang(YearMonth):
    name = "tiengiang"
    title = "Báo Ấp Bắc"
    province = "tien-giang"
    kind = "newspaper"
    scheme = "http"
    domains = ["baoapbac.vn"]
    successor = "dongthap"
    status = "archive"
    status_note = "part of Đồng Tháp since 1 July 2025; successor by territory, no redirect seen"
