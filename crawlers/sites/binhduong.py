"""Báo Bình Dương, paper of the former Bình Dương province, still published in 2026."""

from crawlers.platforms.content_fck import ContentFck


class BinhDuong(ContentFck):
    name = "binhduong"
    title = "Báo Bình Dương"
    province = "binh-duong"
    kind = "newspaper"
    domains = ["baobinhduong.vn"]
    sections = ["chinh-tri", "xa-hoi"]
