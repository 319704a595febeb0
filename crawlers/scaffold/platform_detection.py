"""Platform detection: by fingerprints in the markup, by URLs, and by what the rules extract."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crawlers.scaffold.article_links import MIN_NAMED_SHARE, named_share
from crawlers.scaffold.evaluation import Identity, build, extract_samples
from crawlers.scaffold.samples import SitePages
from crawlers.scaffold.url_patterns import ids_are_unique, target_of
from crawlers.site_error import SiteError
from crawlers.spider import SiteSpider
from storage.messages.reasons_scaffold import ScaffoldReason
from storage.reasons import Reason

MIN_SCORE = 0.6  # of at most 1
FINGERPRINT_WEIGHT, URL_WEIGHT, TEXT_WEIGHT = 0.3, 0.2, 0.5
LINKS_PER_STRAY_MATCH = 20  # of links that are no articles, one in so many may match article_url
UNKNOWN = Identity("proposal", "?", "unknown", "newspaper", ())


@dataclass(frozen=True, slots=True)
class PlatformMatch:
    """How well a platform fits.

    Attributes:
        score: from 0 to 1
        evidence: what speaks for it
        urls_match: its article_url matches every article, each with its own key, and almost no
            other link
        is_named: the source of the articles names the CMS, so the markup is not alike by chance
    """

    platform: type[SiteSpider]
    score: float
    evidence: tuple[Reason, ...]
    urls_match: bool
    is_named: bool = False

    @property
    def fits(self) -> bool:
        return self.score >= MIN_SCORE


def match_platforms(
    site_pages: SitePages, candidates: Iterable[type[SiteSpider]]
) -> list[PlatformMatch]:
    """Return every candidate with its score, the best first."""
    matches = [_match(platform, site_pages) for platform in candidates]
    return sorted(matches, key=lambda match: -match.score)


def _match(platform: type[SiteSpider], site_pages: SitePages) -> PlatformMatch:
    evidence: list[Reason] = []
    named = named_share(platform, [sample.saved for sample in site_pages.samples])
    if named:
        evidence.append(Reason(ScaffoldReason.GENERATOR_FOUND, share=named))
    urls_match = _urls_match(platform, site_pages)
    if urls_match:
        evidence.append(Reason(ScaffoldReason.URLS_MATCH))
    fingerprinted = _fingerprinted(platform, site_pages)
    if fingerprinted:
        evidence.append(Reason(ScaffoldReason.FINGERPRINTS_FOUND, share=fingerprinted))
    try:
        overlap = _text_overlap(platform, site_pages)
    except SiteError as error:  # a broken platform must not prevent the use of others
        unusable = Reason(ScaffoldReason.PLATFORM_UNUSABLE, error=str(error))
        return PlatformMatch(platform, 0.0, (unusable,), False)
    if overlap:
        evidence.append(Reason(ScaffoldReason.TEXT_EXTRACTED, share=overlap))
    # A platform without fingerprints is scored by URLs and text alone.
    total = TEXT_WEIGHT * overlap + URL_WEIGHT * urls_match
    total += FINGERPRINT_WEIGHT * max(named, fingerprinted or 0)
    weights = TEXT_WEIGHT + URL_WEIGHT + (FINGERPRINT_WEIGHT if fingerprinted is not None else 0)
    is_named = named >= MIN_NAMED_SHARE
    return PlatformMatch(platform, total / weights, tuple(evidence), urls_match, is_named)


def _urls_match(platform: type[SiteSpider], site_pages: SitePages) -> bool:
    article_url = getattr(platform, "article_url", "")
    if not article_url:
        return False
    pattern = re.compile(article_url)
    targets = [target_of(sample.saved.url) for sample in site_pages.samples]
    own = (pattern.search(target) for target in targets)
    links = {target_of(link) for link in site_pages.article_links}
    if not ids_are_unique(article_url, {*targets, *links}):
        return False
    others = sum(bool(pattern.search(target_of(url))) for url in site_pages.other_links)
    return all(own) and others <= len(site_pages.other_links) // LINKS_PER_STRAY_MATCH


def _fingerprinted(platform: type[SiteSpider], site_pages: SitePages) -> float | None:
    """Return the share of articles with a fingerprint of the platform; None if it has none."""
    if not platform.fingerprints:
        return None
    matches = [
        any(sample.index.find(selector) for selector in platform.fingerprints)
        for sample in site_pages.samples
    ]
    return sum(matches) / len(matches)


def _text_overlap(platform: type[SiteSpider], site_pages: SitePages) -> float:
    """Return how much of the generic extractor's text the platform's rules extract, from 0 to 1.

    It is a share because the generic extractor may be the one that errs, for example about a lead
    that only the platform tells from the body.
    """
    attributes: dict[str, Any] = {"domains": [site_pages.host], "feeds": ["rss"]}
    if not getattr(platform, "article_url", ""):
        attributes["article_url"] = site_pages.article_url
    site = build(UNKNOWN, platform, attributes)
    results = extract_samples(site, site_pages.samples)
    return sum(result.body_overlap for result in results if result.same_title) / len(results)
