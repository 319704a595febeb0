"""Reading a plain text capture: what a person copied out of a browser, line by line.

Such a text has no markup, so the site says (text_* attributes) what its cruft lines are, which
line ends the article and what its captions look like. The rest goes through the same rules as a
page (crawlers/extraction/classify_lines.py).
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256

from crawlers.extraction.classify_lines import compose
from crawlers.extraction.encoding import decode
from crawlers.extraction.html import UnreadablePage
from crawlers.extraction.lines import Line
from crawlers.site_config import SiteConfig
from pipelines.record.bylines.parse import is_byline, is_source, photographer
from pipelines.record.dates.parse import BrokenDate, parse_date
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import clean, search_fold
from storage.messages.reasons_pages import Unread
from storage.reasons import Reason

SENTENCE_END = re.compile(r"[.!?…;:,]['\"”’)]*$")
FULL_STOP = re.compile(r"\.['\"”’)]*$")
DATE_LINE = 60  # characters; a longer line is text that mentions a date
SHORT = 200  # characters; captions and subheads are shorter than any paragraph of these sites


def extract_plain_text(
    body: bytes, site: type[SiteConfig], captured_at: datetime, url: str | None = None
) -> RawArticle:
    """Reads one article from a text capture. Raises Unreadable."""
    text, warnings = decode(body, "text/plain; charset=utf-8")
    lines = _article_lines(text, site)
    published = _take_date(lines, captured_at)
    if not lines:
        raise UnreadablePage(Reason(Unread.NO_ARTICLE_LINE))
    title = lines.pop(0)
    lead = _take_lead(lines, site)
    found = compose([_line(lines, place, site) for place in range(len(lines))])
    if not found.blocks:
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
        blocks=found.blocks,
        captions=found.captions,
        byline=" - ".join(found.bylines) or None,
        source=found.sources[0] if found.sources else None,
        language=site.language,
        # A person's copy may leave out what the page printed: nothing is broken by that.
        absent=frozenset(site.absent) | {"published"},
        warnings=warnings,
    )
    stated = ("title", "published", "lead", "byline", "source")
    page.rules = {f: "text capture" for f in stated if getattr(page, f)} | {"body": "text capture"}
    return page


def _key(title: str) -> str:
    """A text capture has no URL; its title stands in, so that a second import finds the first."""
    return f"text-{sha256(search_fold(title).encode()).hexdigest()[:12]}"


def _article_lines(text: str, site: type[SiteConfig]) -> list[str]:
    cruft = [re.compile(rf"(?:{p})\s*", re.I) for p in site.text_cruft]
    stops = [re.compile(rf"(?:{p})\s*", re.I) for p in site.text_stops]
    kept: list[str] = []
    for raw in text.splitlines():
        line = clean(raw)
        if len(kept) > 2 and any(s.fullmatch(line) for s in stops):
            break
        if line and not any(c.fullmatch(line) for c in cruft + stops):
            kept.append(line)
    return kept


def _take_date(lines: list[str], captured_at: datetime) -> str | None:
    """The date line, which stands before the title or after it; later ones are other articles'."""
    for place, line in enumerate(lines[:3]):
        if len(line) > DATE_LINE:
            continue
        try:
            date = parse_date(line, captured_at)
        except BrokenDate:
            date = None
        if date is not None and not date.relative:
            return lines.pop(place)
    return None


def _take_lead(lines: list[str], site: type[SiteConfig]) -> str | None:
    """The first paragraph, unless the site prints no lead or begins with a subhead."""
    if len(lines) < 2 or "lead" in site.absent or not SENTENCE_END.search(lines[0]):
        return None
    return lines.pop(0)


def _line(lines: list[str], place: int, site: type[SiteConfig]) -> Line:
    text = lines[place]
    last_lines = place >= len(lines) - 3
    if last_lines and (is_byline(text) or is_source(text)):
        return Line(text)
    following = lines[place + 1] if place + 1 < len(lines) else ""
    if _is_caption(text, following, site):
        return Line(text, caption=True)
    subhead = len(text) <= SHORT and not SENTENCE_END.search(text)
    return Line(text, tag="h2" if subhead else "p")


def _is_caption(text: str, following: str, site: type[SiteConfig]) -> bool:
    if len(text) > SHORT:
        return False
    if photographer(text) or text.lower().startswith("(ảnh"):
        return True
    ends = SENTENCE_END.search(text)
    if following.lower().startswith("(ảnh") and not ends:
        return True
    if site.text_captions == "bare":
        return not ends
    return site.text_captions == "sentence" and bool(FULL_STOP.search(text))
