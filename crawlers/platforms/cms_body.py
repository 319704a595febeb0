"""ePi CMS ("cms-body"): baogialai.com.vn, baolaocai.vn, baohatinh.vn and many national papers."""

from crawlers.spider import SiteSpider


class CmsBody(SiteSpider):
    article_url = r"^/(?:[^/?]+/)*[^/?]*-post(?P<key>\d+)\.(?:html|epi)"
    listing_url = "{root}/{section}/"
    fingerprints = [".cms-body", ".article__title"]
    select = {
        # On older templates h1.main is the name of the section.
        "title": [".article__title.cms-title", ".article__title"],
        "published": ["time.time", "meta.cms-date"],
        "lead": [".article__sapo"],
        "body": [".article__body.cms-body", ".article__body"],
        "byline": [".article__author .name", ".article__author", ".article__body div.t1 span.t2"],
        "source": [".article__source", ".cms-source"],
        "section": ["h1.main", "h2.main"],
        "tags": [".article__tag a", ".article__tags a"],
    }
    captions = ["figcaption", ".fig-caption", "td.caption", ".cms-caption"]
    exclude = [
        ".related-news", ".article-relate", ".cms-relate", ".sda_middle", ".rennab", ".audio",
        ".cms-audio", ".article__tag", ".article__tags", ".box-comment", ".wrap-comment",
        ".google-news", ".article__author", "div.t1", ".ic-calendar", ".fb-like", ".social",
    ]  # fmt: skip
