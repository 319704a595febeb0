"""Báo Yên Bái, paper of the former Yên Bái province until June 2025."""

from crawlers.spider import SiteSpider


class YenBaiBao(SiteSpider):
    name = "yenbai_bao"
    title = "Báo Yên Bái"
    province = "yen-bai"
    kind = "newspaper"
    scheme = "http"
    domains = ["baoyenbai.com.vn"]
    article_url = r"^/\d+/(?P<key>\d+)/[^/?]+\.(?:htm|aspx)\b"
    successor = "laocai"
    status = "archive"
    status_note = "part of Lào Cai since 1 July 2025; successor by territory, no redirect seen"
    select = {
        "title": ["h1"],
        "published": [".grid-header ul span"],
        "body": [".singlepage"],
    }
    lead_is = "first_paragraph"
