"""Báo Lạng Sơn, paper of the Lạng Sơn provincial party committee."""

from crawlers.platforms.content_detail import ContentDetail


class LangSon(ContentDetail):
    name = "langson"
    title = "Báo Lạng Sơn"
    province = "lang-son"
    kind = "newspaper"
    domains = ["baolangson.vn"]
    sections = ["chinh-tri", "xa-hoi"]
    article_url = r"^/(?:[^/?]+/)*(?:(?=\d{5,}-)|[^/?]+-(?=\d+\.html))(?P<key>\d{5,})"
    select = {**ContentDetail.select, "lead": ["#content-detail h2"]}
