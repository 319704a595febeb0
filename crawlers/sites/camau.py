"""Báo Cà Mau, paper of the Cà Mau provincial party committee (absorbed Báo Bạc Liêu, 2025)."""

from crawlers.platforms.content_fck import ContentFck


class CaMau(ContentFck):
    name = "camau"
    title = "Báo và phát thanh, truyền hình Cà Mau"
    province = "ca-mau"
    kind = "newspaper"
    domains = ["baocamau.vn"]
    retired_domains = ["baocamau.com.vn"]
    sections = ["chinh-tri/xay-dung-dang"]
    next_listing = "{root}/{section}/?page={page}"
