"""Báo Quảng Ngãi, paper of the Quảng Ngãi provincial party committee (absorbed Báo Kon Tum)."""

from crawlers.platforms.year_month import YearMonth


class QuangNgai(YearMonth):
    name = "quangngai"
    title = "Báo và phát thanh, truyền hình Quảng Ngãi"
    province = "quang-ngai"
    kind = "newspaper"
    domains = ["baoquangngai.vn"]
    sections = ["chinh-tri", "thoi-su"]
    select = {**YearMonth.select, "lead": ["p.sapo", "#body .sapo"]}
    lead_is = "selected"
    exclude = [".same"]
