"""Fixtures: a generic site, the articles of the sample sites, and the F1 of two texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

import pytest

from crawlers.platforms.generic import Generic
from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from pipelines.text.normal_forms import syllables
from storage.models import Block
from tinwatch.demo.sample_sites import Page, pages


@cache
def site_without_rules(host: str, title: str = "Báo Thử") -> type[SiteSpider]:
    stated = {
        "__module__": __name__,
        "name": "generic_" + host.replace(".", "_"),
        "title": title,
        "province": "lao-cai",
        "kind": "newspaper",
        "domains": [host],
        "article_url": r"^/(?P<key>.+)$",
        "feeds": ["rss"],
    }
    return type("WithoutRules", (Generic,), stated)


def f1(left: Iterable[Block], right: Iterable[Block]) -> float:
    a, b = (Counter(syllables(" ".join(block.text for block in x))) for x in (left, right))
    return 2 * (a & b).total() / max(1, a.total() + b.total())


@cache
def sample_articles(name: str) -> list[Page]:
    site = all_sites()[name]
    return [page for page in pages(name, 1) if page.status == 200 and site.key_of(page.url)]


@pytest.fixture(scope="session")
def without_rules() -> Callable[[str], type[SiteSpider]]:
    """Return a function from a host to a generic site."""
    return site_without_rules


@pytest.fixture(scope="session")
def alike() -> Callable[[Iterable[Block], Iterable[Block]], float]:
    """Return a function from two texts to the F1 of their syllables, 1.0 if they are equal."""
    return f1


@pytest.fixture(scope="session")
def articles_of() -> Callable[[str], list[Page]]:
    """Return a function from a sample site to its article pages in the first batch."""
    return sample_articles
