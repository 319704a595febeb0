"""Drupal 7 to 11 and Backdrop: Bartik, Olivero and the themes that keep Drupal's field classes.

No site of the project uses it yet; `tinwatch add` proposes it. A site with URL aliases sets its own
article_url. An unpublished node answers 403, in the theme of the site. The first page of a listing
is ?page=0.
"""

from typing import ClassVar

from crawlers.spider import SiteSpider


class Drupal(SiteSpider):
    article_url = r"^/(?:(?:index\.php)?\?q=)?node/(?P<key>\d+)/?(?:$|[?&])"
    not_article = [
        "body.front", "body.path-frontpage", "body.page-taxonomy", "body.path-taxonomy",
        "body.node-type-page", "body.page-node-type-page", "body.page-user", "body.path-user",
        "body.page-search", "body.path-search", "body.page-forum", "body.path-forum",
    ]  # fmt: skip
    unpublished_status = 403
    listing_url = "{root}/{section}"
    next_listing: ClassVar[str | None] = "{root}/{section}?page={offset}"
    generator = (
        r'content="(?:Drupal \d|Backdrop CMS)|data-drupal-selector|Drupal\.settings'
        r"|/sites/(?:default|all)/"
    )
    fingerprints = [".field--name-body", ".field-name-body", ".node__content"]
    select = {
        "title": [
            "h1.page-title",
            "h1#page-title",
            "h1.page-header",
            "h1.with-tabs",
            ".node__title",
            ".block-page-title-block h1",
        ],
        "published": [
            ".node__submitted time",
            ".node__meta time",
            ".field--name-created",
            ".submitted",
        ],
        "body": [".node__content .field--name-body", ".field--name-body", ".field-name-body"],
        "byline": [".node__submitted .username", ".node__meta .username", ".submitted .username"],
        "tags": [".field--name-field-tags a", ".field-name-field-tags a"],
    }
    byline_is_account = True
    captions = ["figcaption", ".image-field-caption"]
    exclude = [".node__links", ".links.inline", ".comment-wrapper"]
