"""The head of a text capture: title, date, section, author. Masthead and toolbars are left out.

The title stands between the masthead and the text: directly above the last date, counter or toolbar
before the text, or else directly above the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from crawlers.extraction.date_lines import DateLine, find_date
from crawlers.extraction.line_catalogue import is_masthead, is_section, without_counters
from crawlers.extraction.plaintext_captions import CREDIT, is_caption_like
from crawlers.extraction.plaintext_lines import SENTENCE_END, TextLine
from pipelines.record.bylines.organisations import is_organisation
from pipelines.record.bylines.parse import is_byline, is_source
from pipelines.record.bylines.person_names import is_office
from pipelines.record.datelines import split_dateline
from pipelines.text.normal_forms import search_fold
from storage.messages.reasons_inspection import FrameLine

MIN_TITLE_WORDS = 5  # a shorter line may be a section, a kicker or a subhead
MAX_TITLE_WORDS = 45
MAX_UNENDED_TITLE_WORDS = 90  # a resolution names all it is about, without a full stop
MAX_QUESTION_WORDS = 20  # of a title that asks
MIN_PARAGRAPH_WORDS = 12  # a line under the title that is longer is no subhead
GREETING = re.compile(r"kính (?:thưa|gửi|chào)(?!\w)", re.IGNORECASE)
SALUTATION = re.compile(
    rf"{GREETING.pattern}|thưa (?:các|toàn|quý)|(?:hỏi|trả lời|đáp|p\.?v|phóng viên)\s*:",
    re.IGNORECASE,
)
MIN_SALUTATION_WORDS = 3
MAX_OFFICE_WORDS = 20
MIN_MENU_LINES = 4
MAX_REPEATED_LINES = 3  # more different ones are those of a menu that is printed twice
MIN_MENU_UNDER_TEASER = 9
MAX_MENU_SENTENCES = 0.25
MAX_LINES_ABOVE_DATE = 3
MAX_BUTTONS = 2  # that the catalogue does not know, above the text; more lines are verses
MIN_TIMES_SHARED = 2
MIN_SHARED = 0.6  # of the best candidate's share of words that the text repeats
BESIDE_TITLE = frozenset((FrameLine.DATE, FrameLine.COUNTER, FrameLine.TOOLBAR, FrameLine.POSTER))
BESIDE_DATE = BESIDE_TITLE | {FrameLine.LEAK}
HEAD_KINDS = BESIDE_TITLE | {FrameLine.LEAK, FrameLine.BREADCRUMB, FrameLine.SECTION}
SECTION_LABEL = re.compile(r"(?:chuyên mục|danh mục|thể loại|mục)\s*:\s*(?=\S)", re.IGNORECASE)
HEAD_LABEL = re.compile(
    rf"{SECTION_LABEL.pattern}|(?:đơn vị|cơ quan|lĩnh vực|loại tin|địa phương)\s*:\s*\S",
    re.IGNORECASE,
)
BUTTON = re.compile(  # for a toolbar beside the title; elsewhere they may open a subhead
    r"(?:đọc|xem|nghe|tải|gửi|bật|tắt|lưu|bấm|nhấn|chia sẻ|theo dõi|thêm vào|đóng|mở rộng|thu gọn"
    r"|chế độ|giao diện|ngôn ngữ|font|cỡ|tóm tắt|trợ lý|hiệu chỉnh|tự động|đặt báo|nhắc)(?!\w)",
    re.IGNORECASE,
)
MAX_LABELLED_WORDS = 15
LABEL = re.compile(
    rf"{HEAD_LABEL.pattern}|(?:tác giả|người viết|thực hiện|nguồn|ảnh|bài|số)\s*:"
    r"|(?:được |đã )?(?:viết|đăng|written|posted) (?:bởi|by)(?!\w)",
    re.IGNORECASE,
)
NO_TITLE = re.compile(rf"[-–•*+]|{LABEL.pattern}|{GREETING.pattern}", re.IGNORECASE)
WORD = re.compile(r"[^\W_]+")
SERIES = re.compile(r"(?:bài|kỳ|phần|tập|chương|[0-9IVX]+[.)/:])(?!\w)", re.IGNORECASE)
TICKING = re.compile(
    r"^hôm nay|tháng.{0,40}[0-9]:[0-9]{2}:[0-9]{2}|:[0-9]{2}:[0-9]{2}\s*[AP]M", re.IGNORECASE
)
BREADCRUMB_SEPARATOR = re.compile(r"[»›>→|\\/]+|::")
CAMPAIGN = re.compile(r"(?:chào mừng|hướng tới|tiến tới) .{10,200}:", re.IGNORECASE)
GLUED_KICKER = re.compile(r"(?<=[^\W\d_]):(?=[A-ZĐÀ-Ỹ])")  # "Xã Yên Hòa:Mở hội"
HOME = frozenset(("trang chu", "trang nhat", "home", ""))


@dataclass
class Head:
    """What stands above the text. `start`: the index of the line under the head."""

    title: TextLine
    start: int
    published: str | None = None
    updated: str | None = None
    section: str | None = None
    bylines: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)


def read_head(lines: list[TextLine]) -> Head | None:
    """Return the head, or None if there is no line that can be a title.

    Sets `frame` of the lines that are left out.
    """
    first = _first_sentence(lines)
    position = _title_position(lines, first)
    if position is None:
        return None
    below = lines[position + 1 : position + 2]
    if CAMPAIGN.fullmatch(lines[position].text) and below and _can_be_title(below[0]):
        position += 1
    head = Head(lines[position], position + 1)
    _clean_title(lines, position, head)
    _read_under_title(lines, position, first, head)
    _read_dates(lines, position, head)
    _read_above_title(lines, position, head)
    return head


def _first_sentence(lines: list[TextLine]) -> int:
    """Return the index of the first sentence under a line that can be the title."""
    for index, line in enumerate(lines):
        is_text = line.is_sentence and not _is_title_sentence(lines, index)
        if is_text and not _is_teaser_in_menu(lines, index):
            return index
    return len(lines)


def _is_teaser_in_menu(lines: list[TextLine], index: int) -> bool:
    """Return whether a sentence stands in a long menu, above the date of the article."""
    times = [i for i, s in enumerate(lines) if i > index and s.date and s.date.has_time]
    menu = lines[index + 1 : times[0]] if times else []
    sentences = sum(line.is_sentence for line in menu)
    if len(menu) < MIN_MENU_UNDER_TEASER or sentences > MAX_MENU_SENTENCES * len(menu):
        return False
    below = lines[times[0] : times[0] + MIN_MENU_UNDER_TEASER]
    goes_on = any(a.is_sentence and b.is_sentence for a, b in pairwise(below))
    above = menu[:-MAX_LINES_ABOVE_DATE]  # the byline may stand between title and date
    return goes_on and not any(s.is_credit or s.frame is FrameLine.COMMENTS for s in above)


def _is_title_sentence(lines: list[TextLine], index: int) -> bool:
    """Return whether a line that ends like a sentence is the title."""
    text, words = lines[index].text, lines[index].words
    if SALUTATION.match(text) or split_dateline(text)[0]:
        return False
    if not _is_of_title_length(lines[index]) or is_masthead(text):
        return is_masthead(text)
    below = lines[index + 1] if index + 1 < len(lines) else None
    if below is not None and below.folded == lines[index].folded:
        is_lead = text.endswith(".") and any(
            _can_be_title(s) and _is_long(s) for s in lines[:index]
        )
        return not is_lead
    if text.endswith(("?", "!", "”", "…", "...")) and below and below.frame in HEAD_KINDS:
        return True
    is_dated = below is not None and below.date is not None and below.date.has_time
    if is_dated and words <= MAX_TITLE_WORDS and not SENTENCE_END.search(text):
        return True
    if words > MAX_TITLE_WORDS and not is_dated:
        return False
    is_under_mark = index > 0 and lines[index - 1].frame in BESIDE_TITLE
    if is_under_mark and text.endswith(":") and below and not below.is_sentence:
        return _can_be_title(below)  # a kicker and the title
    above = [line for line in lines[:index] if _can_be_title(line)]
    may_be_section = {id(a) for a, b in pairwise(lines[:index]) if b.frame not in BESIDE_TITLE}
    may_be_author = may_be_section  # "Thầy Năm" above the date is the title
    if not text.endswith("."):
        may_be_section = set(map(id, lines))
    above = [s for s in above if not (is_section(s.text) and id(s) in may_be_section)]
    above = [s for s in above if not (is_byline(s.text) and id(s) in may_be_author)]
    if text.endswith("?") and words <= MAX_QUESTION_WORDS:
        text_words = _words(lines[index + 1 :])
        shared = _share(lines[index], text_words)
        above = [line for line in above if _share(line, text_words) >= MIN_SHARED * shared]
    return not above and not any(_is_dated_word(lines, i) for i in range(index))


def _is_dated_word(lines: list[TextLine], index: int) -> bool:
    """Return whether a line is a title of one word ("Chợ"), directly above a date with a time."""
    line, below = lines[index], lines[index + 1].date
    is_dated = below is not None and below.has_time
    return is_dated and line.frame is None and line.text.isalpha() and not is_section(line.text)


def _can_be_title(line: TextLine) -> bool:
    """Return whether a line is of the length of a title and nothing that is known."""
    if line.frame is not None or line.cells or is_masthead(line.text) or is_source(line.text):
        return False
    if line.text[0].islower() or line.text.endswith((",", ";")) or NO_TITLE.match(line.text):
        return False
    return line.words > 1 and _is_of_title_length(line) and any(c.isalpha() for c in line.text)


def _is_of_title_length(line: TextLine) -> bool:
    ended = SENTENCE_END.search(line.text) is not None
    return line.words <= (MAX_TITLE_WORDS if ended else MAX_UNENDED_TITLE_WORDS)


def _title_position(lines: list[TextLine], first: int) -> int | None:
    usable = [i for i in range(min(first, len(lines))) if _can_be_title(lines[i])]
    likely = [i for i in usable if not is_section(lines[i].text) and not _is_author(lines, i)]
    likely = [i for i in likely if not _says_button(lines[i])]
    candidates = likely or usable
    if first == len(lines):  # a poem or a list: no line looks like a sentence
        return _title_without_text(lines, candidates)
    words = [i for i in range(first) if _is_dated_word(lines, i)] if not likely else []
    if words:
        return words[-1]
    if not candidates:
        return first if first < len(lines) and lines[first].words <= MAX_TITLE_WORDS else None
    repeated = _repeated(lines, candidates, first)
    if repeated is not None:
        return repeated
    for mark in reversed([i for i in range(first) if lines[i].frame in BESIDE_TITLE]):
        above = [i for i in candidates if i < mark]
        below = [i for i in candidates if i > mark]
        if above and not (below and _is_apart(lines, above[-1], mark)):
            date = lines[mark].date
            is_clock = date is not None and date.is_clock_like
            title = _without_button(lines, above, first)
            if is_clock or _is_menu_entry(lines, title):
                return _better(lines, title, below)
            is_section_above = len(below) == 1 and _shares_more(lines, below[0], title, first)
            return below[0] if is_section_above else title
    return _by_shared_words(lines, candidates, first)


def _without_button(lines: list[TextLine], above: list[int], first: int) -> int:
    """Return the line above a mark that is the title: not a short one under a long title."""
    last = above[-1]
    if last - 1 not in above or _is_long(lines[last]) or not _is_long(lines[last - 1]):
        return last
    text = _words(lines[first:])
    shared = _share(lines[last - 1], text)
    return last - 1 if _share(lines[last], text) < shared else last


def _shares_more(lines: list[TextLine], below: int, above: int, first: int) -> bool:
    """Return whether the line under a date is the title, and the line above it a section.

    The text repeats far more words of a title than of a section, and of a title than of a subhead.
    """
    if not _is_long(lines[below]) or is_caption_like(lines[below].text):
        return False
    text = _words(lines[first:])
    shared = [len(text & set(WORD.findall(lines[i].folded))) for i in (below, above)]
    return shared[0] > MIN_TIMES_SHARED * shared[1]


def _is_long(line: TextLine) -> bool:
    """Return whether a line has the words of a title; "A - B" has two."""
    return len(WORD.findall(line.folded)) >= MIN_TITLE_WORDS


def _is_menu_entry(lines: list[TextLine], index: int) -> bool:
    """Return whether a short line is the last of several, as in a menu."""
    menu = lines[max(index - MIN_MENU_LINES + 1, 0) : index + 1]
    return len(menu) == MIN_MENU_LINES and not any(_is_long(line) or line.date for line in menu)


def _is_apart(lines: list[TextLine], title: int, mark: int) -> bool:
    """Return whether a menu or breadcrumb stands between a line and the date or toolbar below."""
    return any(
        line.frame not in HEAD_KINDS or line.frame is FrameLine.BREADCRUMB
        for line in lines[title + 1 : mark]
        if line.frame is not None
    )


def _is_author(lines: list[TextLine], index: int) -> bool:
    """Return whether a line is a byline, or the office of the author named above it."""
    if is_byline(lines[index].text):
        return True
    return index > 0 and is_office(lines[index].text) and is_byline(lines[index - 1].text)


def _title_without_text(lines: list[TextLine], candidates: list[int]) -> int | None:
    marks = [i for i, line in enumerate(lines) if line.frame is FrameLine.DATE]
    above = [i for i in candidates if marks and i < marks[0]]
    return above[-1] if above else next(iter(candidates), None)


def _repeated(lines: list[TextLine], candidates: list[int], first: int) -> int | None:
    """Return the line that is printed again in the head, as NukeViet and others do.

    A line of a menu may be printed again, too: the text repeats more words of a title below it.
    """
    counts = Counter(lines[i].folded for i in candidates)
    again = [i for i in candidates if counts[lines[i].folded] > 1]
    again = [i for i in again if _is_long(lines[i]) or lines[i + 1].folded == lines[i].folded]
    is_menu = len({lines[i].folded for i in again}) > MAX_REPEATED_LINES
    if not again or is_menu:
        return None
    text = _words(lines[first:])
    shared = {i: len(text & set(WORD.findall(lines[i].folded))) for i in candidates}
    below = [i for i in candidates if i > again[-1] and _is_long(lines[i])]
    is_title = all(shared[i] <= shared[again[-1]] for i in below)
    return again[-1] if is_title else None


def _better(lines: list[TextLine], above: int, below: list[int]) -> int:
    """Choose between a line above a date and those under it; the date may be a clock."""
    if _is_long(lines[above]) or not below:
        return above
    titles = [i for i in below if _is_long(lines[i])]
    titles = [i for i in titles if not is_caption_like(lines[i].text)]
    return titles[0] if titles else above


def _by_shared_words(lines: list[TextLine], candidates: list[int], first: int) -> int:
    """Return the first long candidate of the last group whose words the text repeats."""
    text = _words(lines[first:])
    group = [candidates[-1]]
    for index in reversed(candidates[:-1]):
        if any(line.frame not in HEAD_KINDS for line in lines[index + 1 : group[0]]):
            break
        group.insert(0, index)
    long = [i for i in group if lines[i].words >= MIN_TITLE_WORDS] or group
    shares = {i: _share(lines[i], text) for i in long}
    best = max(shares.values())
    return next(i for i in long if shares[i] >= MIN_SHARED * best)


def _words(lines: list[TextLine]) -> set[str]:
    return {word for line in lines for word in WORD.findall(line.folded)}


def _share(line: TextLine, text: set[str]) -> float:
    words = WORD.findall(line.folded)
    return sum(word in text for word in words) / len(words)


def _clean_title(lines: list[TextLine], position: int, head: Head) -> None:
    """Take a bracketed date with a time, and counters, off the end of the title."""
    text = head.title.text
    if text.endswith(":") and position + 1 < len(lines) and _can_be_title(lines[position + 1]):
        text = f"{text} {lines[position + 1].text}"  # the kicker and the title
        lines[position + 1].frame = FrameLine.TITLE
    text = GLUED_KICKER.sub(": ", text)
    match = find_date(text)
    if match and (match["before"] or match["after"]) and text[match.end() :].strip() in (")", "]"):
        head.published = match[0].strip()
        text = text[: match.start()].rstrip(" ([")
    cleaned = without_counters(text) if text.endswith((")", "]")) else text
    text = cleaned.rstrip(" |") if cleaned.count("|") > text.count("|") else text
    if text != head.title.text:
        head.title = TextLine(text)
        lines[position] = head.title


def _read_under_title(lines: list[TextLine], position: int, first: int, head: Head) -> None:
    """Sort the lines between title and text."""
    text = _text_start(lines, position, first)
    for index in range(position + 1, text):
        line = lines[index]
        if line.frame is None and not _sort_line(lines, index, head):
            line.frame = FrameLine.TOOLBAR
    head.start = text


def _text_start(lines: list[TextLine], position: int, first: int) -> int:
    """Return the index of the first line of the text: a subhead, a verse, or the first sentence.

    A date, counter or toolbar under a line shows that the text begins later.
    """
    end = min(first, len(lines))
    if first == len(lines):  # without sentences, the text begins under the toolbar of the title
        end = position + 1
        while end < len(lines) and (lines[end].frame in HEAD_KINDS or lines[end].is_credit):
            end += 1
        return end
    top = end
    while top > position + 1 and lines[top - 1].frame is None:
        top -= 1
    start = top
    is_under_button = top > position + 1
    while start < end and (
        _is_of_head(lines, start, end) or (is_under_button and _is_button(lines, start, end))
    ):
        start += 1
    return start


def _is_of_head(lines: list[TextLine], index: int, end: int) -> bool:
    """Return whether a line above the first sentence is no subhead and no verse."""
    line = lines[index]
    if line.is_credit or is_caption_like(line.text) or line.folded == lines[index - 1].folded:
        return True
    if _is_labelled(line) or _says_button(line):
        return True
    if line.text.endswith((".", "!", "?")) and line.words >= MIN_SALUTATION_WORDS:
        return False  # "Kính gửi tòa soạn!"
    if line.text.isdecimal():  # of comments, unless the text has numbered parts
        return all(below.text != str(int(line.text) + 1) for below in lines[end:])
    return False


def _is_button(lines: list[TextLine], index: int, end: int) -> bool:
    """Return whether a short line under a button is another, which the catalogue does not know.

    A subhead above the first sentence of a text without other subheads is unusual.
    """
    line = lines[index]
    if line.text.endswith((".", "!", "?")) or line.text.isdecimal():
        return False
    if end - index > MAX_BUTTONS or line.words >= MIN_TITLE_WORDS:
        return False
    below = zip(lines[end:], lines[end + 1 :], strict=False)
    return not any(_is_subhead(*pair) for pair in below) and SERIES.match(line.text) is None


def _says_button(line: TextLine) -> bool:
    """Return whether a line is of few words, of which the first is that of a button."""
    ended = SENTENCE_END.search(line.text) is not None
    return line.words < MIN_TITLE_WORDS and not ended and BUTTON.match(line.text) is not None


def _is_labelled(line: TextLine) -> bool:
    """Return whether a line is what a CMS prints of an article ("Chuyên mục: X", "Đơn vị: Y")."""
    return HEAD_LABEL.match(line.text) is not None and line.words <= MAX_LABELLED_WORDS


def _is_subhead(line: TextLine, below: TextLine) -> bool:
    return line.frame is None and not line.is_credit and not line.is_sentence and below.is_sentence


def _sort_line(lines: list[TextLine], index: int, head: Head) -> bool:
    """Take a line under the title out of the text. Return False if it opens the text."""
    line = lines[index]
    if line.folded == head.title.folded:
        line.frame = FrameLine.TITLE
    elif is_byline(line.text) and not CREDIT.match(line.text):
        head.bylines.append(line.text.rstrip(" -–|"))
        line.frame = FrameLine.BYLINE
        _take_office(lines, index, head)
    elif is_source(line.text):
        head.sources.append(line.text)
        line.frame = FrameLine.SOURCE
    elif _is_labelled(line):
        _take_section_label(line, head)
    elif is_section(line.text) and _is_followed_by_frame(lines, index):
        line.frame = FrameLine.SECTION
    elif is_caption_like(line.text) and line.words < MIN_PARAGRAPH_WORDS * 3:
        head.captions.append(line.text)
        line.frame = FrameLine.CAPTION
    else:
        return False
    return True


def _take_section_label(line: TextLine, head: Head) -> None:
    label = SECTION_LABEL.match(line.text)
    if label:
        head.section = line.text[label.end() :]
    line.frame = FrameLine.SECTION if label else FrameLine.TOOLBAR


def _is_followed_by_frame(lines: list[TextLine], index: int) -> bool:
    return index + 1 < len(lines) and lines[index + 1].frame is not None


def _take_office(lines: list[TextLine], index: int, head: Head) -> None:
    """Join the author's office or organisation, which stands on the line below the name."""
    below = lines[index + 1] if index + 1 < len(lines) else None
    if below is None or below.is_sentence or below.words > MAX_OFFICE_WORDS:
        return
    if is_office(below.text) or is_organisation(below.text):
        head.bylines[-1] += f", {below.text}"
        below.frame = FrameLine.BYLINE


def _read_dates(lines: list[TextLine], position: int, head: Head) -> None:
    """Set the dates: those under the title, or else the one that stands nearest above it."""
    under = [line.date for line in lines[position + 1 : head.start] if line.date]
    head.bylines += [date.byline for date in under if date.byline]
    head.section = next((date.section for date in under if date.section), head.section)
    dates = [date for date in under if date.printed]
    if not dates and not under and not head.published:
        nearest = _date_above(lines, position)
        dates = [nearest] if nearest else []
    _set_dates(dates, head)
    for line in lines[:position]:
        if line.date and line.date not in dates:
            line.frame = FrameLine.CLOCK


def _date_above(lines: list[TextLine], position: int) -> DateLine | None:
    """Return the date above the title, unless it is the page's clock.

    A clock has a weekday and no label, or the label "Cập nhật", and it stands in the masthead:
    lines of it, of a menu or a section are between the clock and the title.
    """
    for index in range(position - 1, -1, -1):
        date = lines[index].date
        if date is None or date.printed is None:
            continue
        between = lines[index + 1 : position]
        title = lines[position].folded
        is_near = all(line.frame in BESIDE_DATE or line.folded == title for line in between)
        is_near = is_near or any(line.folded == title for line in lines[:index])
        ticks = TICKING.search(date.printed) is not None
        may_be_clock = date.is_clock_like or (date.is_updated and not is_near)
        return None if may_be_clock and (ticks or not is_near) else date
    return None


def _set_dates(dates: list[DateLine], head: Head) -> None:
    first = next((date for date in dates if not date.is_updated), None)
    if first is not None:
        head.published = head.published or first.printed
        head.updated = first.updated
        later = next((date for date in dates if date.is_updated), None)
        head.updated = head.updated or (later.printed if later else None)
    elif dates:
        head.published = head.published or dates[0].printed
    if not head.section and dates:
        head.section = dates[0].section


def _read_above_title(lines: list[TextLine], position: int, head: Head) -> None:
    """Read the section above the title, and mark all other lines as the masthead's.

    A name of a section with an entry of the menu below it is an entry, too.
    """
    menu_ends = max((i for i in range(position) if lines[i].frame is FrameLine.MENU), default=0)
    for index, line in enumerate(lines[:position]):
        if line.frame is FrameLine.BREADCRUMB:
            head.section = _last_crumb(line.text, head.title.folded) or head.section
        elif line.folded == head.title.folded:
            line.frame = FrameLine.TITLE
        elif line.frame is None and _is_labelled(line):
            _take_section_label(line, head)
        elif line.frame is None and is_section(line.text) and index < menu_ends:
            line.frame = FrameLine.MENU
        elif line.frame is None and is_section(line.text) and not is_masthead(line.text):
            line.frame = FrameLine.SECTION
            head.section = _last_crumb(line.text, head.title.folded) or line.text
        elif line.frame is None:
            line.frame = FrameLine.MASTHEAD


def _last_crumb(text: str, title: str) -> str | None:
    """Return the section that a breadcrumb ends in; its last part may be the title."""
    parts = [part.strip() for part in BREADCRUMB_SEPARATOR.split(text)]
    parts = [part for part in parts if search_fold(part) not in HOME]
    named = [p for p in parts if not title.startswith(TextLine(p.rstrip(" .…")).folded)]
    return named[-1] if named else None
