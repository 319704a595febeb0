"""Portal of the An Giang provincial party committee."""

from crawlers.platforms.publishing_portal import PublishingPortal


class AnGiangTinhUy(PublishingPortal):
    name = "angiang_tinhuy"
    title = "Tỉnh ủy An Giang"
    province = "an-giang"
    kind = "party_committee"
    domains = ["angiang.dcs.vn"]
    sections = ["Lists/TuTuongVanHoa/TongQuat.aspx"]
    next_listing = "{root}/{section}?PageIndex={page}"
    article_url = r"^/Lists/(?P<key>[^?]+\.aspx\?(?:[^#]*&)?(?:ID|ItemID)=\d+)"
