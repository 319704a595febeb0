"""Báo Hà Tĩnh, paper of the Hà Tĩnh provincial party committee."""

from crawlers.platforms.cms_body import CmsBody


class HaTinh(CmsBody):
    name = "hatinh"
    title = "Báo và phát thanh, truyền hình Hà Tĩnh"
    province = "ha-tinh"
    kind = "newspaper"
    domains = ["baohatinh.vn"]
    sections = ["chinh-tri", "xa-hoi"]
