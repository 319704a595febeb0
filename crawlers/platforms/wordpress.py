"""WordPress sites of party committees. Permalinks have no id, so the path is the key.

danguykhoicqvadn.yenbai.gov.vn, thanhphohaiphong.gov.vn. A site with another structure of permalinks
sets its own article_url. Block themes (twentytwentytwo and later) have .wp-block-* classes.
"""

from typing import ClassVar

from crawlers.spider import SiteSpider


class WordPress(SiteSpider):
    article_url = (
        r"^(?P<key>/(?!category/|tag/|author/|page/|wp-|feed/|comments/|\d{4}/)[^/?]+/"
        r"(?!page/|\d{1,2}/)[^/?]+/)$"  # /ten-bai/2/ is the second part of a post
    )
    not_article = ["body.page", "body.archive", "body.blog", "body.attachment"]
    listing_url = "{root}/{section}/"
    next_listing: ClassVar[str | None] = "{root}/{section}/page/{page}/"
    generator = r'content="WordPress \d|/wp-(?:content|includes)/'
    fingerprints = [".entry-content", ".entry-title", "body.single-post"]
    select = {
        "title": ["h1.entry-title", "h1.wp-block-post-title", ".entry-title"],
        "published": [
            "time.entry-date",
            ".wp-block-post-date time",
            ".post-meta-single-top .post-date .meta-text",  # Twenty Twenty
        ],
        "body": [".entry-content"],
        "section": [".breadcrumbs a:last-of-type"],
        # A block theme's categories have rel="tag" too.
        "tags": [
            ".taxonomy-post_tag a",
            "//a[@rel='tag'][not(ancestor::*[contains(@class,'taxonomy-')])]",
        ],
    }
    captions = [".wp-caption-text", "figcaption"]
    exclude = [
        ".sharedaddy", ".jp-relatedposts", ".widget", ".post-navigation", ".entry-meta",
        ".screen-reader-text",
        # Plugins: author boxes, contents, reading times, ratings, counters, related posts, adverts
        ".saboxplugin-wrap", ".abh_box", ".pp-multiple-authors-boxes-wrapper", ".author-box",
        "#ez-toc-container", ".lwptoc", ".rt-reading-time", ".kk-star-ratings", ".post-views",
        ".yarpp-related", ".crp_related", ".code-block", ".mc4wp-form", ".post-modified-info",
    ]  # fmt: skip
