"""Ban Tuyên giáo Tỉnh ủy Đồng Tháp, propaganda department."""

from crawlers.platforms.liferay import Liferay


class DongThapTuyenGiao(Liferay):
    name = "dongthap_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Đồng Tháp"
    province = "dong-thap"
    kind = "propaganda"
    domains = ["btg.dongthap.gov.vn"]
    sections = [""]
    next_listing = None
    article_url = "^/(?:[^?]+/)?-/asset_publisher/[^/?]+/content/(?P<key>[^/?]+)"
