"""Báo Hậu Giang, paper of the Hậu Giang provincial party committee until June 2025."""

from crawlers.platforms.content_view import ContentView
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class HauGiang(ContentView):
    name = "haugiang"
    title = "Báo Hậu Giang"
    province = "hau-giang"
    kind = "newspaper"
    domains = ["baohaugiang.com.vn"]
    sections = ["xay-dung-dang-chinh-quyen-12", "thoi-su-215"]
    successor = "cantho"
    status_note = Reason(
        SiteNote.PUBLISHER_MERGED_LAST_ARTICLE,
        title="Báo Cần Thơ",
        since="2025-07-01",
        last="2025-06",
    )
    absent = {"source", "tags", "updated"}
