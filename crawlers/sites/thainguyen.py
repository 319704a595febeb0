"""Báo Thái Nguyên, paper of the Thái Nguyên provincial party committee (absorbed Báo Bắc Kạn)."""

from crawlers.platforms.year_month import YearMonth


class ThaiNguyen(YearMonth):
    name = "thainguyen"
    title = "Báo và phát thanh, truyền hình Thái Nguyên"
    province = "thai-nguyen"
    kind = "newspaper"
    domains = ["baothainguyen.vn"]
    retired_domains = ["baothainguyen.org.vn"]
    sections = ["chinh-tri", "thoi-su-thai-nguyen"]
    select = {**YearMonth.select, "lead": ["div.desc"]}
    lead_is = "selected"
