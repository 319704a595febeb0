"""Sites built as one application with an editor's text: baosonla.vn, baodienbienphu.vn.

Their ids are 9 or 10 letters and digits, or there is none and the slug is the key. Lists are drawn
in the browser, so the home page serves where a section shows nothing.
"""

from crawlers.spider import SiteSpider


class EditorContent(SiteSpider):
    article_url = r"^/[^/?]+/[^/?]+-(?P<key>[0-9A-Za-z_]{9,10})\.html"
    listing_url = "{root}/{section}.html"
    fingerprints = ["#editor-detail", ".editor-content"]
    select = {
        "title": ["h1"],
        "published": [
            "day below h1 above #editor-detail",
            "day below h1 above .editor-content",
        ],
        "lead": [".fulltext > p.font-bold", "meta[name=description]"],
        "body": ["#editor-detail", ".editor-content", ".fulltext"],
    }
    captions = ["figcaption"]
    exclude = [".audio-article", ".select-accent-wrap", ".text-end"]
