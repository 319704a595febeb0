"""Ban Tuyên giáo Tỉnh ủy Hưng Yên, propaganda department."""

from crawlers.platforms.generic import Generic


class HungYenTuyenGiao(Generic):
    name = "hungyen_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Hưng Yên"
    province = "hung-yen"
    kind = "propaganda"
    domains = ["tuyengiao.hungyen.dcs.vn"]
    retired_domains = ["tuyengiaohungyen.vn"]
    sections = [""]
    article_url = r"^/(?:[^/?]+/)*[^/?]+-c(?P<key>\d+)\.html"
