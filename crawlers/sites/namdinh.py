"""Báo Nam Định, paper of the former Nam Định province until June 2025."""

from crawlers.platforms.year_month import YearMonth


class NamDinh(YearMonth):
    name = "namdinh"
    title = "Báo Nam Định"
    province = "nam-dinh"
    kind = "newspaper"
    domains = ["baonamdinh.vn"]
    retired_domains = ["baonamdinh.com.vn"]
    successor = "ninhbinh"
    status = "archive"
    status_note = "part of Ninh Bình since 1 July 2025; successor by territory, no redirect seen"
