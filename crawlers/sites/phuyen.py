"""Báo Phú Yên, paper of the former Phú Yên province until June 2025."""

from crawlers.platforms.generic import Generic


class PhuYen(Generic):
    name = "phuyen"
    title = "Báo Phú Yên"
    province = "phu-yen"
    kind = "newspaper"
    domains = ["baophuyen.vn"]
    retired_domains = ["baophuyen.com.vn"]
    article_url = r"^/[^/?]+/(?P<key>\d+)/[^/?]+\.html"
    successor = "daklak"
    status = "archive"
    status_note = "part of Đắk Lắk since 1 July 2025; successor by territory, no redirect seen"
