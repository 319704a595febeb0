"""Báo Bắc Ninh, paper of the former Bắc Ninh province until June 2025."""

from crawlers.platforms.liferay import Liferay
from storage.messages.reasons_sites import SiteNote
from storage.reasons import Reason


class BacNinhBao(Liferay):
    name = "bacninh_bao"
    title = "Báo Bắc Ninh"
    province = "bac-ninh"
    kind = "newspaper"
    domains = ["baobacninh.com.vn"]
    article_url = "^(?P<key>/[^?]*/-/[^?]+)"
    successor = "bacninh"
    status_note = Reason(
        SiteNote.PUBLISHER_MERGED,
        title="Báo và phát thanh, truyền hình Bắc Ninh",
        since="2025-07-01",
    )
