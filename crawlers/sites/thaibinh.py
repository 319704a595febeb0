"""Báo Thái Bình, paper of the former Thái Bình province until June 2025."""

from crawlers.spider import SiteSpider


class ThaiBinh(SiteSpider):
    name = "thaibinh"
    title = "Báo Thái Bình"
    province = "thai-binh"
    kind = "newspaper"
    domains = ["baothaibinh.com.vn"]
    article_url = r"^/(?:[^/?]+/)*(?P<key>\d{4,})/[^/?]+$"
    successor = "hungyen"
    status = "archive"
    status_note = "part of Hưng Yên since 1 July 2025; successor by territory, no redirect seen"
    select = {
        "title": ["h1"],
        "published": [".news_content .date"],
        "lead": [".news_content .desc", ".desc"],
        "body": [".news_content .fr-view", ".news_content"],
    }
    captions = [".caption"]
    drop = [".date", ".views", ".desc"]
