"""Báo Quảng Ninh, paper of the Quảng Ninh provincial party committee."""

from crawlers.platforms.content_detail import ContentDetail


class QuangNinh(ContentDetail):
    name = "quangninh"
    title = "Báo Quảng Ninh"
    province = "quang-ninh"
    kind = "newspaper"
    domains = ["baoquangninh.vn"]
    retired_domains = ["baoquangninh.com.vn"]
    sections = ["chinh-tri", "xa-hoi"]
