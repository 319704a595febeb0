"""Portal of the party committee of the former Bình Phước province."""

from crawlers.platforms.nukeviet import NukeViet
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BinhPhuocTinhUy(NukeViet):
    name = "binhphuoc_tinhuy"
    title = "Tỉnh ủy Bình Phước"
    province = "binh-phuoc"
    kind = "party_committee"
    domains = ["tinhuybinhphuoc.vn"]
    status_note = Reason(
        SiteNote.HOST_UNKNOWN, former="Bình Phước", province="Đồng Nai", since="2025-07-01"
    )
