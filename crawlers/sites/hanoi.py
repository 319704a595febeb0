"""Hànộimới, paper of the Hà Nội city party committee."""

from crawlers.platforms.one_cms import OneCms


class HaNoi(OneCms):
    name = "hanoi"
    title = "Báo và Phát thanh, Truyền hình Hà Nội (Hànộimới)"
    province = "ha-noi"
    kind = "newspaper"
    domains = ["hanoimoi.vn"]
    retired_domains = ["hanoimoi.com.vn"]
    sections = ["chinh-tri", "xa-hoi"]
