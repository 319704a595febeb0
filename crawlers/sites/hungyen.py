"""Báo Hưng Yên, paper of the Hưng Yên provincial party committee (absorbed Báo Thái Bình, 2025)."""

from crawlers.platforms.content_detail import ContentDetail


class HungYen(ContentDetail):
    name = "hungyen"
    title = "Báo và phát thanh, truyền hình Hưng Yên"
    province = "hung-yen"
    kind = "newspaper"
    domains = ["baohungyen.vn"]
    sections = ["chinh-tri", "xa-hoi"]
