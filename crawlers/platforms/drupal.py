"""Drupal 7 to 11: the themes Bartik, Olivero and those that keep Drupal's field classes.

No site of the project uses it yet; `tinwatch add` proposes it. A site with URL aliases sets its own
article_url.
"""

from typing import ClassVar

from crawlers.spider import SiteSpider


class Drupal(SiteSpider):
    article_url = r"^/node/(?P<key>\d+)/?(?:$|\?)"
    listing_url = "{root}/{section}"
    next_listing: ClassVar[str | None] = "{root}/{section}?page={page}"
    generator = r'content="Drupal \d|data-drupal-selector|Drupal\.settings|/sites/(?:default|all)/'
    fingerprints = [".field--name-body", ".field-name-body", ".node__content"]
    select = {
        "title": ["h1.page-title", "h1#page-title", ".node__title", ".block-page-title-block h1"],
        "published": [
            ".node__submitted time",
            ".node__meta time",
            ".field--name-created",
            ".submitted",
        ],
        "body": [".node__content .field--name-body", ".field--name-body", ".field-name-body"],
        "tags": [".field--name-field-tags a", ".field-name-field-tags a"],
    }
    captions = ["figcaption"]
    exclude = [".node__links", ".links.inline", ".comment-wrapper"]
