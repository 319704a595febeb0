"""Báo Hải Phòng, paper of the Hải Phòng city party committee (absorbed Báo Hải Dương, 2025)."""

from crawlers.platforms.one_cms import OneCms


class HaiPhong(OneCms):
    name = "haiphong"
    title = "Báo và phát thanh, truyền hình Hải Phòng"
    province = "hai-phong"
    kind = "newspaper"
    domains = ["baohaiphong.vn"]
    retired_domains = ["baohaiphong.com.vn"]
    sections = ["chinh-tri", "xa-hoi"]
