"""Base of sites without selectors: the generic extractor finds the article on the page.

A site module on it sets its identity, its listings and its article URLs.
"""

from crawlers.spider import SiteSpider


class Generic(SiteSpider):
    generic = True
    listing_url = "{root}/{section}"  # section "" is the front page of the site
    select = {}
