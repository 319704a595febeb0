"""Hànộimới, paper of the Hà Nội city party committee.

Verified on one page of 2026, captured 2026-10: the title is in two spans on lines of their own.
"""

from crawlers.platforms.one_cms import OneCms


class HaNoi(OneCms):
    name = "hanoi"
    title = "Báo và Phát thanh, Truyền hình Hà Nội (Hànộimới)"
    province = "ha-noi"
    kind = "newspaper"
    domains = ["hanoimoi.vn"]
    retired_domains = ["hanoimoi.com.vn"]
    sections = ["chinh-tri", "xa-hoi"]
    verified = "2026-10"
