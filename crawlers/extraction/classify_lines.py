"""Classify the lines of a body: paragraph, subhead, caption, byline, source, boilerplate.

Used for pages (article.py, generic/article.py) and plain text captures (plaintext.py). These rules
hold on every platform; what differs between sites is an attribute in crawlers/site_config.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from crawlers.extraction.date_lines import MAX_DATE_LINE_CHARS, date_line, may_print_time
from crawlers.extraction.lines import HEADING_TAGS, PageLine
from crawlers.extraction.trace import ExclusionKind, Trace
from pipelines.boilerplate.detector import Boilerplate, Zone, zone_lines
from pipelines.boilerplate.page_counters import is_counter_or_age
from pipelines.record.bylines.parse import is_byline, is_source, photographer
from pipelines.record.bylines.person_names import is_office_only, signs_for_office
from pipelines.record.bylines.roles import is_role_label, names_author, separated_credits
from pipelines.text.encodings.repair import detect_encoding_problem
from pipelines.text.normal_forms import clean, comparison, is_all_caps
from storage.messages.reasons_inspection import ExclusionReason
from storage.models import Block, BlockKind
from storage.reasons import Reason

FILE_NAME = re.compile(
    r"^(?:[\w\-. ()]+\.(?:jpe?g|png|gif|webp|bmp)\)?|[\w\-.()]+\.(?:pdf|docx?|xlsx?|zip|rar))$",
    re.I,
)
LAST_OF_FILE_NAME = "gfpxcsrGFPXCSR)"
NO_LETTERS = re.compile(r"^[\W_]*$")
CLOSING_PUNCTUATION = re.compile(r"[.!?…:;,]['\"”’)\]]*$")
FULL_STOP = re.compile(r"[.!?…]['\"”’)\]]*$")
PHOTO_LABEL = re.compile(r"^\(?\s*ảnh\s*:", re.I)
BRACKETED_CREDIT = re.compile(r"^\(\s*ảnh\b.*\)$", re.I)
EMPTY_BOILERPLATE = Boilerplate()
MAX_CAPTION_CHARS = 400  # longer text under a picture is a paragraph
MAX_BARE_CAPTION_CHARS = 250  # under a picture, in plain type and without a full stop
MAX_SUBHEAD_CHARS = 200
MAX_NUMBERED_CHARS = 120  # of a numbered subhead, which may end in a full stop
NUMBERED = re.compile(r"(?:\d{1,2}|[IVX]{1,4})\s?[.)/]\s")
ENCODING_SAMPLE_CHARS = 4000
MAX_LENGTHS_APART = 0.2  # of two forms of one lead, which differ in dashes and spaces
# Under a poem or a letter: "Bến Gỗ, tháng 10-2026", "Ngày 3 tháng 2 năm 2026"
PLACE_AND_DATE = re.compile(
    r"(?:^|,\s)(?:ngày|tháng|mùa|xuân|hạ|thu|đông)(?!\w).{0,30}\d{4}\W*$|\d{1,2}[-/]\d{4}\)?$", re.I
)
LISTED = re.compile(r"[A-H][.)]\s|[-–+•*]\s*\S")
NOTE = re.compile(r"[(\[]\d{1,2}[)\]]")  # "(1) Văn kiện Đại hội ..."
SLIDE_NUMBER = re.compile(r"\d{1,3} ?/ ?\d{1,3}")
SERIES_NOTE = re.compile(
    r"\W*(?:còn (?:nữa|tiếp)|hết|xem tiếp kỳ sau|tiếp theo kỳ sau|tiếp theo và hết"
    r"|(?:kỳ|bài) (?:sau|tới|tiếp(?: theo)?|cuối|\d{1,2})(?:\s*:.*)?)\W*",
    re.I,
)
MAX_SERIES_NOTE_CHARS = 120
MAX_RIGHT_BYLINE_CHARS = 100  # of a right-aligned line without the words of a byline
MAX_BYLINE_LINES = 4  # byline, role of the author, source
MAX_CREDIT_LINES = 8  # with their labels, as under an "eMagazine"
MAX_CREDIT_CHARS = 160
PUBLISHED_LABEL = re.compile(r"(?:ngày )?(?:xuất bản|đăng)\s*:", re.I)


@dataclass(slots=True)
class ClassifiedLines:
    blocks: list[Block] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    zones: list[tuple[Zone, str]] = field(default_factory=list)  # for the boilerplate detector
    lines_above_caption: int = -1  # of the text, above the last caption if that is in plain type
    encoding_problem: str | None = None  # one of encodings.repair.ENCODING_PROBLEMS


def classify_lines(
    lines: list[PageLine],
    *,
    lead: str | None = None,
    bold_is_subhead: bool = True,
    boilerplate: Boilerplate = EMPTY_BOILERPLATE,
    trace: Trace | None = None,
) -> ClassifiedLines:
    """Classify the lines of a body. A first line that repeats `lead` is removed."""
    all_lines = lines
    encoding_problem = _clean_lines(lines)
    lines = [line for line in _without_slide_numbers(lines) if not _is_noise(line)]
    texts = [line.text for line in lines]
    boilerplate_lines = {line.text for line in lines if boilerplate.contains(line.text)}
    lines, body = _split_captions([line for line in lines if line.text not in boilerplate_lines])
    body.encoding_problem = encoding_problem
    _take_end_lines(lines, body)
    all_bold = sum(line.bold for line in lines) > len(lines) / 2
    if lead and lines and _repeats_lead(lines[0].text, lead):
        del lines[0]
    for line in lines:
        kind = _block_kind(line, bold_is_subhead and not all_bold)
        body.blocks.append(Block(kind, line.text, line.cells))
    zoned = boilerplate_lines | {block.text for block in body.blocks}
    body.zones = [(zone, text) for zone, text in zone_lines(texts) if text in zoned]
    if trace is not None:
        trace.add_lines(
            all_lines, lines, lambda line: _exclusion_reason(line, boilerplate_lines, body, lead)
        )
    return body


def _clean_lines(lines: list[PageLine]) -> str | None:
    """Clean the text of the lines, unless it has a legacy encoding; return the name of that.

    Cleaning would remove letters of TCVN3 or VNI text, so it must be converted first.
    """
    encoding_problem = detect_encoding_problem(
        "\n".join(line.text for line in lines)[:ENCODING_SAMPLE_CHARS]
    )
    if encoding_problem is None:
        for line in lines:
            line.text = clean(line.text)
            line.cells = tuple(map(clean, line.cells))
    return encoding_problem


def _exclusion_reason(
    line: PageLine, boilerplate_lines: set[str], body: ClassifiedLines, lead: str | None
) -> tuple[ExclusionKind, Reason]:
    """Return what a line that is no block was classified as, for a trace."""
    if _is_noise(line):
        return ExclusionKind.CRUFT, Reason(ExclusionReason.NO_WORDS)
    if line.text in boilerplate_lines:
        return ExclusionKind.BOILERPLATE_LINE, Reason(ExclusionReason.BOILERPLATE_LINE)
    if line.text in body.bylines:
        return ExclusionKind.BYLINE, Reason(ExclusionReason.TRAILING_BYLINE)
    if line.text in body.sources:
        return ExclusionKind.SOURCE, Reason(ExclusionReason.TRAILING_SOURCE)
    if lead and _repeats_lead(line.text, lead):
        return ExclusionKind.LEAD, Reason(ExclusionReason.REPEATS_LEAD)
    if line.caption:
        return ExclusionKind.CAPTION, Reason(ExclusionReason.CAPTION_ELEMENT)
    return ExclusionKind.CAPTION, Reason(ExclusionReason.CAPTION_STYLE)


def _repeats_lead(text: str, lead: str) -> bool:
    if abs(len(text) - len(lead)) > MAX_LENGTHS_APART * len(lead):
        return False
    return comparison(text) == comparison(lead)


def is_file_name(text: str) -> bool:
    """Return True for "anh-1.jpg"; the last letter excludes nearly all other lines."""
    return text[-1:] in LAST_OF_FILE_NAME and FILE_NAME.match(text) is not None


def _without_slide_numbers(lines: list[PageLine]) -> Iterator[PageLine]:
    """Yield the lines without "2/5" right below a picture; its caption follows."""
    for line, below in zip_longest(lines, lines[1:]):
        if line.after_image and not line.row and SLIDE_NUMBER.fullmatch(line.text):
            if below is not None:
                below.after_image = True
        else:
            yield line


def _is_noise(line: PageLine) -> bool:
    """Return whether it is a file name, punctuation only, a counter or an age."""
    starts_like_text = line.text[:1].isalnum()  # nearly all lines
    if (not starts_like_text and NO_LETTERS.match(line.text)) or is_file_name(line.text):
        return True
    return not line.row and is_counter_or_age(line.text)


def _split_captions(lines: list[PageLine]) -> tuple[list[PageLine], ClassifiedLines]:
    body = ClassifiedLines()
    text: list[PageLine] = []
    after_caption = False
    for line in lines:
        after_caption = _is_caption(line, after_caption) and (
            line.caption or not is_moment(line.text)
        )
        if not after_caption:
            text.append(line)
        elif line.text not in body.captions[-1:]:  # alt text and caption are often equal
            body.captions.append(line.text)
            is_plain = not (line.caption or line.italic or line.align)
            body.lines_above_caption = len(text) if is_plain else -1
    return text, body


def is_moment(text: str) -> bool:
    """Return True for "10:04 ngày 11/01/2026", when an article or a post was published."""
    if len(text) > MAX_DATE_LINE_CHARS or not may_print_time(text):
        return False  # nearly all lines
    printed = date_line(text)
    return printed is not None and printed.has_time


def _is_caption(line: PageLine, after_caption: bool) -> bool:
    if line.caption or (line.text[:1] == "(" and BRACKETED_CREDIT.match(line.text)):
        return True
    if is_series_note(line.text):
        return False
    if line.tag in HEADING_TAGS or line.row or line.quote or len(line.text) > MAX_CAPTION_CHARS:
        return False
    if line.align == "right":
        return False
    styled = line.align == "center" or line.italic
    if line.after_image or after_caption:
        if names_author(line.text):
            return False
        if styled or PHOTO_LABEL.match(line.text):
            return True
    elif styled:
        # On old pages the picture may be missing; its caption is still centred and in italics.
        return (
            line.align == "center"
            and line.italic
            and not CLOSING_PUNCTUATION.search(line.text[:-1])
        )
    if not line.after_image or line.bold:
        return False
    short = len(line.text) <= MAX_BARE_CAPTION_CHARS and not CLOSING_PUNCTUATION.search(line.text)
    return short or photographer(line.text) is not None


def _take_end_lines(lines: list[PageLine], body: ClassifiedLines) -> None:
    """Move byline and source lines from the end of `lines` to `body`."""
    signed: list[PageLine] = []  # where and when a poem or a letter was written, and notes
    if len(lines) > 2 and lines[-1].text.isdigit() and is_byline(lines[-2].text):
        lines.pop()  # of readers who like the article
    for count in range(MAX_CREDIT_LINES):
        is_credit = _join_credits(lines)
        if (count >= MAX_BYLINE_LINES and not is_credit) or _is_of_text(lines, body):
            break
        text = lines[-1].text
        if is_source(text):
            body.sources.insert(0, text)
        elif is_series_note(text) or (lines[-1].align == "right" and PLACE_AND_DATE.search(text)):
            signed.insert(0, lines[-1])
        elif _is_byline_line(lines[-1]):
            body.bylines.insert(0, text)
        elif body.bylines and _says_when_published(text):
            pass  # "Xuất bản: 12/11/2026", above the credits
        elif not body.bylines and (notes := _notes_below_byline(lines)):
            signed[:0] = notes
            continue
        else:
            if not body.bylines:
                _take_last_line_of_paragraph(lines[-1], body)
            break
        lines.pop()
    lines += signed
    _take_last_caption(lines, body)


def _notes_below_byline(lines: list[PageLine]) -> list[PageLine]:
    """Remove the numbered notes that stand below a byline, and return them."""
    start = len(lines)
    while start > 2 and NOTE.match(lines[start - 1].text):
        start -= 1
    if start == len(lines) or not _is_byline_line(lines[start - 1]):
        return []
    notes = lines[start:]
    del lines[start:]
    return notes


def _take_last_caption(lines: list[PageLine], body: ClassifiedLines) -> None:
    """Move a byline centred under the last picture, or a source under it, from the captions."""
    last = body.captions[-1] if body.captions else ""
    if not body.bylines and is_byline(last) and not PHOTO_LABEL.match(last):
        body.bylines.append(body.captions.pop())
    elif not body.sources and len(lines) <= body.lines_above_caption and is_source(last):
        body.sources.append(body.captions.pop())


def _says_when_published(text: str) -> bool:
    if not PUBLISHED_LABEL.match(text):
        return False
    printed = date_line(text)
    return printed is not None and not printed.byline


def _is_of_text(lines: list[PageLine], body: ClassifiedLines) -> bool:
    """Return whether the last line is the only one, of a list, or of a document's signature."""
    if len(lines) < 2 and not (lines and body.captions and is_byline(lines[0].text)):
        return True
    text = lines[-1].text
    if not is_source(text) and all(_is_listed(line.text) for line in lines[-2:]):
        return True  # answers of a quiz, names of donors
    return _signs_above(text, body.bylines)


def _join_credits(lines: list[PageLine]) -> bool:
    """Join a label to the names below it, and separate glued credits. Return whether it is one."""
    if len(lines) > 2 and is_role_label(lines[-2].text) and is_byline(lines[-1].text):
        lines[-2].text += f" {lines.pop().text}"
    if not lines or len(lines[-1].text) > MAX_CREDIT_CHARS or lines[-1].row:
        return False
    separated = separated_credits(lines[-1].text)
    if ":" not in separated or not is_byline(separated):
        return False
    lines[-1].text = separated
    return True


def _signs_above(text: str, bylines: list[str]) -> bool:
    """Return whether a line is of the signature of a document, above the name of who signs it."""
    return signs_for_office(text) or (bool(bylines) and is_all_caps(text) and is_office_only(text))


def _is_listed(text: str) -> bool:
    return ":" not in text and LISTED.match(text) is not None


def is_series_note(text: str) -> bool:
    """Return True for "(Còn nữa)", "Kỳ sau: ...", which stand under the text of a series."""
    return len(text) <= MAX_SERIES_NOTE_CHARS and SERIES_NOTE.fullmatch(text) is not None


def _take_last_line_of_paragraph(line: PageLine, body: ClassifiedLines) -> None:
    """Move a byline or source that only a <br> divides from the last paragraph."""
    tail = clean(line.tail)
    if not tail or not line.text.endswith(tail) or line.row or line.text == tail:
        return
    text = line.text.removesuffix(tail).rstrip()
    if is_source(tail):
        body.sources.insert(0, tail)
    elif (
        is_byline(tail)
        and (line.tail_bold or is_all_caps(tail))
        and not line.bold
        and FULL_STOP.search(text)  # it is not the last of several names
    ):
        body.bylines.insert(0, tail)
    else:
        return
    line.text = text


def _is_byline_line(line: PageLine) -> bool:
    if line.tag in HEADING_TAGS or line.row or line.item:
        return False
    if is_byline(line.text):
        return True
    if line.align == "right" and is_byline(line.text.rstrip(".")):
        return True
    return (
        line.align == "right"
        and len(line.text) <= MAX_RIGHT_BYLINE_CHARS
        and not CLOSING_PUNCTUATION.search(line.text)
    )


def _block_kind(line: PageLine, bold_is_subhead: bool) -> BlockKind:
    if line.row:
        return "table row"
    if line.tag in HEADING_TAGS:
        return "subhead"
    if line.item:
        return "list item"
    numbered = len(line.text) <= MAX_NUMBERED_CHARS and NUMBERED.match(line.text)
    short = len(line.text) <= MAX_SUBHEAD_CHARS and (
        numbered or not CLOSING_PUNCTUATION.search(line.text)
    )
    in_brackets = line.text.startswith("(") and line.text.endswith(")")
    if bold_is_subhead and line.bold and short and line.align != "right" and not in_brackets:
        return "subhead"
    return "quote" if line.quote else "paragraph"
