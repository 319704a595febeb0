"""Báo Bà Rịa - Vũng Tàu, paper of the former Bà Rịa - Vũng Tàu province until June 2025."""

from crawlers.platforms.year_month import YearMonth


class BaRiaVungTau(YearMonth):
    name = "bariavungtau"
    title = "Báo Bà Rịa - Vũng Tàu"
    province = "ba-ria-vung-tau"
    kind = "newspaper"
    scheme = "http"
    domains = ["baobariavungtau.com.vn"]
    successor = "hochiminh"
    status = "archive"
    status_note = "part of Hồ Chí Minh since 1 July 2025; successor by territory, no redirect seen"
