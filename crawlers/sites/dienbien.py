"""Báo Điện Biên Phủ, paper of the Điện Biên provincial party committee."""

from crawlers.platforms.editor_content import EditorContent


class DienBien(EditorContent):
    name = "dienbien"
    title = "Báo Điện Biên Phủ"
    province = "dien-bien"
    kind = "newspaper"
    domains = ["baodienbienphu.vn"]
    retired_domains = ["baodienbienphu.com.vn", "baodienbienphu.info.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    article_url = "^/tin-bai/[^/?]+/(?P<key>[^/?]+)"
