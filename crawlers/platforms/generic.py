"""Base of sites without selectors: the generic extractor finds the article on the page.

A site module on it sets its identity, its listings and its article URLs.
"""

from crawlers.site_config import UNKNOWN_PROVINCE
from crawlers.spider import SiteSpider

ANY_URL = r"^(?P<key>/.+)"  # of a site whose article URLs are not known


class Generic(SiteSpider):
    generic = True
    listing_url = "{root}/{section}"  # section "" is the front page of the site
    select = {}
    captions = [  # of the other platforms, SharePoint, K2 and Drupal
        "figcaption", ".caption", "div.cap", ".wp-caption-text", ".image-caption", ".fig-caption",
        ".PhotoCMS_Caption", ".pCaption", ".image_desc", ".itemImageCaption",
        ".image-field-caption", ".ms-rteElement-caption",
    ]  # fmt: skip


def generic_site(host: str, article_url: str, name: str = "proposal") -> type[SiteSpider]:
    """Return a site of which only the host is known, for the generic extractor."""
    namespace = {
        "__module__": __name__,
        "name": name,
        "title": host,
        "province": UNKNOWN_PROVINCE,
        "kind": "newspaper",
        "domains": [host],
        "article_url": article_url,
        "feeds": ["rss"],
    }
    return type("Proposal", (Generic,), namespace)
