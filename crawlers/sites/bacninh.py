"""Báo Bắc Ninh, paper of the Bắc Ninh provincial party committee (with Báo Bắc Giang, 2025)."""

from crawlers.platforms.bbg import Bbg


class BacNinh(Bbg):
    name = "bacninh"
    title = "Báo và phát thanh, truyền hình Bắc Ninh"
    province = "bac-ninh"
    kind = "newspaper"
    domains = ["baobacninhtv.vn"]
    sections = ["chinh-tri", "xay-dung-dang"]
