"""Báo Vĩnh Phúc, paper of the former Vĩnh Phúc province until June 2025."""

from crawlers.spider import SiteSpider


class VinhPhuc(SiteSpider):
    name = "vinhphuc"
    title = "Báo Vĩnh Phúc"
    province = "vinh-phuc"
    kind = "newspaper"
    domains = ["baovinhphuc.com.vn"]
    article_url = r"^/[^?]*?(?P<key>\d{5,})[^?]*\.(?:html?|aspx)\b"
    successor = "phutho"
    status = "archive"
    status_note = "part of Phú Thọ since 1 July 2025; successor by territory, no redirect seen"
    select = {
        "title": ["h1"],
        "published": [".titleDdtail"],
        "body": [".content-about-baiviet"],
    }
    lead_is = "first_paragraph"
    captions = [".articleimg_caption"]
