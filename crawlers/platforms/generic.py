"""Sites without rules of their own: the generic reader finds the article on the page.

A site on it states who it is and where its articles are found, and nothing about its markup.
"""

from crawlers.spider import SiteSpider


class Generic(SiteSpider):
    generic = True
    listing_url = "{root}/{section}"  # section "" is the home page
    select = {}
