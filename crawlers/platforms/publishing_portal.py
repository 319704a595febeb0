"""SharePoint with PublishingPortal blocks, which print their own names on the page.

backan.gov.vn, yenbai.gov.vn, caobang.gov.vn, laocai.gov.vn, angiang.dcs.vn, lamdong.gov.vn.
"""

from crawlers.spider import SiteSpider


class PublishingPortal(SiteSpider):
    article_url = r"\.aspx\?(?:.*&)?ItemID=(?P<key>\d+)"
    listing_url = "{root}/{section}"
    next_listing = "{root}/{section}?page={page}"
    generator = r'content="Microsoft SharePoint|_spPageContextInfo'
    fingerprints = [".ArticleContent", ".ms-rtestate-field", "#s4-workspace"]
    select = {
        "title": [".ArticleTitle", "h1"],
        "published": [".PostDate"],
        "lead": [".ArticleSummary"],
        "body": [".ArticleContent", ".ms-rtestate-field"],
        "byline": [".ArticleAuthor"],
        "section": [".breadcrumb a:last-of-type"],
    }
    captions = [".ms-rteElement-caption", ".captioned-image .caption"]
    exclude = [".Block_BanTin_Toolbar", ".toolbar", ".other-news"]
