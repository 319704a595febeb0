"""Lines of a body element that frame the article: its head, buttons, lists of other articles."""

from __future__ import annotations

import re
from collections.abc import Callable

from crawlers.extraction.classify_lines import FULL_STOP, is_file_name
from crawlers.extraction.date_lines import date_line, is_chronicle_day
from crawlers.extraction.line_catalogue import frame_kind, is_section
from crawlers.extraction.lines import HEADING_TAGS, PageLine
from pipelines.record.bylines.parse import is_byline, names_persons
from pipelines.text.normal_forms import comparison
from storage.messages.reasons_inspection import FrameLine

BUTTON_KINDS = (
    FrameLine.TOOLBAR, FrameLine.COUNTER, FrameLine.COMMENTS, FrameLine.TAGS, FrameLine.LEAK,
    FrameLine.PAGER,
)  # fmt: skip
TIME = re.compile(r"\d{1,2}(?::|h)\d{2}")
FOUR_DIGITS = re.compile(r"\d{4}")
DATE_ONLY = re.compile(
    r"(?:[\d\s/:.,|()\[\]+–—-]|(?:GMT|UTC|[AP]M|SA|CH|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])"
    r"|chủ nhật|ngày|tháng|năm|cập nhật|lúc|giờ|phút)(?!\w))+",
    re.I,
)
# What PHP prints into a page before it goes on. After other messages it ends the page
# (PROGRAM_ERROR of crawlers/crawl/soft404_patterns.py).
NOTICE_STARTS = "PHP ", "Warning", "Notice", "Deprecated", "Strict Standards"
PROGRAM_NOTICE = re.compile(
    r"(?:PHP )?(?:Warning|Notice|Deprecated|Strict Standards) ?: .{1,500} in (?:/|[A-Za-z]:\\)"
    r".{1,300} on line \d+$"
)
COPYRIGHT_NOTE = re.compile(
    r"(?:\(\*\)\s*)?Không sao chép dưới mọi hình thức"
    r"(?:\W*$|.{0,100}?\b(?:khi|nếu) (?:chưa|không))",
    re.I,
)
# "Mời bạn đọc theo dõi Báo X trên Zalo", below a text.
FOLLOW_NOTE = re.compile(
    r"\W*(?:(?:kính )?(?:mời|đón) (?:quý )?(?:bạn|độc giả|bạn đọc|các bạn)|hãy)(?: [^.]{0,40})?"
    r" theo dõi [^.]{2,80}(?:zalo|facebook|fanpage|youtube|tiktok|telegram|google news)(?!\w)"
    r"[^.]{0,60}[.!]?$",
    re.I,
)
FILE_LINK = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar)(?:$|[?#])", re.I)
SECTION_LABEL = re.compile(r"(?:danh mục|chuyên mục|category)\s*:[^.!?:]+$", re.I)
MAX_NOTICE_CHARS = 500
MAX_LABEL_CHARS = 60
MIN_TITLE_CHARS = 15  # of a link; shorter ones are sections and authors
MAX_LINKED_CHARS = 200  # of a line with the title of another article
MAX_DATE_CHARS = 100  # of what the date's element prints
MIN_PARAGRAPH_CHARS = 80
MIN_SENTENCE_CHARS = 30  # of a text without a longer paragraph
MIN_TEXT_LINE_CHARS = 150  # a shorter line after the heading of a list is the title of an article
MAX_HEAD_LINES = 15  # above a title that stands inside the body element


def without_links(lines: list[PageLine], leads_elsewhere: Callable[[str], bool]) -> list[PageLine]:
    """Remove links to other articles. The heading right above them is no subhead of the text."""
    kept: list[PageLine] = []
    removed = False
    for line in lines:
        if line.head_link or line.tail_link:
            _remove_linked_titles(line, leads_elsewhere)
        removed = bool(line.link) and leads_elsewhere(line.link)
        if not removed:
            kept.append(line)
        elif kept and _kind(kept[-1]) is FrameLine.LIST_HEADING:
            kept[-1].bold, kept[-1].tag = False, "p"
    if removed and len(kept) > 1 and _is_label(kept[-1]):
        kept.pop()  # only links were below it
    return kept


def _remove_linked_titles(line: PageLine, leads_elsewhere: Callable[[str], bool]) -> None:
    """Remove the title of another article that only a <br> divides from a paragraph.

    Nothing in the paragraph goes on with the words of the link, or leads to them.
    """
    if line.link or line.row:
        return
    rest = line.text.removeprefix(line.head).lstrip()
    ends = not line.head.endswith((":", ",")) and not rest[:1].islower()
    if ends and is_sentence(rest) and _is_title(line.head, line.head_link, leads_elsewhere):
        line.text = rest
    rest = line.text.removesuffix(line.tail).rstrip()
    if is_sentence(rest) and _is_title(line.tail, line.tail_link, leads_elsewhere):
        line.text, line.tail = rest, ""


def _is_title(text: str, link: str, leads_elsewhere: Callable[[str], bool]) -> bool:
    if not link or len(text) < MIN_TITLE_CHARS or is_byline(text):
        return False
    return leads_elsewhere(link)


def _is_label(line: PageLine) -> bool:
    """Return whether a line is the heading of what follows: of a series, of other articles."""
    if line.row or line.caption or len(line.text) > MAX_LABEL_CHARS:
        return False
    return line.text.endswith(":") or (line.tag in HEADING_TAGS and not is_sentence(line.text))


def without_frame(lines: list[PageLine], title: str, published: str | None) -> list[PageLine]:
    """Remove the article's head, buttons and lists of other articles from the lines of its body.

    Between two paragraphs a short line may be the article's own subhead, whatever it says.
    """
    lines = [line for line in lines if not _is_program_notice(line.text)]
    while lines and _is_note(lines[-1].text):
        lines.pop()
    lines = _below_head(lines, title, published)
    paragraphs = [i for i, line in enumerate(lines) if len(line.text) >= MIN_PARAGRAPH_CHARS]
    paragraphs = paragraphs or [i for i, line in enumerate(lines) if is_sentence(line.text)]
    first, last = (paragraphs[0], paragraphs[-1]) if paragraphs else (0, len(lines))
    if first and (first == 1 or is_sentence(lines[1].text)) and _opens_live_report(lines):
        entries = [i for i, line in enumerate(lines) if TIME.fullmatch(line.text)]
        first, last = 0, max(last, entries[-1])
    kept: list[PageLine] = []
    for index, line in enumerate(lines):
        inside = first <= index <= last
        kind = None if inside and _is_styled(line) else _kind(line)
        if kind is FrameLine.LIST_HEADING and _is_file(lines[index + 1 : index + 2]):
            kind = None  # its documents
        if index > last and kind is FrameLine.LIST_HEADING:
            break
        if kind is FrameLine.LEAK or (kind is FrameLine.LIST_ITEM and line.linked):
            continue  # "Quảng cáo"; "Xem thêm: " and a link
        if kind is not FrameLine.LIST_HEADING and (inside or kind not in BUTTON_KINDS):
            kept.append(line)
    while kept and (_ends_nothing(kept[-1]) or _dates_credits(kept)):
        kept.pop()
    return kept


def _dates_credits(lines: list[PageLine]) -> bool:
    """Return whether the last line is a day without a label, right below credits with labels."""
    text = lines[-1].text
    if not text[-1:].isdigit() or len(lines) < 2 or lines[-1].row or _is_styled(lines[-1]):
        return False
    if len(text) > MAX_LABEL_CHARS or DATE_ONLY.fullmatch(text) is None or date_line(text) is None:
        return False
    return ":" in lines[-2].text and is_byline(lines[-2].text)


def _is_file(lines: list[PageLine]) -> bool:
    return any(FILE_LINK.search(line.link) for line in lines)


def _ends_nothing(line: PageLine) -> bool:
    """Return whether a last line is a heading, an imprint, or says who posted the page, or when."""
    kind = _kind(line)
    if kind in (FrameLine.LIST_HEADING, FrameLine.STATISTICS, FrameLine.POSTER):
        return True
    if kind is FrameLine.IMPRINT and not names_persons(line.text):
        return True
    printed = None if line.caption or line.row else date_line(line.text)
    return printed is not None and printed.is_updated


def _is_note(text: str) -> bool:
    """Return whether a last line forbids copying, or asks to follow the paper elsewhere."""
    if len(text) > MAX_NOTICE_CHARS:
        return False
    return COPYRIGHT_NOTE.match(text) is not None or FOLLOW_NOTE.match(text) is not None


def _is_program_notice(text: str) -> bool:
    if not text.startswith(NOTICE_STARTS) or len(text) > MAX_NOTICE_CHARS:
        return False
    return PROGRAM_NOTICE.match(text) is not None


def is_sentence(text: str) -> bool:
    """Return whether a line is long enough for a sentence and ends like one."""
    return len(text) >= MIN_SENTENCE_CHARS and FULL_STOP.search(text) is not None


def _is_styled(line: PageLine) -> bool:
    return line.bold or line.tag in HEADING_TAGS


def _below_head(lines: list[PageLine], title: str, published: str | None) -> list[PageLine]:
    """Remove the title, what stands above it, and the date. A figure's caption stays."""
    above = title_index(lines, title)
    start = 0 if above is None else above + 1
    captions = [line for line in lines[:start] if line.caption]
    while start < len(lines) and _is_of_head(lines[start], published):
        if _opens_live_report(lines[start:]):
            break
        start += 1
    return [*captions, *lines[start:]]


def _opens_live_report(lines: list[PageLine]) -> bool:
    """Return whether the first line is a time of day, as are lines below the next paragraph."""
    if not TIME.fullmatch(lines[0].text):
        return False
    return any(TIME.fullmatch(line.text) for line in lines[2:])


def _is_of_head(line: PageLine, published: str | None) -> bool:
    """Return whether a line is the date, a button, the number of readers, or who posted it."""
    if line.row:
        return False
    if line.text.isdigit():
        return not _is_styled(line)  # "1954" may be a subhead
    if _is_date(line.text, published) or _kind(line) in (FrameLine.POSTER, *BUTTON_KINDS):
        return True
    return len(line.text) <= MAX_LABEL_CHARS and SECTION_LABEL.match(line.text) is not None


def _is_date(text: str, published: str | None) -> bool:
    if len(text) > MAX_LABEL_CHARS:
        return False
    printed = published or ""  # an element that is not closed holds the whole page
    if len(printed) <= MAX_DATE_CHARS and text in printed:
        return True
    if printed and printed in text and is_section(text.replace(printed, "").strip(" |-–•")):
        return True
    if not FOUR_DIGITS.search(text) or (printed and is_chronicle_day(text)):
        return False
    return DATE_ONLY.fullmatch(text) is not None or date_line(text) is not None


def title_index(lines: list[PageLine], title: str) -> int | None:
    """Return the index of the line that repeats the title, if only short lines stand above it."""
    for index, line in enumerate(lines[:MAX_HEAD_LINES]):
        if line.italic or line.align or line.caption:
            continue  # the caption of a picture may repeat the title
        if title and (repeats_title(line.text, title) or _is_title_with_date(line.text, title)):
            return index
        if len(line.text) >= MIN_TEXT_LINE_CHARS:
            return None
    return None


def _is_title_with_date(text: str, title: str) -> bool:
    rest = text.removeprefix(title)
    if len(rest) >= min(len(text), MAX_LABEL_CHARS) or not any(map(str.isdigit, rest)):
        return False  # else the title with a full stop, as a paragraph
    return DATE_ONLY.fullmatch(rest) is not None


def repeats_title(text: str, title: str) -> bool:
    """Compare without case. Lengths first, because folding a paragraph is slow."""
    similar_length = abs(len(text) - len(title)) <= 8
    return similar_length and comparison(text).lower() == comparison(title).lower()


def is_frame_line(line: PageLine) -> bool:
    """Return whether a line is a button, or the heading of a list of other articles."""
    return _kind(line) in (*BUTTON_KINDS, FrameLine.LIST_HEADING)


def _kind(line: PageLine) -> FrameLine | None:
    """Captions and cells of tables are no lines of the frame, whatever they say."""
    max_chars = MAX_LINKED_CHARS if line.linked else MAX_LABEL_CHARS
    if len(line.text) > max_chars or line.caption or line.row or is_file_name(line.text):
        return None
    return frame_kind(line.text)
