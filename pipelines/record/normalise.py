"""From what a page prints to the record: the rules of docs/record.md, without exceptions.

A pure function: crawl, replay, reread and import all come through here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipelines.record.bylines.parse import photographer, read_byline, read_source, split_dateline
from pipelines.record.dates.parse import BrokenDate, PrintedDate, read_date
from pipelines.record.raw_article import PrintedArticle
from pipelines.text.normal_forms import clean, comparison, search_fold
from storage.models import Article, Block, Caption, FieldState, Source

NEEDED = ("title", "published", "body")  # missing without the site saying so: broken
STRUCTURED = "structured data"
OPTIONAL = ("lead", "captions", "updated", "byline", "source", "section", "tags")


def normalise(page: PrintedArticle) -> Article:
    """The record of a printed article. What cannot be read is marked broken, never guessed."""
    page = replace(page, rules=dict(page.rules))  # _from_head adds to them; the caller's stay
    warnings = list(page.warnings)
    published = _published(page, warnings)
    updated = _date(page.updated, page.captured_at, "updated", warnings)
    cross_check(page, published, warnings)
    dateline, lead = split_dateline(clean(page.lead)) if page.lead else (None, None)
    byline = clean(page.byline) if page.byline else None
    authors, credited = read_byline(byline) if byline else ((), None)
    source_line = clean(page.source) if page.source else None
    source = (read_source(source_line) or Source(source_line)) if source_line else credited
    title = clean(page.title or "")
    return Article(
        site=page.site,
        key=page.key,
        url=page.url,
        title=title,
        title_folded=search_fold(title),
        lead=lead or None,
        dateline=dateline,
        body=tuple(Block(b.kind, text) for b in page.blocks if (text := clean(b.text))),
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
        fields=_states(page, published, credited=bool(authors), sourced=source is not None),
        warnings=tuple(warnings),
    )  # fmt: skip


def _published(page: PrintedArticle, warnings: list[str]) -> PrintedDate | None:
    """The printed date; the machine-readable one beside it where it only adds precision."""
    printed = _date(page.published, page.captured_at, "published", warnings)
    stamp = None
    if page.published_stamp != page.published:
        stamp = _date(page.published_stamp, page.captured_at, "published", warnings)
    if printed is None and stamp is None and "published" not in page.absent:
        return _from_head(page, warnings)
    if printed is None or stamp is None:
        return printed or stamp
    if stamp.value.startswith(printed.value[:16]):
        return stamp if stamp.time_known else printed
    warnings.append(f"published: prints {printed.value}, its markup says {stamp.value}")
    return printed


def _from_head(page: PrintedArticle, warnings: list[str]) -> PrintedDate | None:
    """The date of the page's metadata, where the page prints none that can be read."""
    date = _date(page.structured.published, page.captured_at, "published", warnings)
    if date is not None:
        page.rules["published"] = STRUCTURED
    return date


def cross_check(page: PrintedArticle, published: PrintedDate | None, warnings: list[str]) -> None:
    """Says where the page's metadata contradicts what it prints; the print is what counts."""
    said = page.structured
    if said.title and page.title and not _agree(page.title, said.title):
        warnings.append(f"title: the page's metadata says {said.title!r}")
    if said.published and published is not None and said.published[:10] != published.value[:10]:
        stated = _date(said.published, page.captured_at, "metadata", warnings)
        if stated is not None and stated.value[:10] != published.value[:10]:
            warnings.append(f"published: prints {published.value}, its metadata {stated.value}")


def _agree(printed: str, stated: str) -> bool:
    """Equal, or equal but for the site's name behind it."""
    return stated.startswith(printed) or comparison(stated).startswith(comparison(printed))


def _date(
    text: str | None, captured_at: datetime, field: str, warnings: list[str]
) -> PrintedDate | None:
    if not text:
        return None
    try:
        date = read_date(text, captured_at.astimezone(UTC))
    except BrokenDate as error:
        warnings.append(f"{field}: {error}")
        return None
    if date is not None and date.weekday_mismatch:
        warnings.append(f"{field}: the weekday does not fit {date.as_printed!r}")
    return date


def _states(
    page: PrintedArticle, published: PrintedDate | None, *, credited: bool, sourced: bool
) -> dict[str, FieldState]:
    found = {
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
    return {field: _state(page, field, found[field]) for field in (*NEEDED, *OPTIONAL)}


def _state(page: PrintedArticle, field: str, found: bool) -> FieldState:
    rule = page.rules.get(field)
    if found:
        return FieldState("value", rule)
    broken = field in NEEDED and field not in page.absent
    return FieldState("broken" if broken else "absent", rule)
