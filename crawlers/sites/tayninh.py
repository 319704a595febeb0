"""Báo Tây Ninh, paper of the Tây Ninh provincial party committee (absorbed Báo Long An, 2025)."""

from crawlers.platforms.content_fck import ContentFck


class TayNinh(ContentFck):
    name = "tayninh"
    title = "Báo và phát thanh, truyền hình Tây Ninh"
    province = "tay-ninh"
    kind = "newspaper"
    domains = ["baotayninh.vn"]
    absorbed = ["longan"]
    sections = ["thoi-su-chinh-tri", "xa-hoi"]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>a?\d{4,})\.html"
    select = {**ContentFck.select, "lead": ["h4.sapo", "p.sapo"]}
    lead_is = "selected"
