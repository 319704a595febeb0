"""Articles from plain text captures, which a person copied out of a browser.

The article is found by evidence, without rules of a site: its text is the run of sentences. What
stands above it is sorted into masthead, clock, breadcrumb, section, title, date line, toolbar and
counter (plaintext_head.py); what stands under it into byline, source, and the rest, which ends it
(plaintext_end.py). A line is left out because the catalogue knows it (line_catalogue.py) or because
of where it stands; a trace collects all that was left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from crawlers.extraction.encoding import decode
from crawlers.extraction.html import UnreadablePage
from crawlers.extraction.leads import settle_lead
from crawlers.extraction.plaintext_captions import MAX_SUBHEAD_WORDS, blocks_of
from crawlers.extraction.plaintext_end import ArticleText, find_text
from crawlers.extraction.plaintext_head import read_head
from crawlers.extraction.plaintext_lines import (
    MIN_SENTENCE_WORDS,
    SENTENCE_END,
    TextLine,
    text_lines,
)
from crawlers.extraction.trace import ExcludedText, ExclusionKind, Trace
from crawlers.site_config import SiteConfig
from pipelines.record.bylines.parse import parse_byline
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import search_fold
from storage.messages.reasons_inspection import ExclusionReason, FrameLine
from storage.messages.reasons_pages import Unread
from storage.models import Block
from storage.reasons import Reason

RULE = "text capture"
KIND_OF_FRAME = {
    FrameLine.LIST_HEADING: ExclusionKind.RELATED,
    FrameLine.LIST_ITEM: ExclusionKind.RELATED,
    FrameLine.POSTER: ExclusionKind.POSTING_ACCOUNT,
    FrameLine.TITLE: ExclusionKind.REPEATED_TITLE,
    FrameLine.BYLINE: ExclusionKind.BYLINE,
    FrameLine.SOURCE: ExclusionKind.SOURCE,
    FrameLine.CAPTION: ExclusionKind.CAPTION,
}


def extract_plain_text(
    body: bytes,
    site: type[SiteConfig],
    captured_at: datetime,
    url: str | None = None,
    trace: Trace | None = None,
) -> RawArticle:
    """Extract the article from a text capture. Raises UnreadablePage.

    Args:
        trace: collects the lines that are not in the body, if given
    """
    text, warnings = decode(body, "text/plain; charset=utf-8")
    lines = text_lines(text)
    head = read_head(lines)
    if head is None:
        raise UnreadablePage(Reason(Unread.NO_ARTICLE_LINE))
    found = find_text(lines, head)
    blocks, captions = blocks_of(found.lines, head.title)
    lead = blocks.pop(0).text if _opens_with_lead(blocks, site) else None
    if not blocks and lead is None:
        raise UnreadablePage(Reason(Unread.NO_TEXT_UNDER_TITLE, title=head.title.text))
    # Such a site prints the account on the line under the author's.
    account = found.bylines.pop() if site.posting_account and len(found.bylines) > 1 else None
    bylines = _distinct([*head.bylines, *found.bylines])
    sources = [*head.sources, *found.sources]
    page = RawArticle(
        site=site.name,
        key=(site.key_of(url) if url else None) or _key(head.title.text),
        url=url,
        captured_at=captured_at,
        extractor_version=site.extractor_version,
        title=head.title.text,
        published=found.published or head.published,
        updated=head.updated,
        lead=lead,
        blocks=blocks,
        captions=[*head.captions, *captions],
        byline=" - ".join(bylines) or None,
        posting_account=account,
        source=sources[0] if sources else None,
        section=head.section,
        tags=found.tags,
        language=site.language,
        # A person may have copied no date; that is not a broken field.
        absent=frozenset(site.absent) | {"published"},
        warnings=warnings,
    )
    fields = ("title", "published", "updated", "lead", "byline", "source", "section", "tags")
    settle_lead(page)
    page.rules = {f: RULE for f in fields if getattr(page, f)} | {"body": RULE}
    if trace is not None:
        _trace(trace, lines, found, page)
    return page


def frame_lines(body: bytes) -> list[TextLine]:
    """Return the lines of a text capture, each with its place in the frame of the page."""
    lines = text_lines(decode(body, "text/plain; charset=utf-8")[0])
    head = read_head(lines)
    if head is not None:
        find_text(lines, head)
    return lines


def _key(title: str) -> str:
    """Return a key made from the title, so that a second import without a URL finds the first."""
    return f"text-{sha256(search_fold(title).encode()).hexdigest()[:12]}"


def _opens_with_lead(blocks: list[Block], site: type[SiteConfig]) -> bool:
    """Return whether the first paragraph is a lead: the site prints leads, and it is no verse."""
    if len(blocks) < 2 or "lead" in site.absent or blocks[0].kind != "paragraph":
        return False
    text = blocks[0].text
    if len(text.split()) < MIN_SENTENCE_WORDS:
        return False  # "Kính gửi tòa soạn!"
    return SENTENCE_END.search(text) is not None or len(text.split()) > MAX_SUBHEAD_WORDS


def _distinct(bylines: Iterable[str]) -> list[str]:
    """Return the bylines without those that name the authors of an earlier one again."""
    authors: dict[object, str] = {}
    for byline in bylines:
        authors.setdefault(tuple(a.name.casefold() for a in parse_byline(byline)[0]), byline)
    return list(authors.values())


def _trace(trace: Trace, lines: list[TextLine], found: ArticleText, page: RawArticle) -> None:
    captions = set(page.captions)
    body = set(map(id, found.lines))
    for line in lines:
        if line.frame is not None:
            kind = KIND_OF_FRAME.get(line.frame, ExclusionKind.CRUFT)
            trace.excluded.append(ExcludedText(line.text, kind, Reason(line.frame)))
        elif id(line) in body and line.text in captions:
            why = Reason(ExclusionReason.CAPTION_WORDS)
            trace.excluded.append(ExcludedText(line.text, ExclusionKind.CAPTION, why))
        elif line.text == page.lead:
            why = Reason(ExclusionReason.REPEATS_LEAD)
            trace.excluded.append(ExcludedText(line.text, ExclusionKind.LEAD, why))
