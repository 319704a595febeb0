"""Báo Phú Yên, paper of the former Phú Yên province until June 2025.

Báo Đắk Lắk serves its archive; on baophuyen.vn it had another CMS. Verified on one page of 2014,
captured 2026-10.
"""

from crawlers.platforms.year_month import YearMonth
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class PhuYen(YearMonth):
    name = "phuyen"
    title = "Báo Phú Yên"
    province = "phu-yen"
    kind = "newspaper"
    domains = ["phuyen.baodaklak.vn"]
    retired_domains = ["baophuyen.vn", "baophuyen.com.vn"]
    article_url = (
        r"^/(?:[^/?]+/)*(?:\d{6}/[^/?]+-(?=[0-9a-f]{6,8}(?:[/?]|$))|(?=\d+/[^/?]+\.html))"
        r"(?P<key>[0-9a-f]+)"
    )
    select = {
        **YearMonth.select,
        "title": [".title-background h1.title"],
        "published": [".group-time time.time"],
        "lead": [".content-reply .reply"],
    }
    captions = [".group-caption .caption"]
    successor = "daklak"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Đắk Lắk", since="2025-07-01")
    verified = "2026-10"
