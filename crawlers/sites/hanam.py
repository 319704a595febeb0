"""Báo Hà Nam, paper of the former Hà Nam province until June 2025."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class HaNam(Generic):
    name = "hanam"
    title = "Báo Hà Nam"
    province = "ha-nam"
    kind = "newspaper"
    domains = ["baohanam.com.vn"]
    article_url = r"^/[^?]*\.aspx\?(?:[^#]*&)?itemid=(?P<key>\d+)"
    successor = "ninhbinh"
    status_note = Reason(SiteNote.TERRITORY_MERGED, province="Ninh Bình", since="2025-07-01")
