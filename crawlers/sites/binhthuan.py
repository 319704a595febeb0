"""Báo Bình Thuận, paper of the former Bình Thuận province until June 2025."""

from crawlers.platforms.one_cms import OneCms


class BinhThuan(OneCms):
    name = "binhthuan"
    title = "Báo Bình Thuận"
    province = "binh-thuan"
    kind = "newspaper"
    domains = ["baobinhthuan.com.vn"]
    successor = "lamdong"
    status = "archive"
    status_note = "part of Lâm Đồng since 1 July 2025; successor by territory, no redirect seen"
