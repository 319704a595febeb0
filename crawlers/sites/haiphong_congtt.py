"""Cổng tin tức Thành phố Hải Phòng, the city's news portal."""

from crawlers.platforms.wordpress import WordPress


class HaiPhongCongTt(WordPress):
    name = "haiphong_congtt"
    title = "Cổng tin tức Thành phố Hải Phòng"
    province = "hai-phong"
    kind = "portal"
    domains = ["thanhphohaiphong.gov.vn"]
    sections = [""]
    listing_url = "{root}/{section}"
    next_listing = None
    article_url = r"^/(?P<key>[^/?]+)\.html(?:/amp)?$"
