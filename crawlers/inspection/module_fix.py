"""A fix of a site module: selectors for the fields that its rules miss on the newest pages.

The values come from the generic extractor; a selector is proposed only if it finds them on most
pages, and with it the module reads no page worse than before.
"""

from __future__ import annotations

from crawlers.inspection.inspect_site import SiteInspection
from crawlers.inspection.platform_similarity import samples_of
from crawlers.scaffold.body import body_selectors
from crawlers.scaffold.evaluation import SampleResult, extract_samples
from crawlers.scaffold.fields import FIELDS, agree, best_selectors, expected_values
from crawlers.scaffold.samples import Sample
from crawlers.spider import SiteSpider
from pipelines.record.normalise import STRUCTURED_DATA_RULE

MIN_PAGES = 3  # that a proposal needs
MIN_RIGHT_SHARE = 0.5  # of the pages that print a field; with fewer the module's rules are wrong


def propose_fix(site: type[SiteSpider], inspection: SiteInspection) -> dict[str, str]:
    """Return field -> the selector to try first; empty if nothing is missed, or nothing found."""
    samples = samples_of(site, inspection.article_pages)
    if len(samples) < MIN_PAGES or site.generic:
        return {}
    rules: dict[str, str] = {}
    for field in ("body", *FIELDS):  # without a body no page is read, nor without a title
        for rule in _candidates(with_rules(site, rules), field, samples):
            if _improves(site, rules, field, rule, samples):
                rules[field] = rule
                break
    return rules


def _candidates(site: type[SiteSpider], field: str, samples: list[Sample]) -> list[str]:
    """Return selectors of a field that the site misses on most pages that print it."""
    own = site.select.get(field, [])
    if field == "body":
        found = sum(any(sample.index.find(rule) for rule in own) for sample in samples)
        return body_selectors(samples) if found < MIN_RIGHT_SHARE * len(samples) else []
    expected = expected_values(samples, field)
    stated = sum(text is not None for text in expected)
    results = zip(extract_samples(site, samples), expected, strict=True)
    right = sum(_is_right(result, field, text) for result, text in results if text)
    if field in site.absent or stated < MIN_PAGES or right >= MIN_RIGHT_SHARE * stated:
        return []
    return [choice.rule for choice in best_selectors(samples, field) if choice.rule not in own]


def _is_right(result: SampleResult, field: str, text: str) -> bool:
    """Whether the module's own rules find the value, and not what stands in for them."""
    if result.page is None:
        return False
    rule = result.page.rules.get(field, "")
    read: str = getattr(result.page, field) or ""
    by_other = rule == STRUCTURED_DATA_RULE or rule.startswith("generic")
    return bool(read) and not by_other and agree(result.sample, field, read, text)


def _improves(
    site: type[SiteSpider],
    rules: dict[str, str],
    field: str,
    rule: str,
    samples: list[Sample],
) -> bool:
    """Whether pages with the field become more, and pages that agree do not become fewer."""
    before = extract_samples(with_rules(site, rules), samples)
    after = extract_samples(with_rules(site, {**rules, field: rule}), samples)
    if field in ("title", "body"):  # a module that lacks the other one as well reads no page yet
        return _read(after) >= _read(before) and _agreeing(after) >= _agreeing(before)
    had, has = (sum(bool(r.page and getattr(r.page, field)) for r in results)
                for results in (before, after))  # fmt: skip
    return _agreeing(after) >= _agreeing(before) and has >= had


def _read(results: list[SampleResult]) -> int:
    return sum(result.page is not None for result in results)


def _agreeing(results: list[SampleResult]) -> int:
    return sum(result.agrees for result in results)


def with_rules(site: type[SiteSpider], rules: dict[str, str]) -> type[SiteSpider]:
    """Return the site with a first selector for each field in `rules`."""
    first = {field: [rule, *site.select.get(field, [])] for field, rule in rules.items()}
    namespace = {"__module__": site.__module__, "name": site.name}
    return type(site.__name__, (site,), {**namespace, "select": {**site.select, **first}})
