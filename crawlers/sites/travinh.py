"""Ban Tuyên giáo Tỉnh ủy Trà Vinh, propaganda department of the former Trà Vinh province."""

from crawlers.platforms.vnpt import VnptPath
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class TraVinh(VnptPath):
    name = "travinh"
    title = "Ban Tuyên giáo Tỉnh ủy Trà Vinh"
    province = "tra-vinh"
    kind = "propaganda"
    domains = ["tuyengiao.travinh.gov.vn"]
    sections = ["1458/39703/71968/hoc-tap-va-lam-theo-bac"]
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Trà Vinh", province="Vĩnh Long", since="2025-07-01"
    )
    absent = {"lead", "published", "updated", "captions", "tags"}
