"""The fields outside the body by the rules of a site: title, dates, lead, byline and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from crawlers.extraction.html import byline_text, element_text
from crawlers.extraction.witnesses import Witnesses, without_badge
from crawlers.selectors import PageIndex
from crawlers.site_config import SiteConfig
from pipelines.record.normalise import STRUCTURED_DATA_RULE
from pipelines.record.raw_article import RawArticle, Verdict
from pipelines.text.normal_forms import clean
from storage.messages.reasons_warnings import WarningCode
from storage.reasons import Reason

FONT_SIZE_BUTTONS = re.compile(r"(?<!\s)(?:\s+A[+-]?){1,4}$")  # beside a date
RDFA_DATE = re.compile(r"(?:dc|schema):date")
HEAD_TITLE_RULE = "generic: <title>"
MIN_SUPPORT = 0.6  # of a heading that is no match of the rules
MAX_HEADINGS = 200  # of a page, that are tried for its title


def extract_title(
    index: PageIndex, site: type[SiteConfig], page: RawArticle, witnesses: Witnesses
) -> None:
    """Set the title: the first match of the rules that the witnesses do not dispute.

    If all are disputed, or there is none, it is a heading that they confirm, or what the metadata
    or <title> states. A disputed title stays if there is nothing else.
    """
    disputed: tuple[str, str] | None = None
    for rule, element in _matches(index, site, "title"):
        text = element_text(element)
        if not text:
            continue
        text = without_badge(text, witnesses.stated_title, element)
        verdict = witnesses.title(text)
        if verdict is not Verdict.DISPUTED:
            page.title, page.rules["title"], page.verdicts["title"] = text, rule, verdict
            return
        disputed = disputed or (rule, text)
    if "title" in page.absent:
        return
    support = witnesses.support(disputed[1]) if disputed else 0.0
    if (other := _title_elsewhere(index.tree, witnesses, support)) is not None:
        page.rules["title"], page.title = other
        agreed = witnesses.agreed is not None
        page.verdicts["title"] = Verdict.CONFIRMED if agreed else Verdict.UNKNOWN
        if disputed is not None:
            _warn_of_dispute(page, "title", disputed[0])
    elif disputed is not None:
        page.rules["title"], page.title = disputed
        page.verdicts["title"] = Verdict.DISPUTED


def _title_elsewhere(
    tree: _Element, witnesses: Witnesses, support: float
) -> tuple[str, str] | None:
    """Return (rule, title) of what a heading prints or the metadata states, or None.

    It must have more support than `support`, that of the disputed title. Of headings with equal
    support the first one is the article's.
    """
    best: tuple[str, str] | None = None
    support = max(support, MIN_SUPPORT)
    for tag in ("h1", "h2", "h3"):
        for _, heading in zip(range(MAX_HEADINGS), tree.iter(tag), strict=False):
            text = without_badge(element_text(heading), witnesses.stated_title, heading)
            if text and (found := witnesses.support(text)) > support:
                best, support = (f"generic: {tag}", text), found
    if best is None and (stated := witnesses.agreed or next(iter(witnesses.titles), None)):
        if stated.text == witnesses.stated_title:
            return STRUCTURED_DATA_RULE, stated.text
        if witnesses.head_title and stated.text in clean(witnesses.head_title):
            return HEAD_TITLE_RULE, stated.text
    return best


def extract_dates(
    index: PageIndex, site: type[SiteConfig], page: RawArticle, witnesses: Witnesses
) -> None:
    """Set the printed dates. The clock of the page, which is no article's date, is left out."""
    disputed: tuple[str, str] | None = None
    today: _Element | str | None = (
        None  # prints the day of the capture: the clock, or a new article
    )
    for rule, element in _matches(index, site, "published"):
        text = FONT_SIZE_BUTTONS.sub("", element_text(element))
        if not text:
            continue
        text = _exact_date(element, text, witnesses)
        verdict = witnesses.date(text)
        if verdict is Verdict.DISPUTED:
            disputed = disputed or (rule, text)
        elif today is None or _is_under_title(element, today, index, site, page):
            page.published, page.rules["published"] = text, rule
            page.verdicts["published"] = verdict
            if today is not None or not witnesses.is_capture_day(text, verdict):
                break
            today = element
    if page.published is None and disputed is not None:
        if witnesses.parse(disputed[1]) is None:  # the record says what is wrong with it
            page.rules["published"], page.published = disputed
            page.verdicts["published"] = Verdict.DISPUTED
        else:
            _warn_of_dispute(page, "published", disputed[0])
    page.updated = first_text(index, site, "updated", page.rules)
    if rule := page.rules.get("published", ""):
        stamps = (_stamp(e) for e in index.find(rule) if not isinstance(e, str))
        page.published_stamp = next(filter(None, stamps), None)


def _stamp(element: _Element) -> str | None:
    """Return the machine-readable date of an element, or of the <time> in it."""
    stamp = element.get("datetime")
    if stamp or len(element) == 0:
        return stamp
    inner = (e.get("datetime") or _rdfa_date(e) for e in element.iter("time", "span"))
    return next(filter(None, inner), None)


def _rdfa_date(element: _Element) -> str | None:
    is_date = RDFA_DATE.search(element.get("property") or "")
    return element.get("content") if is_date else None


def _exact_date(element: _Element | str, text: str, witnesses: Witnesses) -> str:
    """Return the attribute of <time datetime="2026-11-21">9 ngày trước</time>, or else the text.

    An age is printed anew every day; the date beside it stays.
    """
    stamp = None if isinstance(element, str) else element.get("datetime")
    if not stamp or witnesses.parse(stamp) is None:
        return text
    printed = witnesses.parse(text)
    return stamp if printed is None or printed.relative else text


def _is_under_title(
    element: _Element | str,
    other: _Element | str,
    index: PageIndex,
    site: type[SiteConfig],
    page: RawArticle,
) -> bool:
    """Return whether an element stands between title and body, and the other above the title."""
    title = next(
        (e for _, e in _matches(index, site, "title") if element_text(e) == page.title), ""
    )
    body = next((e for _, e in _matches(index, site, "body")), "")
    elements = [e for e in (other, title, element, body) if not isinstance(e, str)]
    if len(elements) < 4:
        return False
    return [e for e in index.tree.iter() if e in elements] == elements


def _warn_of_dispute(page: RawArticle, field: str, rule: str) -> None:
    page.warnings.append(Reason(WarningCode.VALUE_DISPUTED, field=field, rule=rule))


def _matches(
    index: PageIndex, site: type[SiteConfig], field: str
) -> Iterator[tuple[str, _Element | str]]:
    for rule in site.select.get(field, []):
        for element in index.find(rule):
            yield rule, element


def matching_texts(
    index: PageIndex, site: type[SiteConfig], field: str, rules: dict[str, str]
) -> list[str]:
    """Return the texts of the first matching rule of a field, and store the rule in `rules`."""
    text_of = byline_text if field == "byline" else element_text
    for rule in site.select.get(field, []):
        texts = [text for element in index.find(rule) if (text := text_of(element))]
        if texts:
            rules[field] = rule
            return texts
    return []


def first_text(
    index: PageIndex, site: type[SiteConfig], field: str, rules: dict[str, str]
) -> str | None:
    texts = matching_texts(index, site, field, rules)
    if field == "byline" and texts:  # one element for each author
        return " - ".join(dict.fromkeys(texts))
    return texts[0] if texts else None
