"""Normalise a raw article to the record that docs/record.md specifies.

A pure function, used by crawl, replay, reparse and import.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from pipelines.record.bylines.parse import parse_byline, parse_source, photographer, split_dateline
from pipelines.record.bylines.sources import host_of, joined_initials
from pipelines.record.dates.order import day_first
from pipelines.record.dates.parse import BrokenDate, ParsedDate, parse_date
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, comparison, search_fold
from storage.messages.reasons_warnings import WarningCode
from storage.models import Article, Block, Caption, FieldState, Source
from storage.reasons import Reason

REQUIRED_FIELDS = ("title", "published", "body")  # broken if missing, unless declared absent
STRUCTURED_DATA_RULE = "structured data"
OPTIONAL_FIELDS = ("lead", "captions", "updated", "byline", "source", "section", "tags")


def normalise(page: RawArticle) -> Article:
    """Return the record of a raw article. A value that cannot be parsed is broken, not guessed."""
    warnings, rules = list(page.warnings), page.rules
    published = _published(page, warnings)
    if published is None and "published" not in page.absent:  # the page prints no readable date
        published = _date(page.structured.published, page.captured_at, "published", warnings)
        if published is not None:
            rules = {**rules, "published": STRUCTURED_DATA_RULE}
    updated = _date(page.updated, page.captured_at, "updated", warnings)
    _warn_of_contradictions(page, published, warnings)
    dateline, lead = split_dateline(clean(page.lead)) if page.lead else (None, None)
    body = tuple(block for b in page.blocks if (block := _clean_block(b)).text)
    if not lead and body:  # the first paragraph opens with the paper's mark
        dateline, body = _split_body_dateline(body)
    byline = clean(page.byline) if page.byline else None
    source_line = clean(page.source) if page.source else None
    has_initials = source_line is not None and joined_initials(source_line) is not None
    credit = byline or (source_line if has_initials else None)
    authors, credited = parse_byline(credit) if credit else ((), None)
    source = _source(source_line) if source_line else credited
    if source and source.url and page.url and host_of(source.url) == host_of(page.url):
        source = None  # a view for printing names the page that it prints
    title = clean(page.title or "")
    return Article(
        site=page.site,
        key=page.key,
        url=page.url,
        title=title,
        title_folded=search_fold(title),
        lead=lead or None,
        dateline=dateline,
        body=body,
        captions=tuple(Caption(t, photographer(t)) for c in page.captions if (t := clean(c))),
        published=published.value if published else None,
        published_as_printed=clean(page.published) if page.published else None,
        updated=updated.value if updated else None,
        updated_as_printed=clean(page.updated) if page.updated else None,
        time_known=published.time_known if published else None,
        authors=tuple(authors),
        byline_as_printed=byline,
        source=source,
        source_as_printed=source_line,
        section=clean(page.section) if page.section else None,
        tags=tuple(clean(t) for t in page.tags),
        images=tuple(page.images),
        language=page.language,
        fields=_states(page, rules, published, credited=bool(authors), sourced=source is not None),
        warnings=tuple(warnings),
    )  # fmt: skip


def _source(line: str) -> Source:
    return parse_source(line) or parse_byline(line)[1] or Source(line)


def _split_body_dateline(body: tuple[Block, ...]) -> tuple[str | None, tuple[Block, ...]]:
    first = body[0]
    dateline, text = split_dateline(first.text) if first.kind == "paragraph" else (None, "")
    return dateline, (replace(first, text=text), *body[1:]) if dateline else body


def _clean_block(block: Block) -> Block:
    text, cells = clean(block.text), tuple(map(clean, block.cells))
    if (text, cells) == (block.text, block.cells):
        return block  # the lines of most pages are clean
    return Block(block.kind, text, cells)


def _published(page: RawArticle, warnings: list[Reason]) -> ParsedDate | None:
    """Return the printed date, or the machine-readable date beside it if that adds precision."""
    text, stated = page.published, page.published_stamp or page.structured.published
    if text and stated != text:
        text = day_first(text, stated, page.captured_at)
    printed = _date(text, page.captured_at, "published", warnings)
    stamp = None
    if page.published_stamp != page.published:
        stamp = _date(page.published_stamp, page.captured_at, "published", warnings)
    if printed is None or stamp is None:
        return printed or stamp
    if not stamp.time_known and printed.value.startswith(stamp.value):
        return printed
    if stamp.value.startswith(printed.value[:16]):
        return stamp if stamp.time_known else printed
    disagreement = {"printed": printed.value, "stated": stamp.value}
    warnings.append(Reason(WarningCode.PUBLISHED_DIFFERS_FROM_MARKUP, **disagreement))
    return printed


def _warn_of_contradictions(
    page: RawArticle, published: ParsedDate | None, warnings: list[Reason]
) -> None:
    """Warn if the metadata contradicts the printed values. The printed values are stored."""
    metadata = page.structured
    if metadata.title and page.title and not _agree(page.title, metadata.title):
        warnings.append(Reason(WarningCode.TITLE_DIFFERS_FROM_METADATA, stated=metadata.title))
    if not metadata.published or published is None:
        return
    if metadata.published[:10] != published.value[:10]:
        stated = _date(metadata.published, page.captured_at, "metadata", warnings)
        if stated is not None and stated.value[:10] != published.value[:10]:
            disagreement = {"printed": published.value, "stated": stated.value}
            warnings.append(Reason(WarningCode.PUBLISHED_DIFFERS_FROM_METADATA, **disagreement))


def _agree(printed: str, stated: str) -> bool:
    """Return True if the titles are equal, except for a suffix (the site's name) of the second."""
    return stated.startswith(printed) or comparison(stated).startswith(comparison(printed))


def _date(
    text: str | None, captured_at: datetime, field: str, warnings: list[Reason]
) -> ParsedDate | None:
    if not text:
        return None
    try:
        date = parse_date(text, captured_at.astimezone(UTC))
    except BrokenDate as error:
        warnings.append(Reason(WarningCode.DATE_BROKEN, field=field, problem=error.reason))
        return None
    if date is not None and date.weekday_mismatch:
        mismatch = {"field": field, "printed": date.as_printed}
        warnings.append(Reason(WarningCode.WEEKDAY_MISMATCH, **mismatch))
    return date


def _states(
    page: RawArticle,
    rules: dict[str, str],
    published: ParsedDate | None,
    *,
    credited: bool,
    sourced: bool,
) -> dict[str, FieldState]:
    has_value = {
        "title": bool(page.title),
        "published": published is not None,
        "body": bool(page.blocks),
        "lead": bool(page.lead),
        "captions": bool(page.captions),
        "updated": bool(page.updated),
        "byline": credited or bool(page.byline),
        "source": sourced,
        "section": bool(page.section),
        "tags": bool(page.tags),
    }
    return {
        field: _state(page, field, rules.get(field), has_value[field])
        for field in (*REQUIRED_FIELDS, *OPTIONAL_FIELDS)
    }


def _state(page: RawArticle, field: str, rule: str | None, has_value: bool) -> FieldState:
    if has_value:
        return _field_state("value", rule)
    broken = field in REQUIRED_FIELDS and field not in page.absent
    return _field_state("broken" if broken else "absent", rule)


_field_state = lru_cache(maxsize=1024)(FieldState)  # the pages of a site repeat a few
