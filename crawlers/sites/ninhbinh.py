"""Báo Ninh Bình, paper of the Ninh Bình party committee (absorbed Hà Nam's and Nam Định's)."""

from crawlers.platforms.content_detail import ContentDetail


class NinhBinh(ContentDetail):
    name = "ninhbinh"
    title = "Báo và phát thanh, truyền hình Ninh Bình"
    province = "ninh-binh"
    kind = "newspaper"
    domains = ["baoninhbinh.org.vn"]
    sections = [""]
    article_url = r"^/(?:[^/?]+/)*(?:[^/?]+-(?=\d{15}\.html)|d(?=\d{17}\.htm\b))(?P<key>\d+)"
