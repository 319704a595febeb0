"""The generic extractor on the sample sites, compared with their rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from crawlers.extraction.article import extract_article
from crawlers.extraction.generic.article import extract_generic_article
from crawlers.registry import all_sites
from crawlers.spider import SiteSpider
from pipelines.record.normalise import normalise
from storage.models import Article, Block
from tinwatch.demo.sample_sites import Page, sites

WithoutRules = Callable[[str], type[SiteSpider]]
Alike = Callable[[Iterable[Block], Iterable[Block]], float]
ArticlesOf = Callable[[str], list[Page]]
CAPTURED = datetime(2025, 3, 20, tzinfo=UTC)


def with_lead(article: Article) -> list[Block]:
    """Return lead and body blocks; the generic extractor separates a lead printed in the body."""
    own = article.lead if article.lead and article.lead not in article.body[0].text else None
    return [*([Block("paragraph", own)] if own else []), *article.body]


@pytest.mark.parametrize("name", sorted(sites()))
def test_generic_extraction_equals_extraction_by_rules(
    name: str, without_rules: WithoutRules, alike: Alike, articles_of: ArticlesOf
) -> None:
    for sample in articles_of(name):
        site = all_sites()[name]
        by_rules = normalise(extract_article(sample.body, sample.url, site, CAPTURED))
        page = extract_generic_article(
            sample.body, sample.url, without_rules(site.domains[0]), CAPTURED
        )
        article = normalise(page)
        assert article.title == by_rules.title
        assert article.published == by_rules.published
        assert [a.name for a in article.authors] == [a.name for a in by_rules.authors]
        assert article.source == by_rules.source
        assert article.captions == by_rules.captions
        assert alike(with_lead(article), with_lead(by_rules)) >= 0.985, sample.url


@pytest.mark.parametrize("name", sorted(sites()))
def test_rules_and_version_are_marked_generic(name: str, articles_of: ArticlesOf) -> None:
    sample, site = articles_of(name)[0], all_sites()[name]
    page = extract_generic_article(sample.body, sample.url, site, CAPTURED)
    assert page.extractor_version == f"{site.extractor_version}.generic"
    assert {"title", "body"} <= set(page.rules)
    states = normalise(page).fields
    assert {r.split(":")[0] for r in page.rules.values()} == {"generic"}
    assert all((state.rule or "generic").startswith("generic") for state in states.values())
