"""Portal of the party committee of the former Bình Phước province."""

from crawlers.platforms.nukeviet import NukeViet


class BinhPhuocTinhUy(NukeViet):
    name = "binhphuoc_tinhuy"
    title = "Tỉnh ủy Bình Phước"
    province = "binh-phuoc"
    kind = "party_committee"
    domains = ["tinhuybinhphuoc.vn"]
    status = "archive"
    status_note = (
        "Bình Phước became part of Đồng Nai on 1 July 2025; whether the host answers is not known"
    )
