"""Articles from plain text captures, which a person copied out of a browser.

The text_* attributes of the site describe its cruft lines, the lines that end an article and the
form of its captions. classify_lines.py handles the rest, as for pages.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256

from crawlers.extraction.classify_lines import classify_lines
from crawlers.extraction.encoding import decode
from crawlers.extraction.html import UnreadablePage
from crawlers.extraction.lines import PageLine
from crawlers.site_config import SiteConfig
from pipelines.record.bylines.parse import is_byline, is_source, photographer
from pipelines.record.dates.parse import BrokenDate, parse_date
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, search_fold
from storage.messages.reasons_pages import Unread
from storage.reasons import Reason

SENTENCE_END = re.compile(r"[.!?…;:,]['\"”’)]*$")
FULL_STOP = re.compile(r"\.['\"”’)]*$")
MAX_DATE_LINE_CHARS = 60  # a longer line is text that mentions a date
MAX_CAPTION_CHARS = 200  # captions and subheads are shorter than any paragraph of these sites


def extract_plain_text(
    body: bytes, site: type[SiteConfig], captured_at: datetime, url: str | None = None
) -> RawArticle:
    """Extract the article from a text capture. Raises UnreadablePage."""
    text, warnings = decode(body, "text/plain; charset=utf-8")
    lines = _article_lines(text, site)
    published = _take_date(lines, captured_at)
    if not lines:
        raise UnreadablePage(Reason(Unread.NO_ARTICLE_LINE))
    title = lines.pop(0)
    lead = _take_lead(lines, site)
    classified = classify_lines([_line(lines, index, site) for index in range(len(lines))])
    if not classified.blocks:
        raise UnreadablePage(Reason(Unread.NO_TEXT_UNDER_TITLE, title=title))
    page = RawArticle(
        site=site.name,
        key=(site.key_of(url) if url else None) or _key(title),
        url=url,
        captured_at=captured_at,
        extractor_version=site.extractor_version,
        title=title,
        published=published,
        lead=lead,
        blocks=classified.blocks,
        captions=classified.captions,
        byline=" - ".join(classified.bylines) or None,
        source=classified.sources[0] if classified.sources else None,
        language=site.language,
        # A person may have copied no date; that is not a broken field.
        absent=frozenset(site.absent) | {"published"},
        warnings=warnings,
    )
    fields = ("title", "published", "lead", "byline", "source")
    page.rules = {f: "text capture" for f in fields if getattr(page, f)} | {"body": "text capture"}
    return page


def _key(title: str) -> str:
    """Return a key made from the title, so that a second import without a URL finds the first."""
    return f"text-{sha256(search_fold(title).encode()).hexdigest()[:12]}"


def _article_lines(text: str, site: type[SiteConfig]) -> list[str]:
    """Return the lines up to the first of `text_stops`, without `text_cruft`."""
    cruft = [re.compile(rf"(?:{p})\s*", re.I) for p in site.text_cruft]
    stops = [re.compile(rf"(?:{p})\s*", re.I) for p in site.text_stops]
    lines: list[str] = []
    for raw in text.splitlines():
        line = clean(raw)
        if len(lines) > 2 and any(s.fullmatch(line) for s in stops):
            break
        if line and not any(c.fullmatch(line) for c in cruft + stops):
            lines.append(line)
    return lines


def _take_date(lines: list[str], captured_at: datetime) -> str | None:
    """Remove and return the date line; dates after the third line are of other articles."""
    for index, line in enumerate(lines[:3]):
        if len(line) > MAX_DATE_LINE_CHARS:
            continue
        try:
            date = parse_date(line, captured_at)
        except BrokenDate:
            date = None
        if date is not None and not date.relative:
            return lines.pop(index)
    return None


def _take_lead(lines: list[str], site: type[SiteConfig]) -> str | None:
    """Remove and return the first paragraph, if the site prints leads and it is no subhead."""
    if len(lines) < 2 or "lead" in site.absent or not SENTENCE_END.search(lines[0]):
        return None
    return lines.pop(0)


def _line(lines: list[str], index: int, site: type[SiteConfig]) -> PageLine:
    text = lines[index]
    last_lines = index >= len(lines) - 3
    if last_lines and (is_byline(text) or is_source(text)):
        return PageLine(text)
    following = lines[index + 1] if index + 1 < len(lines) else ""
    if _is_caption(text, following, site):
        return PageLine(text, caption=True)
    subhead = len(text) <= MAX_CAPTION_CHARS and not SENTENCE_END.search(text)
    return PageLine(text, tag="h2" if subhead else "p")


def _is_caption(text: str, following: str, site: type[SiteConfig]) -> bool:
    if len(text) > MAX_CAPTION_CHARS:
        return False
    if photographer(text) or text.lower().startswith("(ảnh"):
        return True
    ends = SENTENCE_END.search(text)
    if following.lower().startswith("(ảnh") and not ends:
        return True
    if site.text_captions == "bare":
        return not ends
    return site.text_captions == "sentence" and bool(FULL_STOP.search(text))
