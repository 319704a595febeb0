"""Explanation of one page: what each rule finds, which one was used, and what was excluded.

Used by `tinwatch explain`. The article comes from crawlers.extraction.article.extract_article, with
a trace; the other rules are tried one by one on the same page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawlers.crawl.soft404 import VisibleText, article_sign
from crawlers.extraction.article import extract_article
from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.html import NotFoundPage, UnreadablePage, element_text, parse
from crawlers.extraction.lines import inner_text
from crawlers.extraction.metadata import structured_data
from crawlers.extraction.plaintext import extract_plain_text
from crawlers.extraction.trace import ExcludedText, Trace
from crawlers.extraction.witnesses import Witnesses
from crawlers.inspection.pages import StoredPage
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.normalise import STRUCTURED_DATA_RULE, normalise
from pipelines.record.raw_article import RawArticle, StructuredData, Verdict
from storage.messages.reasons_pages import Unread
from storage.models import Article
from storage.reasons import Reason

FIELDS = (
    "title", "published", "updated", "lead", "byline", "source", "section", "tags", "captions",
    "body",
)  # fmt: skip
JOINED_FIELDS = ("byline", "tags")  # an extraction joins all matches of the rule
METADATA_NAMES = {"byline": "author"}  # where the metadata uses another name than the record
GENERIC_ORIGIN = "generic reader"
LINES_ORIGIN = "body's lines"  # captions, and what opens or ends the text


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule finds for a field.

    Attributes:
        origin: whose rule it is: site, platform NAME, structured data or generic reader
        text: the matched text; None if the rule finds nothing
        chosen: the extraction used this rule
        more: number of further matches that the extraction ignores
        verdict: what the page's head and URL say of a title or a date (extraction/witnesses.py)
    """

    origin: str
    rule: str
    text: str | None
    chosen: bool = False
    more: int = 0
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class FieldExplanation:
    """One field of the record, the rule that produced it, and the results of all rules.

    Attributes:
        state: value, absent or broken; unread if the page could not be read at all
        value: a text, a list of texts, or None
    """

    field: str
    state: str
    value: str | list[str] | None
    rule: str | None
    origin: str | None
    findings: list[RuleResult]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a site reads a page.

    Attributes:
        problem: why the site's rules, or all extractors, could not read the page
        rejection: why a crawl takes the page for none: a login, block or "not found" page
        excluded: text of the page that is not in the article
    """

    site: str
    url: str
    captured_at: datetime
    extractor_version: str | None
    problem: Reason | None
    rejection: Reason | None
    fields: list[FieldExplanation]
    excluded: list[ExcludedText]
    warnings: list[Reason]
    page: RawArticle | None
    article: Article | None


def explain(
    stored_page: StoredPage,
    site: type[SiteConfig],
    boilerplate: Boilerplate | None = None,
    *,
    compare: bool = True,
) -> Explanation:
    """Return how `site` reads a page. A page that cannot be read is explained as well.

    As in a crawl, the generic extractor is the fallback if the site's rules find no article. With
    `compare` it also reads pages that the rules can read, which takes most of the time.
    """
    trace = Trace()
    results: dict[str, list[RuleResult]] = {field: [] for field in FIELDS}
    rejection: Reason | None = None
    if stored_page.is_text:  # which no rule and no other extractor reads
        page, problem = _extract_text(stored_page, site, trace)
    else:
        page, problem = _extract(stored_page, site, boilerplate or Boilerplate(), trace)
        rejection = _rejection(stored_page, page)
        _add_rules(stored_page, site, page, results)
        if compare:
            _add_generic(stored_page, site, page, results)
        if page is not None:
            _add_verdicts(stored_page, site, page, results)
    article = normalise(page) if page is not None else None
    return Explanation(
        site=site.name,
        url=stored_page.url,
        captured_at=stored_page.captured_at,
        extractor_version=page.extractor_version if page is not None else None,
        problem=problem,
        rejection=rejection,
        fields=[_field(name, site, page, article, results[name]) for name in FIELDS],
        excluded=trace.excluded if page is not None else [],
        warnings=list(article.warnings) if article is not None else [],
        page=page,
        article=article,
    )


def _extract_text(
    stored_page: StoredPage, site: type[SiteConfig], trace: Trace
) -> tuple[RawArticle | None, Reason | None]:
    try:
        page = extract_plain_text(
            stored_page.body, site, stored_page.captured_at, stored_page.url, trace
        )
    except UnreadablePage as error:
        return None, error.reason
    return page, None


def _extract(
    stored_page: StoredPage, site: type[SiteConfig], boilerplate: Boilerplate, trace: Trace
) -> tuple[RawArticle | None, Reason | None]:
    """Return the article, and what the site's rules miss, if the generic extractor found it."""
    try:
        page = extract_article(
            stored_page.body,
            stored_page.url,
            site,
            stored_page.captured_at,
            stored_page.content_type,
            boilerplate,
            trace,
        )
    except NotFoundPage as error:
        return None, error.reason
    except UnreadablePage as error:
        if not isinstance(error.__cause__, UnreadablePage):
            return None, error.reason
        failed = {"reason": error.reason, "generic": error.__cause__.reason}
        return None, Reason(Unread.ALL_EXTRACTORS_FAILED, **failed)
    by_generic = not site.generic and page.extractor_version.endswith(".generic")
    rules = site.select.get("body", [])
    missing = Reason(Unread.NO_BODY_BY_RULES, rules=rules)
    return page, Reason(Unread.SITE_RULES_FAILED, reason=missing) if by_generic else None


def _rejection(stored_page: StoredPage, page: RawArticle | None) -> Reason | None:
    """Check the block and soft 404 patterns as a crawl does (crawlers/crawl/responses.py)."""
    if page is None:
        sign = VisibleText(stored_page.body, stored_page.content_type).sign()
    else:
        sign = article_sign(stored_page.body, page)
    return sign.reason() if sign else None


def _add_rules(
    stored_page: StoredPage,
    site: type[SiteConfig],
    page: RawArticle | None,
    results: dict[str, list[RuleResult]],
) -> None:
    """Add what the site's rules and the page's metadata find."""
    try:
        tree, _ = parse(stored_page.body, stored_page.content_type)
    except UnreadablePage:
        return
    index = PageIndex(tree, site.indexed_names)
    for field in FIELDS if not site.generic else ():
        for rule in site.select.get(field, []):
            chosen = page is not None and page.rules.get(field) == rule
            texts = _matches(index, field, rule)
            joined = len(texts) if field in JOINED_FIELDS else 1
            text = " | ".join(texts[:joined]) or None
            more = len(texts[joined:])
            results[field].append(
                RuleResult(rule_origin(site, field, rule), rule, text, chosen, more)
            )
    _add_metadata(structured_data(tree), page, results)


def rule_origin(site: type[SiteConfig], field: str, rule: str) -> str:
    """Return "site" for a selector of the site's own, else "platform NAME"."""
    for base in reversed(site.__mro__):
        if rule in base.__dict__.get("select", {}).get(field, []):
            return "site" if base is site else f"platform {base.__name__}"
    return "site"


def _add_verdicts(
    stored_page: StoredPage,
    site: type[SiteConfig],
    page: RawArticle,
    results: dict[str, list[RuleResult]],
) -> None:
    tree, _ = parse(stored_page.body, stored_page.content_type)
    witnesses = Witnesses.of(page, tree, site.title)
    for field, verdict_of in (("title", witnesses.title), ("published", witnesses.date)):
        results[field] = [
            replace(result, verdict=verdict_of(result.text)) if result.text else result
            for result in results[field]
        ]


def _matches(index: PageIndex, field: str, rule: str) -> list[str]:
    """Return the texts of a rule's elements without duplicates; of a body, the longest first."""
    elements = index.find(rule)
    if field == "body":
        texts = [" ".join(inner_text(element).split()) for element in elements]
        return sorted(filter(None, dict.fromkeys(texts)), key=len, reverse=True)
    return list(dict.fromkeys(text for element in elements if (text := element_text(element))))


def _add_metadata(
    metadata: StructuredData, page: RawArticle | None, results: dict[str, list[RuleResult]]
) -> None:
    for field in FIELDS:
        value = getattr(metadata, METADATA_NAMES.get(field, field), None)
        if value:
            chosen = page is not None and page.rules.get(field) == STRUCTURED_DATA_RULE
            result = RuleResult(STRUCTURED_DATA_RULE, "the page's metadata", value, chosen)
            results[field].append(result)


def _add_generic(
    stored_page: StoredPage,
    site: type[SiteConfig],
    page: RawArticle | None,
    results: dict[str, list[RuleResult]],
) -> None:
    """Add what the generic extractor finds, unless it is the one that read the page."""
    if page is None or page.extractor_version.endswith(".generic"):
        return
    try:
        other = extract_generic_article(
            stored_page.body, stored_page.url, site, stored_page.captured_at,
            stored_page.content_type,
        )  # fmt: skip
    except UnreadablePage:
        return
    record = normalise(other)
    for field in FIELDS:
        value = value_of(record, field)
        if value:
            text = "\n".join(value) if isinstance(value, list) else value
            rule = (other.rules.get(field) or "generic").removeprefix("generic: ")
            results[field].append(RuleResult(GENERIC_ORIGIN, rule, text))


def value_of(article: Article, field: str) -> str | list[str] | None:
    """Return a field of the record as a text or a list of texts; None if it is absent."""
    lists: dict[str, Any] = {
        "body": [block.text for block in article.body],
        "captions": [caption.text for caption in article.captions],
        "tags": list(article.tags),
    }
    if field in lists:
        return list(lists[field]) or None
    as_printed = {"byline": article.byline_as_printed, "source": article.source_as_printed}
    if field == "source" and article.source is not None:
        return article.source_as_printed or article.source.name
    value: str | None = as_printed[field] if field in as_printed else getattr(article, field)
    return value


def _field(
    field: str,
    site: type[SiteConfig],
    page: RawArticle | None,
    article: Article | None,
    findings: list[RuleResult],
) -> FieldExplanation:
    if page is None or article is None:
        return FieldExplanation(field, "unread", None, None, None, findings)
    state = article.fields[field]
    has_rule = state.state == "value" or state.rule is not None
    origin = _origin(site, field, page, state.rule) if has_rule else None
    value = value_of(article, field)
    return FieldExplanation(field, state.state, value, state.rule, origin, findings)


def _origin(site: type[SiteConfig], field: str, page: RawArticle, rule: str | None) -> str:
    if rule == STRUCTURED_DATA_RULE:
        return STRUCTURED_DATA_RULE
    if page.extractor_version.endswith(".generic"):
        return GENERIC_ORIGIN
    if rule is not None and rule in site.select.get(field, []):
        return rule_origin(site, field, rule)
    return LINES_ORIGIN
