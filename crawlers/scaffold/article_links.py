"""The articles among a site's links: by the platform that the source names, otherwise by shape."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawlers.registry import platforms
from crawlers.scaffold.saved_pages import SavedPage
from crawlers.scaffold.url_patterns import article_shape, articles_among, target_of
from crawlers.spider import SiteSpider

MIN_NAMED_SHARE = 0.8  # of the pages whose source names the CMS
MIN_SHARE_OF_SHAPE = 0.5  # of the links that have the shape of articles


def named_share(platform: type[SiteSpider], pages: Iterable[SavedPage]) -> float:
    """Return the share of pages whose source has the platform's `generator`."""
    named = [platform.is_named_in(page.html) for page in pages]
    return sum(named) / len(named) if named else 0.0


def named_platforms(pages: list[SavedPage]) -> list[type[SiteSpider]]:
    """Return the platforms with an article_url that the source of the pages names."""
    return [
        platform
        for platform in platforms()
        if getattr(platform, "article_url", "") and named_share(platform, pages) >= MIN_NAMED_SHARE
    ]


def article_links(urls: Iterable[str], pages: list[SavedPage]) -> list[str]:
    """Return the links that are articles, each once.

    Pages about the publisher have the shape of articles too: a CMS that the source of the pages
    names knows its own addresses, if they are most of those that look like articles.
    """
    links = list(dict.fromkeys(urls))
    shape = article_shape(links)
    of_shape = list(dict.fromkeys(articles_among(links, shape))) if shape else []
    for platform in named_platforms(pages):
        own = [link for link in links if re.search(platform.article_url, target_of(link))]
        if len(own) >= max(1, MIN_SHARE_OF_SHAPE * len(of_shape)):
            return own
    return of_shape
