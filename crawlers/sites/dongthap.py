"""Báo Đồng Tháp, paper of the Đồng Tháp provincial party committee (absorbed Báo Ấp Bắc, 2025)."""

from crawlers.platforms.content_fck import ContentFck


class DongThap(ContentFck):
    name = "dongthap"
    title = "Báo và phát thanh, truyền hình Đồng Tháp"
    province = "dong-thap"
    kind = "newspaper"
    domains = ["baodongthap.vn"]
    sections = ["chinh-tri", "xa-hoi"]
