"""Báo Bạc Liêu, paper of the former Bạc Liêu province until June 2025."""

from crawlers.platforms.content_view import ContentView


class BacLieu(ContentView):
    name = "baclieu"
    title = "Báo Bạc Liêu"
    province = "bac-lieu"
    kind = "newspaper"
    scheme = "http"
    domains = ["baobaclieu.vn"]
    successor = "camau"
    status = "archive"
    status_note = "merged into Báo Cà Mau on 1 July 2025"
