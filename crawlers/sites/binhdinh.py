"""Báo Bình Định, paper of the former Bình Định province until June 2025."""

from crawlers.platforms.generic import Generic
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BinhDinh(Generic):
    name = "binhdinh"
    title = "Báo Bình Định"
    province = "binh-dinh"
    kind = "newspaper"
    domains = ["baobinhdinh.vn"]
    article_url = r"^/viewer\.aspx\?(?:[^#]*&)?mabb=(?P<key>\d+)"
    successor = "gialai"
    status_note = Reason(SiteNote.PUBLISHER_MERGED, title="Báo Gia Lai", since="2025-07-01")
