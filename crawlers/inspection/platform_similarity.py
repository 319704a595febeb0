"""Which platform the stored pages of a site look like, by the detection of `tinwatch add`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from crawlers.extraction.html import UnreadablePage
from crawlers.inspection.pages import StoredPage
from crawlers.platforms.generic import generic_site
from crawlers.registry import platforms
from crawlers.scaffold.platform_detection import match_platforms
from crawlers.scaffold.samples import Sample, SitePages, read_sample
from crawlers.scaffold.saved_pages import SavedPage
from crawlers.spider import SiteSpider

HTML = "text/html"


def platform_like(site: type[SiteSpider], pages: Iterable[StoredPage]) -> str | None:
    """Return the platform that these article pages look like, or None if none fits well."""
    samples = samples_of(site, pages)
    if not samples:
        return None
    links = [sample.saved.url for sample in samples]
    site_pages = SitePages(site.domains[0], site.article_url, samples, [], links)
    best = match_platforms(site_pages, platforms())[0]
    return best.platform.__name__ if best.fits else None


def samples_of(site: type[SiteSpider], pages: Iterable[StoredPage]) -> list[Sample]:
    """Return the article pages that the generic extractor can read."""
    undeclared = generic_site(site.domains[0], site.article_url)
    samples = []
    for page in pages:
        saved = SavedPage(page.url, page.body, page.captured_at, page.content_type or HTML)
        with suppress(UnreadablePage):
            samples.append(read_sample(saved, undeclared))
    return samples
