"""The lead and the first paragraphs: the lead never stands again in the body."""

from __future__ import annotations

import re

from crawlers.extraction.classify_lines import CLOSING_PUNCTUATION
from crawlers.extraction.lines import HEADING_TAGS, PageLine
from pipelines.record.datelines import split_dateline
from pipelines.record.raw_article import RawArticle
from pipelines.text.normal_forms import comparison, search_fold
from storage.models import Block

COMPARED_CHARS = 8
COMPARED_LETTERS = 3  # which a key changes in case and tones only
MIN_COPY_CHARS = 120  # of a lead that a heading repeats with more words at its end
QUESTION = re.compile(r"(?:Hỏi|Câu (?:hỏi )?\d{1,3})\s*[:.]", re.I)  # and its answer below
MIN_BOLD_LEAD_CHARS = 60  # of a bold first paragraph
MIN_LEAD_CHARS = 40  # that are compared; a shorter text may begin a paragraph by chance


def settle_lead(page: RawArticle) -> None:
    """Remove the lead from the beginning of the body, or the body's beginning from the lead.

    A lead may be printed twice, in one paragraph or in several. A teaser that is cut in its middle
    ("…", or in mid-word) is no lead: the paragraph that it was cut from is.
    """
    if not page.blocks:
        return
    if _begin_alike(page.blocks) and _is_teaser(page.blocks):
        del page.blocks[0]
        page.lead = page.lead or page.blocks.pop(0).text
    if not page.lead:
        _take_described_lead(page)
        return
    _remove_copies(page)
    if not page.blocks or not _may_begin_alike(page.lead, page.blocks[0].text):
        return
    lead, first = lead_key(page.lead), lead_key(page.blocks[0].text)
    if lead == first or (page.blocks[0].kind == "subhead" and _goes_on(lead, first)):
        del page.blocks[0]
    elif lead.startswith(first) and len(first) >= MIN_LEAD_CHARS:
        _remove_paragraphs(page, lead)
    else:
        cut = _without_ellipsis(lead)
        if len(cut) >= MIN_LEAD_CHARS and first.startswith(cut):
            page.lead = page.blocks.pop(0).text


def bold_opening(lines: list[PageLine], page: RawArticle) -> PageLine | None:
    """Return the bold first paragraph, which is the lead if the other paragraphs are not bold.

    Many sites print their first paragraph in bold, so if the page has a description (which did not
    match), the paragraph must begin with a dateline, or nothing else be described.
    """
    if len(lines) < 3:
        return None
    first = lines[0]
    if first.caption or first.tag in HEADING_TAGS or not first.bold or QUESTION.match(first.text):
        return None
    if sum(line.bold for line in lines) > len(lines) / 2:
        return None
    if _is_described(page, lines) and not split_dateline(first.text)[0]:
        return None
    is_lead = len(first.text) >= MIN_BOLD_LEAD_CHARS and CLOSING_PUNCTUATION.search(first.text)
    return first if is_lead else None


def _is_described(page: RawArticle, lines: list[PageLine]) -> bool:
    """Return whether the description of the page is taken from one of the lines."""
    start = lead_key(page.structured.lead or "")[:MIN_LEAD_CHARS]
    return bool(start) and any(start in lead_key(line.text) for line in lines)


def _remove_copies(page: RawArticle) -> None:
    """Remove the lead below a teaser of it: both are printed in the body."""
    if not _begin_alike(page.blocks):
        return
    lead = lead_key(page.lead or "")
    if len(lead) < MIN_LEAD_CHARS:
        return
    first, second = page.blocks[:2]
    if lead_key(second.text) == lead and lead.startswith(_without_ellipsis(lead_key(first.text))):
        del page.blocks[:2]


def _goes_on(lead: str, first: str) -> bool:
    """Return whether a text is a whole lead with more words in its last sentence.

    More sentences in a paragraph are the newsroom's.
    """
    text = lead.rstrip(".")
    if text == lead or len(text) < MIN_COPY_CHARS or not first.startswith(text):
        return False
    return first[len(text) :][:1] not in (".", "!", "?", "…")


def _remove_paragraphs(page: RawArticle, lead: str) -> None:
    """Remove the first paragraphs that the lead repeats."""
    rest, repeated = lead, 0
    for block in page.blocks:
        paragraph = lead_key(block.text)
        if not rest or not rest.startswith(paragraph):
            break
        rest = rest[len(paragraph) :].lstrip()
        repeated += 1
    following = lead_key(page.blocks[repeated].text) if repeated < len(page.blocks) else ""
    if rest and following.startswith(_without_ellipsis(rest)):  # a teaser
        page.lead = page.blocks[0].text
        repeated = 1
    del page.blocks[:repeated]


def _begin_alike(blocks: list[Block]) -> bool:
    """Return whether the first two blocks may begin with the same words; cheap to compare."""
    if len(blocks) < 2:
        return False
    one, other = blocks[0].text[:COMPARED_CHARS], blocks[1].text[:COMPARED_CHARS]
    return one == other or not (one[:1].isalpha() and other[:1].isalpha())


def _is_teaser(blocks: list[Block]) -> bool:
    """Return whether the first block repeats the next ones up to some length."""
    rest = lead_key(blocks[0].text)
    for block in blocks[1:]:
        paragraph = lead_key(block.text)
        if rest != paragraph and rest.startswith(paragraph):
            rest = rest[len(paragraph) :].lstrip()
        else:
            begun = block is not blocks[1]
            return begun and paragraph.startswith(_without_ellipsis(rest))
    return False


def _take_described_lead(page: RawArticle) -> None:
    """Take the first paragraph as the lead if it is printed twice, or describes the article."""
    stated, first = page.structured.lead, page.blocks[0]
    repeated = len(page.blocks) > 2 and _begin_alike(page.blocks)
    if repeated and lead_key(first.text) == lead_key(page.blocks[1].text):
        page.lead = first.text
        page.rules["lead"] = "repeated paragraph"
        del page.blocks[:2]
        return
    if not stated or "lead" in page.absent or len(page.blocks) < 2:
        return
    if first.kind not in ("paragraph", "subhead"):  # some sites set it as a heading
        return
    if len(first.text) >= MIN_LEAD_CHARS and is_same_lead(stated, first.text):
        page.lead = first.text
        page.rules["lead"] = "described paragraph"
        del page.blocks[0]


def lead_key(text: str) -> str:
    """Return a lead as it is compared: without its dateline or the dash that some papers set."""
    return comparison(_without_dateline(text))


def is_same_lead(one: str, other: str) -> bool:
    """Return whether two texts have the same `lead_key`."""
    return _may_begin_alike(one, other) and lead_key(one) == lead_key(other)


def _may_begin_alike(one: str, other: str) -> bool:
    """Return False for nearly all texts whose keys begin differently; the keys are slow to make."""
    start, other_start = (_without_dateline(text)[:COMPARED_LETTERS] for text in (one, other))
    if not (start.isalpha() and other_start.isalpha()):
        return True
    return search_fold(start) == search_fold(other_start)


def _without_dateline(text: str) -> str:
    return (split_dateline(text)[1] or text).lstrip("-–— ")


def _without_ellipsis(text: str) -> str:
    """Return a text without the mark of a teaser at its end: "...", "…" or "[…]"."""
    dots = text.rstrip(".") if text.endswith("..") else text
    return dots.removesuffix("[…]").removesuffix("…").rstrip()
