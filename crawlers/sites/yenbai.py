"""Đảng bộ Khối cơ quan và doanh nghiệp tỉnh Yên Bái, a party bloc that was dissolved in 2025."""

from crawlers.platforms.wordpress import WordPress
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class YenBai(WordPress):
    name = "yenbai"
    title = "Đảng bộ Khối cơ quan và doanh nghiệp tỉnh Yên Bái"
    province = "yen-bai"
    kind = "party_bloc"
    scheme = "http"
    domains = ["danguykhoicqvadn.yenbai.gov.vn"]
    sections = ["hoc-tap-va-lam-theo-tu-tuong-dao-duc-phong-cach-ho-chi-minh"]
    successor = "laocai"
    status_note = Reason(SiteNote.BLOC_DISSOLVED_HOST_PROBABLE, year=2025)
    lead_is = "first_paragraph"
    absent = {"published", "updated", "source", "tags"}
