"""Ban Tuyên giáo Tỉnh ủy Kon Tum, propaganda department of the former Kon Tum province."""

from crawlers.platforms.nukeviet import NukeViet


class KonTumTuyenGiao(NukeViet):
    name = "kontum_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Kon Tum"
    province = "kon-tum"
    kind = "propaganda"
    domains = ["tuyengiaokontum.org.vn"]
    status = "archive"
    status_note = (
        "Kon Tum became part of Quảng Ngãi on 1 July 2025; whether the host answers is not known"
    )
