"""Báo Kiên Giang, paper of the former Kiên Giang province until June 2025."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class KienGiang(Generic):
    name = "kiengiang"
    title = "Báo Kiên Giang"
    province = "kien-giang"
    kind = "newspaper"
    domains = ["baokiengiang.vn"]
    article_url = r"^/[^/?]+/[^/?]+-(?P<key>\d+)\.html"
    successor = "angiang"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="An Giang", since="2025-07-01")
