"""Báo Cao Bằng, paper of the Cao Bằng provincial party committee."""

from crawlers.platforms.content_detail import ContentDetail


class CaoBang(ContentDetail):
    name = "caobang"
    title = "Báo Cao Bằng"
    province = "cao-bang"
    kind = "newspaper"
    domains = ["baocaobang.vn"]
    sections = ["Thoi-su", "chinh-tri", "xa-hoi"]
    select = {**ContentDetail.select, "lead": ["#content-detail > p > strong"]}
