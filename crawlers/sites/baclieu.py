"""Báo Bạc Liêu, paper of the former Bạc Liêu province until June 2025."""

from crawlers.platforms.content_view import ContentView
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BacLieu(ContentView):
    name = "baclieu"
    title = "Báo Bạc Liêu"
    province = "bac-lieu"
    kind = "newspaper"
    scheme = "http"
    domains = ["baobaclieu.vn"]
    successor = "camau"
    status_note = Reason(SiteNote.PUBLISHER_MERGED, title="Báo Cà Mau", since="2025-07-01")
