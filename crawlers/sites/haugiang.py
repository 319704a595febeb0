"""Báo Hậu Giang, paper of the Hậu Giang provincial party committee until June 2025."""

from crawlers.platforms.content_view import ContentView


class HauGiang(ContentView):
    name = "haugiang"
    title = "Báo Hậu Giang"
    province = "hau-giang"
    kind = "newspaper"
    domains = ["baohaugiang.com.vn"]
    sections = ["xay-dung-dang-chinh-quyen-12", "thoi-su-215"]
    successor = "cantho"
    status = "archive"
    status_note = "merged into Báo Cần Thơ on 1 July 2025; last article June 2025"
    absent = {"source", "tags", "updated"}
