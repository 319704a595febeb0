"""Ban Tuyên giáo Tỉnh ủy Trà Vinh, propaganda department of the former Trà Vinh province."""

from crawlers.platforms.vnpt import VnptPath


class TraVinh(VnptPath):
    name = "travinh"
    title = "Ban Tuyên giáo Tỉnh ủy Trà Vinh"
    province = "tra-vinh"
    kind = "propaganda"
    domains = ["tuyengiao.travinh.gov.vn"]
    sections = ["1458/39703/71968/hoc-tap-va-lam-theo-bac"]
    status = "archive"
    status_note = (
        "Trà Vinh became part of Vĩnh Long on 1 July 2025; whether the host answers is not known"
    )
    absent = {"lead", "published", "updated", "captions", "tags"}
