"""Báo Bắc Ninh, paper of the former Bắc Ninh province until June 2025."""

from crawlers.platforms.liferay import Liferay


class BacNinhBao(Liferay):
    name = "bacninh_bao"
    title = "Báo Bắc Ninh"
    province = "bac-ninh"
    kind = "newspaper"
    domains = ["baobacninh.com.vn"]
    article_url = "^(?P<key>/[^?]*/-/[^?]+)"
    successor = "bacninh"
    status = "archive"
    status_note = "merged into Báo và phát thanh, truyền hình Bắc Ninh on 1 July 2025"
