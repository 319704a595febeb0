"""Báo Bình Định, paper of the former Bình Định province until June 2025."""

from crawlers.platforms.generic import Generic


class BinhDinh(Generic):
    name = "binhdinh"
    title = "Báo Bình Định"
    province = "binh-dinh"
    kind = "newspaper"
    domains = ["baobinhdinh.vn"]
    article_url = r"^/viewer\.aspx\?(?:[^#]*&)?mabb=(?P<key>\d+)"
    successor = "gialai"
    status = "archive"
    status_note = "merged into Báo Gia Lai on 1 July 2025"
