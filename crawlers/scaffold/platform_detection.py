"""Which platform a site runs on: by its fingerprints, its addresses, and what its rules read."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import crawlers.platforms
from crawlers.platforms.generic import Generic
from crawlers.scaffold.evaluation import Identity, build, read_all
from crawlers.scaffold.samples import Material
from crawlers.scaffold.url_patterns import target_of
from crawlers.site_config import SiteError
from crawlers.spider import SiteSpider

ENOUGH = 0.6  # of a score that is at most 1
MARKS, ADDRESS, READS = 0.3, 0.2, 0.5
UNKNOWN = Identity("proposal", "?", "unknown", "newspaper", ())


@dataclass(frozen=True, slots=True)
class Guess:
    """How well a platform fits, from 0 to 1, and why in plain words."""

    platform: type[SiteSpider]
    score: float
    reasons: tuple[str, ...]
    address: bool  # its article_url fits every article and no other link

    @property
    def fits(self) -> bool:
        return self.score >= ENOUGH


@cache
def platforms() -> tuple[type[SiteSpider], ...]:
    """Every platform but the generic reader, by module."""
    found: list[type[SiteSpider]] = []
    for info in pkgutil.iter_modules(crawlers.platforms.__path__):
        module = import_module(f"crawlers.platforms.{info.name}")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, SiteSpider)
            and value.__module__ == module.__name__
            and value is not Generic
            and not value.generic
        ]
    return tuple(found)


def recognise(material: Material, known: Iterable[type[SiteSpider]]) -> list[Guess]:
    """Every known platform with its score, the best first."""
    guesses = [_guess(platform, material) for platform in known]
    return sorted(guesses, key=lambda guess: -guess.score)


def _guess(platform: type[SiteSpider], material: Material) -> Guess:
    reasons: list[str] = []
    address = _address(platform, material)
    if address:
        reasons.append("its addresses have the platform's form")
    marked = _marked(platform, material)
    if marked is not None and marked > 0:
        reasons.append(f"the platform's fingerprints are on {marked:.0%} of the articles")
    try:
        read = _reads(platform, material)
    except SiteError as error:  # a platform that is being mended must not stop another's use
        return Guess(platform, 0.0, (f"cannot be used: {error}",), False)
    if read:
        reasons.append(f"its rules read {read:.0%} of the text")
    # A platform that names no fingerprints is not scored by them.
    weights = READS * read + ADDRESS * address + MARKS * (marked or 0)
    score = weights / (READS + ADDRESS + (MARKS if marked is not None else 0))
    return Guess(platform, score, tuple(reasons), address)


def _address(platform: type[SiteSpider], material: Material) -> bool:
    stated = getattr(platform, "article_url", "")
    if not stated:
        return False
    pattern = re.compile(stated)
    own = (pattern.search(target_of(sample.saved.url)) for sample in material.samples)
    others = sum(bool(pattern.search(target_of(url))) for url in material.other_links)
    return all(own) and others <= len(material.other_links) // 20


def _marked(platform: type[SiteSpider], material: Material) -> float | None:
    """The share of articles that match a fingerprint of the platform; None if it has none."""
    if not platform.fingerprints:
        return None
    found = [
        any(sample.index.find(selector) for selector in platform.fingerprints)
        for sample in material.samples
    ]
    return sum(found) / len(found)


def _reads(platform: type[SiteSpider], material: Material) -> float:
    """How far its rules read the articles as the generic reader does, from 0 to 1.

    By how much of the text and not by yes or no: it may be the generic reader that errs, such as
    about a lead that only the platform tells from the body.
    """
    attributes: dict[str, Any] = {"domains": [material.host], "feeds": ["rss"]}
    if not getattr(platform, "article_url", ""):
        attributes["article_url"] = material.article_url
    site = build(UNKNOWN, platform, attributes)
    readings = read_all(site, material.samples)
    return sum(reading.body for reading in readings if reading.title) / len(readings)
