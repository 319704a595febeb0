"""Proposal of the rules of a new site: a platform with what differs, or selectors of its own.

No rule here is written for a host. If no selectors extract the samples as the generic extractor
does, the site is left to that extractor, and the proposal states so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from crawlers.platforms.generic import Generic
from crawlers.registry import platforms
from crawlers.scaffold.body import body_selectors, selectors_for_lines, text_blocks
from crawlers.scaffold.evaluation import Identity, SampleResult, build, extract_samples
from crawlers.scaffold.fields import FIELDS, best_selectors
from crawlers.scaffold.listing import Listings
from crawlers.scaffold.platform_detection import PlatformMatch, match_platforms
from crawlers.scaffold.samples import Sample, SitePages
from crawlers.spider import SiteSpider
from pipelines.text.normal_forms import comparison
from storage.messages.reasons_scaffold import Confidence, ScaffoldReason
from storage.reasons import Reason

MAX_EXCLUDES = 8
MIN_SAMPLES = 3  # of which rules can be sure
MIN_LIKELY_SHARE = 0.5  # of the samples that must agree with the generic extractor
MIN_AGREEING_SHARE = 0.8  # the generic extractor may have read one of five articles wrongly
REFINE_ROUNDS = 2  # excluding lines may bring other lines to the end of the body


@dataclass
class Proposal:
    """A site as it would be written, what its rules extract, and why they were chosen."""

    identity: Identity
    base: type[SiteSpider]
    attributes: dict[str, Any]
    results: list[SampleResult]
    reasons: list[Reason] = field(default_factory=list)
    is_named: bool = False  # see PlatformMatch

    @property
    def site(self) -> type[SiteSpider]:
        return build(self.identity, self.base, self.attributes)

    @property
    def agreeing(self) -> int:
        return sum(result.agrees for result in self.results)

    @property
    def confidence(self) -> Confidence:
        """Return how sure the rules are, by what recognised the platform and what they extract."""
        total, titles = len(self.results), sum(result.same_title for result in self.results)
        if self.base is Generic or titles < total or self.agreeing < MIN_LIKELY_SHARE * total:
            return Confidence.CONFIDENCE_LOW
        is_sure = self.is_named or self.agreeing == total
        if is_sure and total >= MIN_SAMPLES:
            return Confidence.CONFIDENCE_HIGH
        return Confidence.CONFIDENCE_MEDIUM


ListingAttributes = dict[str, Any]  # the attributes that state where articles are listed


def propose(
    site_pages: SitePages,
    listings: Listings,
    identity: Identity,
    candidates: Iterable[type[SiteSpider]] | None = None,
) -> Proposal:
    """Return the rules that extract the samples best. Raise SiteError for an invalid identity.

    `candidates` are the platforms to choose from, by default those in crawlers/platforms.
    """
    for match in match_platforms(site_pages, platforms() if candidates is None else candidates):
        proposal = _on_platform(match, site_pages, listings, identity) if match.fits else None
        if proposal is not None:
            return proposal
    where = {"article_url": site_pages.article_url, **listings.attributes()}
    own = _own_selectors(site_pages, where, identity)
    if own is not None and _mostly_agrees(own):
        return own
    generic = Proposal(identity, Generic, where, [])
    generic.results = extract_samples(generic.site, site_pages.samples)
    agreeing, number = own.agreeing if own else 0, len(site_pages.samples)
    generic.reasons = [Reason(ScaffoldReason.LEFT_TO_GENERIC, agreeing=agreeing, number=number)]
    return generic


def _on_platform(
    match: PlatformMatch, site_pages: SitePages, listings: Listings, identity: Identity
) -> Proposal | None:
    """Return the platform with URL pattern and listings that differ, and selectors it lacks.

    Class names are alike on many sites: return None if neither the URLs match the platform nor the
    source names it, and its rules do not find all that the site prints.
    """
    attributes = listings.attributes(match.platform)
    if not match.urls_match:
        attributes = {"article_url": site_pages.article_url, **attributes}
    proposal = Proposal(identity, match.platform, attributes, [])
    results = extract_samples(proposal.site, site_pages.samples)
    missing = {name: rules for name in FIELDS if (rules := _missing_field(name, results))}
    if missing and not (match.urls_match or match.is_named):
        return None
    if lead := _lead_elsewhere(match.platform, results):
        missing["lead"] = lead
        attributes["lead_is"] = "selected"
    if missing:
        select = dict(match.platform.select)
        for name, rules in missing.items():
            select[name] = [*rules, *select.get(name, [])]
        attributes["select"] = select
    proposal.results = extract_samples(proposal.site, site_pages.samples)
    body = _most_common_body(proposal.results)
    refined = body is not None and _refine(proposal, site_pages.samples, body)
    if not proposal.site.select.get("lead") and _opens_with_lead(proposal.results):
        attributes["lead_is"] = "first_paragraph"
    if refined or "lead_is" in attributes:
        proposal.results = extract_samples(proposal.site, site_pages.samples)
    proposal.is_named = match.is_named
    chosen = ScaffoldReason.PLATFORM_CHOSEN
    proposal.reasons = [
        Reason(chosen, platform=match.platform.__name__, evidence=match.evidence),
        *(Reason(ScaffoldReason.FIELD_NOT_ON_PLATFORM, field=name) for name in missing),
    ]
    return proposal


def _lead_elsewhere(platform: type[SiteSpider], results: list[SampleResult]) -> list[str]:
    """Return selectors of a separate lead, if it opens the body on the platform."""
    if platform.lead_is == "selected":
        return []
    for result in results:
        own, theirs = result.page and result.page.lead, result.sample.generic.lead
        if not theirs or comparison(own or "") == comparison(theirs):
            return []
    choices = best_selectors([result.sample for result in results], "lead")
    return [choice.rule for choice in choices if choice.holds]


def _missing_field(name: str, results: list[SampleResult]) -> list[str]:
    """Return selectors of a field that the platform finds on no sample though they print it."""
    read = [getattr(result.page, name) if result.page else None for result in results]
    if any(read):
        return []
    return [choice.rule for choice in best_selectors([r.sample for r in results], name)]


def _most_common_body(results: list[SampleResult]) -> str | None:
    """Return the selector that finds the body on most samples."""
    rules = Counter(r.page.rules["body"] for r in results if r.page and "body" in r.page.rules)
    return rules.most_common(1)[0][0] if rules else None


def _own_selectors(
    site_pages: SitePages, where: ListingAttributes, identity: Identity
) -> Proposal | None:
    """Return a proposal with the site's own selectors; None without one for title and body."""
    samples = site_pages.samples
    select = {name: [c.rule for c in best_selectors(samples, name)] for name in FIELDS}
    select = {name: rules for name, rules in select.items() if rules}
    proposals = [
        _with_body(samples, select, body, where, identity) for body in body_selectors(samples)
    ]
    if "title" not in select or not proposals:
        return None
    return max(proposals, key=lambda p: (_mostly_agrees(p), *_agreement(p.results)))


def _mostly_agrees(proposal: Proposal) -> bool:
    return proposal.agreeing >= MIN_AGREEING_SHARE * len(proposal.results)


def _with_body(
    samples: list[Sample],
    select: dict[str, list[str]],
    body: str,
    where: ListingAttributes,
    identity: Identity,
) -> Proposal:
    attributes: dict[str, Any] = {**where, "select": {**select, "body": [body]}}
    proposal = Proposal(identity, SiteSpider, attributes, [])
    for _ in range(REFINE_ROUNDS):
        proposal.results = extract_samples(proposal.site, samples)
        if not _refine(proposal, samples, body):
            break
    if "lead" not in select and _opens_with_lead(proposal.results):
        attributes["lead_is"] = "first_paragraph"
    proposal.results = extract_samples(proposal.site, samples)
    proposal.reasons = [Reason(ScaffoldReason.OWN_SELECTORS)]
    return proposal


def _refine(proposal: Proposal, samples: list[Sample], body: str) -> bool:
    """Add selectors to `exclude` and `captions` for lines that the generic extractor leaves out."""
    attributes = proposal.attributes
    own = [_lines(result.page, _blocks) for result in proposal.results]
    text = [_lines(sample.generic, _blocks) for sample in samples]
    captions = [_lines(sample.generic, _captions) for sample in samples]
    head = [_lines(sample.generic, _head) for sample in samples]
    wanted = [a | b | c for a, b, c in zip(text, captions, head, strict=True)]
    stray = [a - b for a, b in zip(own, wanted, strict=True)]
    pictures = [a & b for a, b in zip(own, captions, strict=True)]
    exclude = selectors_for_lines(samples, body, stray, wanted)
    beside = [a | b for a, b in zip(text, head, strict=True)]
    named = selectors_for_lines(samples, body, pictures, beside)
    before = (attributes.get("exclude", []), attributes.get("captions", []))
    after = ([*dict.fromkeys([*before[0], *exclude])][:MAX_EXCLUDES], [*before[1], *named])
    for name, rules in zip(("exclude", "captions"), after, strict=True):
        if rules:
            attributes[name] = list(dict.fromkeys(rules))
    return after != before


def _lines(page: Any, part: Callable[[Any], list[str]]) -> set[str]:
    return {comparison(text) for text in part(page) if text} if page is not None else set()


def _blocks(page: Any) -> list[str]:
    return [block.text for block in text_blocks(page)]


def _captions(page: Any) -> list[str]:
    return list(page.captions)


def _head(page: Any) -> list[str]:
    """Return what may stand in the body element though it is no paragraph."""
    return [page.lead or "", page.title or "", page.byline or "", page.source or ""]


def _opens_with_lead(results: list[SampleResult]) -> bool:
    """Whether the body's first paragraph is the lead on most samples, and no other text on any.

    Where it is bold, the extraction has taken it as the lead.
    """
    opening = 0
    for result in results:
        page, lead = result.page, result.sample.generic.lead
        if page is None or not page.blocks or not lead:
            continue
        if comparison(page.lead or page.blocks[0].text) != comparison(lead):
            return False
        opening += 1
    return opening * 2 > len(results)


def _agreement(results: list[SampleResult]) -> tuple[int, int, float, int]:
    """Return how well samples agree: equal lines, agreeing samples, text overlap, bylines."""
    pages = [(r.page, r.sample.generic) for r in results if r.page is not None]
    lines = sum(_lines(own, _blocks) == _lines(theirs, _blocks) for own, theirs in pages)
    names = sum(comparison(own.byline or "") == comparison(r.byline or "") for own, r in pages)
    text = round(sum(r.body_overlap for r in results) / len(results), 2)
    return lines, sum(r.agrees for r in results), text, names
