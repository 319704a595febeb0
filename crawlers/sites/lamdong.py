"""Báo Lâm Đồng, paper of the Lâm Đồng party committee (absorbed Đắk Nông's and Bình Thuận's)."""

from crawlers.platforms.ims import Ims


class LamDong(Ims):
    name = "lamdong"
    title = "Báo và phát thanh, truyền hình Lâm Đồng"
    province = "lam-dong"
    kind = "newspaper"
    domains = ["baolamdong.vn"]
    sections = ["chinh-tri", "thoi-su"]
    listing_url = "{root}/{section}"
    article_url = r"^/(?:[^/?]+/)*[^/?]+-(?P<key>\d{4,})\.html"
