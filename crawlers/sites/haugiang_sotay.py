"""Sổ tay đảng viên, the party members' handbook of the former Hậu Giang province."""

from crawlers.platforms.generic import Generic


class HauGiangSoTay(Generic):
    name = "haugiang_sotay"
    title = "Sổ tay đảng viên Hậu Giang"
    province = "hau-giang"
    kind = "party_committee"
    domains = ["sotaydangvien.haugiang.dcs.vn"]
    article_url = r"^/danh-muc/[^/?]+/[^/?]+/(?P<key>[^/?]+)\.html"
    status = "archive"
    status_note = (
        "Hậu Giang became part of Cần Thơ on 1 July 2025; whether the host answers is not known"
    )
