"""The rules of a new site: a platform with what differs, or selectors of its own.

Nothing here knows any host. Where no selectors read the samples as well as the generic reader
does, the site is left to that reader, and the proposal says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from crawlers.platforms.generic import Generic
from crawlers.scaffold.body import body_rules, rules_for_lines, text_blocks
from crawlers.scaffold.evaluation import Identity, Reading, build, read_all
from crawlers.scaffold.fields import FIELDS, best_rules
from crawlers.scaffold.listing import Found
from crawlers.scaffold.platform_detection import Guess, platforms, recognise
from crawlers.scaffold.samples import Material, Sample
from crawlers.spider import SiteSpider
from pipelines.text.normal_forms import comparison

MOST_DROPS = 8
MOSTLY = 0.8
ROUNDS = 2  # what is dropped may bring other lines to the end of the body


@dataclass
class Proposal:
    """A site as it would be written, with what its rules read and why they were chosen."""

    identity: Identity
    base: type[SiteSpider]
    attributes: dict[str, Any]
    readings: list[Reading]
    reasons: list[str] = field(default_factory=list)

    @property
    def site(self) -> type[SiteSpider]:
        return build(self.identity, self.base, self.attributes)

    @property
    def agreeing(self) -> int:
        return sum(reading.agrees for reading in self.readings)


Where = dict[str, Any]  # the attributes that say where articles are found


def propose(
    material: Material,
    found: Found,
    identity: Identity,
    known: Iterable[type[SiteSpider]] | None = None,
) -> Proposal:
    """The rules that read the samples best. Raises SiteError where `identity` is impossible.

    `known` are the platforms to choose from; without it those in crawlers/platforms.
    """
    for guess in recognise(material, platforms() if known is None else known):
        proposal = _on_platform(guess, material, found, identity) if guess.fits else None
        if proposal is not None:
            return proposal
    where = {"article_url": material.article_url, **found.attributes()}
    own = _on_its_own(material, where, identity)
    if own is not None and _mostly(own):
        return own
    generic = Proposal(identity, Generic, where, [])
    generic.readings = read_all(generic.site, material.samples)
    read = f"{own.agreeing} of {len(material.samples)}" if own else "none"
    generic.reasons = [
        f"no platform fits, and selectors read {read} articles as the generic reader does: "
        "the site is left to that reader"
    ]
    return generic


def _on_platform(
    guess: Guess, material: Material, found: Found, identity: Identity
) -> Proposal | None:
    """The platform, its address pattern and listings where they fit, and selectors it lacks.

    Class names are alike on many sites: None where neither the addresses have the platform's
    form nor its rules find all that the site prints.
    """
    attributes = found.attributes(guess.platform)
    if not guess.address:
        attributes = {"article_url": material.article_url, **attributes}
    proposal = Proposal(identity, guess.platform, attributes, [])
    readings = read_all(proposal.site, material.samples)
    missing = {name: rules for name in FIELDS if (rules := _lacking(name, readings))}
    if missing and not guess.address:
        return None
    if lead := _lead_elsewhere(guess.platform, readings):
        missing["lead"] = lead
        attributes["lead_is"] = "selected"
    if missing:
        select = dict(guess.platform.select)
        for name, rules in missing.items():
            select[name] = [*rules, *select.get(name, [])]
        attributes["select"] = select
    proposal.readings = read_all(proposal.site, material.samples)
    body = _usual_body(proposal.readings)
    refined = body is not None and _refined(proposal, material.samples, body)
    if not proposal.site.select.get("lead") and _opens_with_lead(proposal.readings):
        attributes["lead_is"] = "first_paragraph"
    if refined or "lead_is" in attributes:
        proposal.readings = read_all(proposal.site, material.samples)
    proposal.reasons = [f"{guess.platform.__name__}: {', '.join(guess.reasons)}"]
    proposal.reasons += [f"the platform does not find {name} here" for name in missing]
    return proposal


def _lead_elsewhere(platform: type[SiteSpider], readings: list[Reading]) -> list[str]:
    """Selectors of a lead that stands apart, though on the platform it opens the body."""
    if platform.lead_is == "selected":
        return []
    for reading in readings:
        own, theirs = reading.page and reading.page.lead, reading.sample.read.lead
        if not theirs or comparison(own or "") == comparison(theirs):
            return []
    choices = best_rules([reading.sample for reading in readings], "lead")
    return [choice.rule for choice in choices if choice.holds]


def _lacking(name: str, readings: list[Reading]) -> list[str]:
    """Selectors of a field that the platform finds on no sample, though they print it."""
    read = [getattr(reading.page, name) if reading.page else None for reading in readings]
    if any(read):
        return []
    return [choice.rule for choice in best_rules([r.sample for r in readings], name)]


def _usual_body(readings: list[Reading]) -> str | None:
    """The selector that finds the body on most samples."""
    rules = Counter(r.page.rules["body"] for r in readings if r.page and "body" in r.page.rules)
    return rules.most_common(1)[0][0] if rules else None


def _on_its_own(material: Material, where: Where, identity: Identity) -> Proposal | None:
    """Selectors of the site's own; None where there is none for the title or the body."""
    samples = material.samples
    select = {name: [c.rule for c in best_rules(samples, name)] for name in FIELDS}
    select = {name: rules for name, rules in select.items() if rules}
    tried = [_with_body(samples, select, body, where, identity) for body in body_rules(samples)]
    if "title" not in select or not tried:
        return None
    return max(tried, key=lambda p: (_mostly(p), *_exact(p.readings)))


def _mostly(proposal: Proposal) -> bool:
    """Of five articles the generic reader may have read one wrongly."""
    return proposal.agreeing >= MOSTLY * len(proposal.readings)


def _with_body(
    samples: list[Sample], select: dict[str, list[str]], body: str, where: Where, identity: Identity
) -> Proposal:
    attributes: dict[str, Any] = {**where, "select": {**select, "body": [body]}}
    proposal = Proposal(identity, SiteSpider, attributes, [])
    for _ in range(ROUNDS):
        proposal.readings = read_all(proposal.site, samples)
        if not _refined(proposal, samples, body):
            break
    if "lead" not in select and _opens_with_lead(proposal.readings):
        attributes["lead_is"] = "first_paragraph"
    proposal.readings = read_all(proposal.site, samples)
    proposal.reasons = ["no platform fits: the selectors are the site's own"]
    return proposal


def _refined(proposal: Proposal, samples: list[Sample], body: str) -> bool:
    """Adds to `exclude` and `captions` what the rules read and the generic extractor does not."""
    attributes = proposal.attributes
    own = [_lines(reading.page, _blocks) for reading in proposal.readings]
    text = [_lines(sample.read, _blocks) for sample in samples]
    captions = [_lines(sample.read, _captions) for sample in samples]
    head = [_lines(sample.read, _head) for sample in samples]
    kept = [a | b | c for a, b, c in zip(text, captions, head, strict=True)]
    stray = [a - b for a, b in zip(own, kept, strict=True)]
    pictures = [a & b for a, b in zip(own, captions, strict=True)]
    exclude = rules_for_lines(samples, body, stray, kept)
    beside = [a | b for a, b in zip(text, head, strict=True)]
    named = rules_for_lines(samples, body, pictures, beside)
    before = (attributes.get("exclude", []), attributes.get("captions", []))
    after = ([*dict.fromkeys([*before[0], *exclude])][:MOST_DROPS], [*before[1], *named])
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
    return [page.lead or "", page.title or ""]


def _opens_with_lead(readings: list[Reading]) -> bool:
    """Whether the body's first paragraph is the lead: on most samples, and on none otherwise."""
    opening = 0
    for reading in readings:
        lead = reading.sample.read.lead
        if reading.page is None or not reading.page.blocks or not lead:
            continue
        if comparison(reading.page.blocks[0].text) != comparison(lead):
            return False
        opening += 1
    return opening * 2 > len(readings)


def _exact(readings: list[Reading]) -> tuple[int, int, float, int]:
    """How well bodies agree: samples line by line, samples by their text, the text, bylines."""
    pages = [(r.page, r.sample.read) for r in readings if r.page is not None]
    lines = sum(_lines(own, _blocks) == _lines(theirs, _blocks) for own, theirs in pages)
    names = sum(comparison(own.byline or "") == comparison(r.byline or "") for own, r in pages)
    text = round(sum(r.body for r in readings) / len(readings), 2)
    return lines, sum(r.agrees for r in readings), text, names
