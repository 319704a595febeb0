"""What each rule finds on one page, which of them won, and what was left out: tinwatch explain.

The article comes from crawlers.extraction.article.extract_article, with a trace. The other rules
are tried one by one on the same page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawlers.crawl.soft404 import VisibleText, barred, not_found_phrase
from crawlers.extraction.article import extract_article
from crawlers.extraction.generic.article import extract_generic_article
from crawlers.extraction.html import NotFoundPage, UnreadablePage, parse, text_of
from crawlers.extraction.lines import inner_text
from crawlers.extraction.metadata import structured_data
from crawlers.extraction.trace import LeftOut, Trace
from crawlers.inspection.pages import StoredPage
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig
from pipelines.boilerplate.detector import Boilerplate
from pipelines.record.normalise import STRUCTURED_DATA_RULE, normalise
from pipelines.record.raw_article import RawArticle, StructuredData
from storage.messages.reasons_pages import PageReason, Unread, shows_block_page
from storage.models import Article
from storage.reasons import Reason

FIELDS = (
    "title", "published", "updated", "lead", "byline", "source", "section", "tags", "captions",
    "body",
)  # fmt: skip
JOINED = ("byline", "tags")  # of which a reading takes all that a rule finds
STATED = {"byline": "author"}  # what the page's metadata calls a field of ours


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule finds for a field: `text` is None for nothing. `origin` says whose rule.

    `more` counts what else the rule finds and the reading passes over.
    """

    origin: str
    rule: str
    text: str | None
    chosen: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class FieldExplanation:
    """One field: what was read, its state, the rule that produced it, and what others found.

    `value` is of the record: text, a list of texts, or None.
    """

    field: str
    state: str  # value, absent or broken; unread where the page could not be read at all
    value: str | list[str] | None
    rule: str | None
    origin: str | None
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`trouble` says why the site's rules, or no reader at all, could read the page; `sign`, as
    what else than an article a crawl takes it: a login, a block, a "not found" page."""

    site: str
    url: str
    captured_at: datetime
    extractor_version: str | None
    trouble: Reason | None
    sign: Reason | None
    fields: list[FieldExplanation]
    left_out: list[LeftOut]
    warnings: list[str]
    page: RawArticle | None
    article: Article | None


def explain(
    kept: StoredPage,
    site: type[SiteConfig],
    template: Boilerplate | None = None,
    *,
    compare: bool = True,
) -> Explanation:
    """How `site` reads a page. A page that cannot be read is explained as well; nothing raises.

    As in a crawl, the generic reader stands in where the site's rules find no article. Without
    `compare` it is not asked beside them, which takes most of the time.
    """
    trace = Trace()
    page, trouble = _read(kept, site, template or Boilerplate(), trace)
    article = normalise(page) if page is not None else None
    findings = _findings(kept, site, page)
    if compare:
        _add_generic(kept, site, page, findings)
    return Explanation(
        site=site.name,
        url=kept.url,
        captured_at=kept.captured_at,
        extractor_version=page.extractor_version if page is not None else None,
        trouble=trouble,
        sign=_sign(kept, page),
        fields=[_story(field, site, page, article, findings[field]) for field in FIELDS],
        left_out=trace.left_out if page is not None else [],
        warnings=list(article.warnings) if article is not None else [],
        page=page,
        article=article,
    )


def _read(
    kept: StoredPage, site: type[SiteConfig], template: Boilerplate, trace: Trace
) -> tuple[RawArticle | None, Reason | None]:
    about = (kept.body, kept.url, site, kept.captured_at, kept.content_type, template)
    try:
        return extract_article(*about, trace), None
    except NotFoundPage as error:
        return None, error.reason
    except UnreadablePage as error:
        if site.generic:
            return None, error.reason
        reason = error.reason
    try:
        trace.left_out.clear()
        return extract_generic_article(*about, trace), Reason(
            Unread.SITE_RULES_FAILED, reason=reason
        )
    except UnreadablePage as error:
        return None, Reason(Unread.ALL_EXTRACTORS_FAILED, reason=reason, generic=error.reason)


def _sign(kept: StoredPage, page: RawArticle | None) -> Reason | None:
    """By the signs that a crawl goes by (crawlers/crawl/responses.py)."""
    if page is None:
        shown = VisibleText(kept.body, kept.content_type)
        kind, phrase = shown.barred(), shown.not_found()
    else:
        title = page.title or ""
        text = " ".join([page.lead or "", *(block.text for block in page.blocks)])
        kind, phrase = barred(title, text), not_found_phrase(title, text)
    if kind:
        return shows_block_page(kind)
    return Reason(PageReason.NOT_FOUND_PHRASE, quote=phrase) if phrase else None


def _findings(
    kept: StoredPage, site: type[SiteConfig], page: RawArticle | None
) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {field: [] for field in FIELDS}
    try:
        tree, _ = parse(kept.body, kept.content_type)
    except UnreadablePage:
        return found
    index = PageIndex(tree, site.indexed_names)
    for field in FIELDS if not site.generic else ():
        for rule in site.select.get(field, []):
            chosen = page is not None and page.rules.get(field) == rule
            texts = _found_by(index, field, rule)
            joined = len(texts) if field in JOINED else 1
            text = " | ".join(texts[:joined]) or None
            more = len(texts[joined:])
            found[field].append(Finding(whose(site, field, rule), rule, text, chosen, more))
    _add_stated(structured_data(tree), page, found)
    return found


def whose(site: type[SiteConfig], field: str, rule: str) -> str:
    """Whether a selector is the site's own, or of which platform it is."""
    for base in reversed(site.__mro__):
        if rule in base.__dict__.get("select", {}).get(field, []):
            return "site" if base is site else f"platform {base.__name__}"
    return "site"


def _found_by(index: PageIndex, field: str, rule: str) -> list[str]:
    """The texts of a rule's elements, each once; of a body's, the longest first."""
    elements = index.find(rule)
    if field == "body":
        texts = [" ".join(inner_text(element).split()) for element in elements]
        return sorted(filter(None, dict.fromkeys(texts)), key=len, reverse=True)
    return list(dict.fromkeys(text for element in elements if (text := text_of(element))))


def _add_stated(
    stated: StructuredData, page: RawArticle | None, found: dict[str, list[Finding]]
) -> None:
    for field in FIELDS:
        value = getattr(stated, STATED.get(field, field), None)
        if value:
            chosen = page is not None and page.rules.get(field) == STRUCTURED_DATA_RULE
            found[field].append(Finding(STRUCTURED_DATA_RULE, "the page's metadata", value, chosen))


def _add_generic(
    kept: StoredPage,
    site: type[SiteConfig],
    page: RawArticle | None,
    found: dict[str, list[Finding]],
) -> None:
    """What the generic reader would say, unless it is the one that read the page."""
    if page is None or page.extractor_version.endswith(".generic"):
        return
    try:
        other = extract_generic_article(
            kept.body, kept.url, site, kept.captured_at, kept.content_type
        )
    except UnreadablePage:
        return
    record = normalise(other)
    for field in FIELDS:
        value = value_of(record, field)
        if value:
            text = "\n".join(value) if isinstance(value, list) else value
            rule = (other.rules.get(field) or "generic").removeprefix("generic: ")
            found[field].append(Finding("generic reader", rule, text))


def value_of(article: Article, field: str) -> str | list[str] | None:
    """A field of the record as text, or as a list of texts."""
    listed: dict[str, Any] = {
        "body": [block.text for block in article.body],
        "captions": [caption.text for caption in article.captions],
        "tags": list(article.tags),
    }
    if field in listed:
        return list(listed[field]) or None
    printed = {"byline": article.byline_as_printed, "source": article.source_as_printed}
    if field == "source" and article.source is not None:
        return article.source_as_printed or article.source.name
    value: str | None = printed[field] if field in printed else getattr(article, field)
    return value


def _story(
    field: str,
    site: type[SiteConfig],
    page: RawArticle | None,
    article: Article | None,
    findings: list[Finding],
) -> FieldExplanation:
    if page is None or article is None:
        return FieldExplanation(field, "unread", None, None, None, findings)
    state = article.fields[field]
    told = state.state == "value" or state.rule is not None
    origin = _origin(site, field, page, state.rule) if told else None
    value = value_of(article, field)
    return FieldExplanation(field, state.state, value, state.rule, origin, findings)


def _origin(site: type[SiteConfig], field: str, page: RawArticle, rule: str | None) -> str:
    if rule == STRUCTURED_DATA_RULE:
        return STRUCTURED_DATA_RULE
    if page.extractor_version.endswith(".generic"):
        return "generic reader"
    if rule is not None and rule in site.select.get(field, []):
        return whose(site, field, rule)
    return "body's lines"  # captions, and what ends or opens the text
