"""Joomla: the templates Protostar (3) and Cassiopeia (4 and 5), those after them, and K2's items.

No site of the project uses it yet; `tinwatch add` proposes it. A site sets its own article_url,
because URLs depend on the menu and on whether they are rewritten; how far further listing pages
are apart depends on its menu, too.
"""

from typing import ClassVar

from crawlers.spider import SiteSpider


class Joomla(SiteSpider):
    article_url = (
        r"^(?!.*[?&](?:tmpl|print|format)=)/(?:(?:index\.php/)?(?:[^/?]+/)+(?=\d+-[^/?]+)"
        r"|(?:index\.php)?\?(?=.*\bview=article\b)(?:.*&)?id=)(?P<key>\d+)"
    )
    # Categories have ids in their URLs, too: /tin-tuc/12-ten-muc.
    not_article = [
        "body.view-category", "body.view-categories", "body.view-featured", "body.view-archive",
        "body.com_tags", "body.com_contact", "body.com_search", "body.com_finder", "body.com_users",
    ]  # fmt: skip
    listing_url = "{root}/{section}"
    next_listing: ClassVar[str | None] = None
    generator = r'content="Joomla!|/media/(?:system/js|vendor|jui)/'
    fingerprints = [".com-content-article", ".item-page"]
    select = {
        "title": [
            ".com-content-article h1", ".com-content-article h2", "[itemprop=headline]",
            ".item-page h1", ".item-page h2", ".itemTitle",
        ],
        "published": [
            "time[itemprop=datePublished]", "dd.published time", "dd.create time", "dd.published",
            ".itemDateCreated",
        ],
        "lead": [".itemIntroText"],
        "body": [".com-content-article__body", "[itemprop=articleBody]", ".itemBody"],
        "byline": ["dd.createdby [itemprop=name]", "dd.createdby span:not([class])", ".itemAuthor"],
        "section": ["dd.category-name a"],
        "tags": [".tags a"],
    }  # fmt: skip
    byline_is_account = True
    captions = ["figcaption", ".img_caption", ".itemImageCaption"]
    exclude = [
        ".article-info", ".pager", ".pagination", ".icons", ".tags", ".itemContentFooter",
        ".itemImageCredits",
    ]  # fmt: skip
