"""Ban Tuyên giáo Tỉnh ủy Kon Tum, propaganda department of the former Kon Tum province."""

from crawlers.platforms.nukeviet import NukeViet
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class KonTumTuyenGiao(NukeViet):
    name = "kontum_tuyengiao"
    title = "Ban Tuyên giáo Tỉnh ủy Kon Tum"
    province = "kon-tum"
    kind = "propaganda"
    domains = ["tuyengiaokontum.org.vn"]
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Kon Tum", province="Quảng Ngãi", since="2025-07-01"
    )
