"""JavaScript applications with a rich text editor: baosonla.vn, baodienbienphu.vn.

Ids have 9 or 10 letters and digits; without an id the slug is the key. Section lists are rendered
by JavaScript, so a site may use its front page as the listing.
"""

from crawlers.spider import SiteSpider


class EditorContent(SiteSpider):
    article_url = r"^/[^/?]+/[^/?]+-(?P<key>[0-9A-Za-z_]{9,10})\.html"
    listing_url = "{root}/{section}.html"
    fingerprints = ["#editor-detail", ".editor-content"]
    select = {
        "title": ["h1"],
        "published": ["day below h1 above #editor-detail", "day below h1 above .editor-content"],
        "lead": [".fulltext > p.font-bold", "meta[name=description]"],
        "body": ["#editor-detail", ".editor-content", ".fulltext"],
    }
    captions = ["figcaption"]
    exclude = [".audio-article", ".select-accent-wrap", ".text-end"]
