"""From an inspection of a site to what must be fixed in its module.

`mend` is wrong now and costs articles or fields; `advice` is for a person to decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from crawlers.inspection.explain import Explanation, FieldStory
from crawlers.inspection.inspect_site import Look, built_on
from crawlers.spider import SiteSpider
from pipelines.record.normalise import REQUIRED_FIELDS
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_inspection import Found
from storage.reasons import Reason

LEAST_ALIKE = 2  # articles; of one nothing can be said to be the same on all
SHORT_OF = 0.6  # of the text that the generic reader finds
SHOWN = 80  # characters of a text that is quoted
ROBOTS_REFUSALS = (CrawlReason.ROBOTS_FORBIDDEN, CrawlReason.ROBOTS_UNREADABLE)


@dataclass(frozen=True, slots=True)
class Findings:
    mend: list[Reason]
    advice: list[Reason]


def findings(site: type[SiteSpider], look: Look) -> Findings:
    """What a look at a site means for its module."""
    mend = [*_listings(look), *_robots(look), *_unread(site, look)]
    mend += [*_needed(site, look), *_alike(look), *_legacy(site, look)]
    lost = [*_gone(look)]
    many = len(look.gone) > len(look.pages)  # one may just have been taken down
    mend += lost if many else []
    advice = [
        *([] if many else lost),
        *_optional(site, look),
        *_denied(site, look),
        *_shorter(look),
    ]
    advice += [*_contradicted(look), *_platform(site, look)]
    if look.read and not mend and site.verified is None and look.newest is not None:
        advice.append(_of(Found.NOTHING_WRONG, look.read, look, month=f"{look.newest:%Y-%m}"))
    return Findings(mend, advice)


def _of(code: Found, number: int, look: Look, **params: object) -> Reason:
    """A finding about so many of the pages."""
    return Reason(code, number=number, total=len(look.pages), **params)


def _listings(look: Look) -> Iterator[Reason]:
    for listing in look.listings:
        url, trouble = listing.url, listing.trouble
        if trouble is not None and trouble.code == CrawlReason.HTTP_STATUS:
            yield Reason(Found.LISTING_STATUS, url=url, **trouble.params)
        elif trouble is not None:
            yield Reason(Found.LISTING_FAILED, url=url, cause=trouble)
        elif not listing.at_hand or listing.links or listing.sitemaps:
            continue
        elif listing.others:
            yield Reason(Found.LISTING_WITH_OTHER_LINKS, url=url, links=listing.others)
        else:
            yield Reason(Found.LISTING_WITHOUT_ARTICLES, url=url)


def _robots(look: Look) -> Iterator[Reason]:
    if look.forbidden:
        yield Reason(Found.ROBOTS_FORBIDS_URLS, urls=look.forbidden)


def _gone(look: Look) -> Iterator[Reason]:
    for reason, number in Counter(look.gone.values()).items():
        url = next(u for u, why in look.gone.items() if why == reason)
        if reason.code not in ROBOTS_REFUSALS:
            yield Reason(Found.ARTICLES_MISSING_FROM_LISTINGS, number=number, cause=reason, url=url)


def _unread(site: type[SiteSpider], look: Look) -> Iterator[Reason]:
    reasons = Counter(page.trouble for page in look.pages if page.trouble)
    for reason, number in reasons.items():
        url = next(page.url for page in look.pages if page.trouble == reason)
        code = Found.PAGES_UNREAD if site.generic else Found.PAGES_UNREAD_BY_SELECTORS
        yield _of(code, number, look, cause=reason, url=url)


def _needed(site: type[SiteSpider], look: Look) -> Iterator[Reason]:
    for name in REQUIRED_FIELDS:
        broken = [p for p in look.pages if _story(p, name).state == "broken"]
        if broken:
            page = broken[0]
            yield _of(
                Found.FIELD_MISSING, len(broken), look, field=name, url=page.url,
                tried=_tried(site, page, name), where=_elsewhere(page, name) or "",
            )  # fmt: skip


def _tried(site: type[SiteSpider], page: Explanation, name: str) -> Reason:
    rules, found = site.select.get(name), _story(page, name).rule
    if found is not None:
        return Reason(Found.RULE_FINDS_NO_TEXT, rule=found)
    if site.generic:
        return Reason(Found.GENERIC_FINDS_NOTHING)
    if rules:
        return Reason(Found.RULES_FIND_NOTHING, rules=rules)
    return Reason(Found.NO_RULE, field=name)


def _alike(look: Look) -> Iterator[Reason]:
    """One headline over all articles is the site's name; so is one body its template."""
    for name in ("title", "body"):
        values = [str(_story(p, name).value) for p in look.pages if _story(p, name).value]
        if len(values) >= LEAST_ALIKE and len(set(values)) == 1:
            rule = _story(look.pages[0], name).rule
            yield Reason(Found.FIELD_ALWAYS_SAME, field=name, total=len(values), rule=rule)


def _legacy(site: type[SiteSpider], look: Look) -> Iterator[Reason]:
    found = [p for p in look.pages if p.page is not None and p.page.old_encoding]
    if found and not site.repair_text:
        yield _of(Found.OLD_ENCODING, len(found), look)


def _optional(site: type[SiteSpider], look: Look) -> Iterator[Reason]:
    """A field that no page has is either not printed, which the module should say, or missed."""
    if not look.read:
        return
    for name, number in look.coverage.items():
        if number == 0 and name not in site.absent and name not in REQUIRED_FIELDS:
            page = next(p for p in look.pages if p.article is not None)
            found = next((e for p in look.pages if (e := _elsewhere(p, name))), "")
            yield _of(Found.FIELD_NEVER_FOUND, 0, look, field=name, where=found, url=page.url)


def _denied(site: type[SiteSpider], look: Look) -> Iterator[Reason]:
    """What the module calls absent, and another rule finds on every page, each time another."""
    for name in sorted(site.absent & {"published", "lead", "section"}):
        stated = [f.text for p in look.pages for f in _story(p, name).findings[:1] if f.text]
        if len(look.pages) >= LEAST_ALIKE and len(set(stated)) == len(look.pages):
            where = _elsewhere(look.pages[0], name) or ""
            yield Reason(Found.ABSENT_FIELD_FOUND, field=name, where=where)


def _shorter(look: Look) -> Iterator[Reason]:
    for page in look.pages:
        story = _story(page, "body")
        other = next((f for f in story.findings if f.origin == "generic reader"), None)
        if other is None or not isinstance(story.value, list):
            continue
        ours, theirs = len("\n".join(story.value)), len(other.text or "")
        if ours < SHORT_OF * theirs:
            yield Reason(Found.BODY_SHORT, size=ours, generic_size=theirs, url=page.url)


def _contradicted(look: Look) -> Iterator[Reason]:
    """Fields of which the page's metadata says something else, on half of the pages or more."""
    for name in ("title", "published"):
        said = [w for p in look.pages for w in p.warnings if w.startswith(f"{name}: ")]
        if len(said) * 2 > len(look.pages):
            yield _of(Found.METADATA_DISAGREES, len(said), look, field=name, warning=said[0])


def _platform(site: type[SiteSpider], look: Look) -> Iterator[Reason]:
    if look.guess not in (None, site.facts().platform):
        yield Reason(Found.OTHER_PLATFORM, guess=look.guess, platform=built_on(site))


def _story(page: Explanation, name: str) -> FieldStory:
    return next(story for story in page.fields if story.field == name)


def _elsewhere(page: Explanation, name: str) -> Reason | None:
    """What another rule finds for a field that was not read."""
    for finding in _story(page, name).findings:
        if finding.text and not finding.chosen:
            text = " ".join(finding.text.split())
            short = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
            return Reason(
                Found.FOUND_ELSEWHERE, origin=finding.origin, rule=finding.rule, text=short
            )
    return None
