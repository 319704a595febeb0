"""News site of the Hồ Chí Minh City party organisation."""

from crawlers.platforms.generic import Generic


class HoChiMinhDangBo(Generic):
    name = "hochiminh_dangbo"
    title = "Trang tin điện tử Đảng bộ Thành phố Hồ Chí Minh"
    province = "ho-chi-minh"
    kind = "party_committee"
    domains = ["hcmcpv.org.vn"]
    sections = ["tin-tuc/"]
    article_url = r"^/tin-tuc/[^/?]+-(?P<key>\d+)"
