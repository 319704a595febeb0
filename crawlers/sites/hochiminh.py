"""Báo Sài Gòn Giải Phóng, paper of the Hồ Chí Minh City party committee (covers Bình Dương and
Bà Rịa - Vũng Tàu too)."""

from crawlers.platforms.cms_body import CmsBody


class HoChiMinh(CmsBody):
    name = "hochiminh"
    title = "Báo Sài Gòn Giải Phóng"
    province = "ho-chi-minh"
    kind = "newspaper"
    domains = ["sggp.org.vn"]
    sections = ["xaydungdang", "chinhtri"]
