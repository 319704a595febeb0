"""The CMS of Báo Bắc Giang, which Báo Bắc Ninh took over: baobacninhtv.vn, baobacgiang.vn."""

from crawlers.spider import SiteSpider


class Bbg(SiteSpider):
    article_url = r"^/(?:[^/?]+/)*[^/?]+-postid(?P<key>\d+)\.bbg"
    listing_url = "{root}/{section}"
    fingerprints = [".news-details__content", ".news_detail_sapo"]
    select = {
        "title": ["h1"],
        "published": [
            ".datetimes-detail-articlecontent",
            "day below h1 above .news-details__content",
        ],
        "lead": [".news_detail_sapo", "p.alead"],
        "body": [
            ".news-details__content.link_content",
            ".news-details__content",
            ".ArticleContent.BaoBacGiang8",
        ],
    }
    captions = ["figcaption"]
    exclude = [".news-related__list", ".news_detail_sapo", "p.alead"]
