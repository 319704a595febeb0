"""Báo Quảng Bình, paper of the former Quảng Bình province until June 2025."""

from crawlers.platforms.year_month import YearMonth


class QuangBinh(YearMonth):
    name = "quangbinh"
    title = "Báo Quảng Bình"
    province = "quang-binh"
    kind = "newspaper"
    domains = ["baoquangbinh.vn"]
    successor = "quangtri"
    status = "archive"
    status_note = "merged into Báo Quảng Trị on 1 July 2025"
