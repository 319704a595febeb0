"""Báo Nghệ An, paper of the Nghệ An provincial party committee."""

from crawlers.platforms.one_cms import OneCms


class NgheAn(OneCms):
    name = "nghean"
    title = "Báo và phát thanh, truyền hình Nghệ An"
    province = "nghe-an"
    kind = "newspaper"
    domains = ["baonghean.vn"]
    sections = ["xay-dung-dang", "thoi-su"]
    feeds = ["rss/thoi-su"]
    article_url = r"^/(?!en/)(?:[^/?]+/)*[^/?]+-(?P<key>(?:post)?\d{4,})\.html"
