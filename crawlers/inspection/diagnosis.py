"""Diagnosis: from the inspection of a site to what must be fixed in its module.

A fix is needed because articles or fields are lost; advice is for a person to decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NewType

from crawlers.inspection.explain import GENERIC_ORIGIN, Explanation, FieldExplanation
from crawlers.inspection.inspect_site import SiteInspection, platform_name
from crawlers.spider import SiteSpider
from pipelines.record.normalise import REQUIRED_FIELDS
from storage.messages.reasons_crawl import CrawlReason
from storage.messages.reasons_inspection import DiagnosisCode
from storage.messages.reasons_warnings import WarningCode
from storage.reasons import Reason

MIN_COMPARED_PAGES = 2  # to state that a field is the same, or different, on all pages
MIN_BODY_SHARE = 0.6  # of the text that the generic extractor finds
MAX_QUOTE_CHARS = 80
METADATA_WARNINGS = {  # field -> warnings that say that the metadata contradicts it
    "title": (WarningCode.TITLE_DIFFERS_FROM_METADATA,),
    "published": (
        WarningCode.PUBLISHED_DIFFERS_FROM_METADATA,
        WarningCode.PUBLISHED_DIFFERS_FROM_MARKUP,
    ),
}
ROBOTS_REFUSALS = (CrawlReason.ROBOTS_FORBIDDEN, CrawlReason.ROBOTS_UNREADABLE)


Fix = NewType("Fix", Reason)
Advice = NewType("Advice", Reason)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    fixes: list[Fix]
    advice: list[Advice]


def diagnose(site: type[SiteSpider], inspection: SiteInspection) -> Diagnosis:
    """Return what an inspection means for the site's module."""
    missing = list(_missing_articles(inspection))
    most_missing = len(inspection.missing) > len(inspection.pages)  # a few may be taken down
    fixes = [
        *_listings(inspection),
        *_robots(inspection),
        *_unread(site, inspection),
        *_required(site, inspection),
        *_same_everywhere(inspection),
        *_legacy_encoding(site, inspection),
        *(missing if most_missing else ()),
    ]
    advice = [
        *(() if most_missing else missing),
        *_never_found(site, inspection),
        *_absent_but_found(site, inspection),
        *_short_bodies(inspection),
        *_contradicted(inspection),
        *_platform(site, inspection),
    ]
    ok = inspection.pages_read and not fixes
    if ok and site.verified is None and inspection.newest is not None:
        month = f"{inspection.newest:%Y-%m}"
        advice.append(
            _of(DiagnosisCode.NOTHING_WRONG, inspection.pages_read, inspection, month=month)
        )
    return Diagnosis(list(map(Fix, fixes)), list(map(Advice, advice)))


def _of(code: DiagnosisCode, number: int, inspection: SiteInspection, **params: object) -> Reason:
    """Return a reason with the number of pages concerned and of all pages."""
    return Reason(code, number=number, total=len(inspection.pages), **params)


def _listings(inspection: SiteInspection) -> Iterator[Reason]:
    for listing in inspection.listings:
        url, problem = listing.url, listing.problem
        if problem is not None and problem.code == CrawlReason.HTTP_STATUS:
            yield Reason(DiagnosisCode.LISTING_STATUS, url=url, **problem.params)
        elif problem is not None:
            yield Reason(DiagnosisCode.LISTING_FAILED, url=url, cause=problem)
        elif not listing.available or listing.links or listing.sitemaps:
            continue
        elif listing.other_links:
            yield Reason(DiagnosisCode.LISTING_WITH_OTHER_LINKS, url=url, links=listing.other_links)
        else:
            yield Reason(DiagnosisCode.LISTING_WITHOUT_ARTICLES, url=url)


def _robots(inspection: SiteInspection) -> Iterator[Reason]:
    if inspection.forbidden:
        yield Reason(DiagnosisCode.ROBOTS_FORBIDS_URLS, urls=inspection.forbidden)


def _missing_articles(inspection: SiteInspection) -> Iterator[Reason]:
    for reason, number in Counter(inspection.missing.values()).items():
        url = next(u for u, why in inspection.missing.items() if why == reason)
        if reason.code not in ROBOTS_REFUSALS:
            yield Reason(
                DiagnosisCode.ARTICLES_MISSING_FROM_LISTINGS, number=number, cause=reason, url=url
            )


def _unread(site: type[SiteSpider], inspection: SiteInspection) -> Iterator[Reason]:
    reasons = Counter(page.problem for page in inspection.pages if page.problem)
    for reason, number in reasons.items():
        url = next(page.url for page in inspection.pages if page.problem == reason)
        code = (
            DiagnosisCode.PAGES_UNREAD if site.generic else DiagnosisCode.PAGES_UNREAD_BY_SELECTORS
        )
        yield _of(code, number, inspection, cause=reason, url=url)


def _required(site: type[SiteSpider], inspection: SiteInspection) -> Iterator[Reason]:
    for name in REQUIRED_FIELDS:
        broken = [p for p in inspection.pages if _is_missing(site, p, name)]
        if broken:
            page = broken[0]
            yield _of(
                DiagnosisCode.FIELD_MISSING, len(broken), inspection, field=name, url=page.url,
                tried=_tried(site, page, name), where=_elsewhere(page, name) or "",
            )  # fmt: skip


def _is_missing(site: type[SiteSpider], page: Explanation, name: str) -> bool:
    """Return whether a field is broken, or found without any of the site's rules for it."""
    found = _field(page, name)
    if found.state == "broken":
        return True
    rules = site.select.get(name)
    by_rules = any(r.text for r in found.findings if r.rule in (rules or ()))
    fallback = found.rule is not None and found.rule not in (rules or ())
    return bool(rules) and fallback and not by_rules and page.problem is None


def _tried(site: type[SiteSpider], page: Explanation, name: str) -> Reason:
    rules, matched = site.select.get(name), _field(page, name).rule
    if matched is not None and (site.generic or matched in (rules or ())):
        return Reason(DiagnosisCode.RULE_FINDS_NO_TEXT, rule=matched)
    if site.generic:
        return Reason(DiagnosisCode.GENERIC_FINDS_NOTHING)
    if rules:
        return Reason(DiagnosisCode.RULES_FIND_NOTHING, rules=rules)
    return Reason(DiagnosisCode.NO_RULE, field=name)


def _same_everywhere(inspection: SiteInspection) -> Iterator[Reason]:
    """A title that is the same on all articles is the site's name; such a body is boilerplate."""
    for name in ("title", "body"):
        found = [pair for page in inspection.pages if (pair := _printed(page, name))]
        if len(found) >= MIN_COMPARED_PAGES and len(set(found)) == 1:
            rule = found[0][0]
            yield Reason(DiagnosisCode.FIELD_ALWAYS_SAME, field=name, total=len(found), rule=rule)


def _printed(page: Explanation, name: str) -> tuple[str | None, str] | None:
    """Return the rule of a field and what it finds, also if the page contradicts it."""
    field = _field(page, name)
    disputed = {
        warning.params.get("rule")
        for warning in page.warnings
        if warning.code == WarningCode.VALUE_DISPUTED and warning.params.get("field") == name
    }
    for result in field.findings:
        if result.rule in disputed and result.text:
            return result.rule, result.text
    return (field.rule, str(field.value)) if field.value else None


def _legacy_encoding(site: type[SiteSpider], inspection: SiteInspection) -> Iterator[Reason]:
    pages = [p for p in inspection.pages if p.page is not None and p.page.legacy_encoding]
    if pages and not site.repair_text:
        yield _of(DiagnosisCode.OLD_ENCODING, len(pages), inspection)


def _never_found(site: type[SiteSpider], inspection: SiteInspection) -> Iterator[Reason]:
    """A field found on no page is either not printed, so the module must declare it, or missed."""
    if not inspection.pages_read:
        return
    for name, number in inspection.coverage.items():
        if number == 0 and name not in site.absent and name not in REQUIRED_FIELDS:
            page = next(p for p in inspection.pages if p.article is not None)
            where = next((e for p in inspection.pages if (e := _elsewhere(p, name))), "")
            yield _of(
                DiagnosisCode.FIELD_NEVER_FOUND,
                0,
                inspection,
                field=name,
                where=where,
                url=page.url,
            )


def _absent_but_found(site: type[SiteSpider], inspection: SiteInspection) -> Iterator[Reason]:
    """A field that the module declares absent, with a different value on every page."""
    for name in sorted(site.absent & {"published", "lead", "section"}):
        texts = [f.text for p in inspection.pages for f in _field(p, name).findings[:1] if f.text]
        if len(inspection.pages) >= MIN_COMPARED_PAGES and len(set(texts)) == len(inspection.pages):
            where = _elsewhere(inspection.pages[0], name) or ""
            yield Reason(DiagnosisCode.ABSENT_FIELD_FOUND, field=name, where=where)


def _short_bodies(inspection: SiteInspection) -> Iterator[Reason]:
    for page in inspection.pages:
        body = _field(page, "body")
        other = next((f for f in body.findings if f.origin == GENERIC_ORIGIN), None)
        if other is None or not isinstance(body.value, list):
            continue
        ours, theirs = len("\n".join(body.value)), len(other.text or "")
        if ours < MIN_BODY_SHARE * theirs:
            yield Reason(DiagnosisCode.BODY_SHORT, size=ours, generic_size=theirs, url=page.url)


def _contradicted(inspection: SiteInspection) -> Iterator[Reason]:
    """Fields that contradict the page's metadata on more than half of the pages."""
    for name, codes in METADATA_WARNINGS.items():
        warnings = [w for page in inspection.pages for w in page.warnings if w.code in codes]
        if len(warnings) * 2 > len(inspection.pages):
            yield _of(
                DiagnosisCode.METADATA_DISAGREES,
                len(warnings),
                inspection,
                field=name,
                warning=warnings[0],
            )


def _platform(site: type[SiteSpider], inspection: SiteInspection) -> Iterator[Reason]:
    if inspection.platform_guess not in (None, site.facts().platform):
        yield Reason(
            DiagnosisCode.OTHER_PLATFORM,
            guess=inspection.platform_guess,
            platform=platform_name(site),
        )


def _field(page: Explanation, name: str) -> FieldExplanation:
    return next(field for field in page.fields if field.field == name)


def _elsewhere(page: Explanation, name: str) -> Reason | None:
    """Return what another rule finds for a field, or None."""
    for result in _field(page, name).findings:
        if result.text and not result.chosen:
            text = " ".join(result.text.split())
            short = text if len(text) <= MAX_QUOTE_CHARS else f"{text[:MAX_QUOTE_CHARS]}…"
            return Reason(
                DiagnosisCode.FOUND_ELSEWHERE, origin=result.origin, rule=result.rule, text=short
            )
    return None
