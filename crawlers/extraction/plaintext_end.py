"""The text of a text capture and where it ends: at its byline or source, or where the frame begins.

A heading of a list of other articles ends the text, unless the text goes on under it: several CMSs
print a box of related articles between two paragraphs. Nothing that may be of the article is cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain, pairwise, takewhile

from crawlers.extraction.classify_lines import FULL_STOP, is_series_note
from crawlers.extraction.date_lines import is_chronicle_day, is_labelled
from crawlers.extraction.line_catalogue import END_KINDS, is_masthead, is_section
from crawlers.extraction.plaintext_captions import is_caption_like, is_photo_credit
from crawlers.extraction.plaintext_head import Head
from crawlers.extraction.plaintext_lines import MIN_SENTENCE_WORDS, SENTENCE_END, TextLine
from pipelines.record.bylines.organisations import is_organisation
from pipelines.record.bylines.parse import is_byline, is_source
from pipelines.record.bylines.person_names import is_office, is_office_only, signs_for_office
from pipelines.text.normal_forms import is_all_caps
from storage.messages.reasons_inspection import FrameLine

MAX_BOX_LINES = 6  # titles in a box of related articles inside the text
MIN_SENTENCES_AFTER_BOX = 2
MIN_SENTENCES_UNDER_SUBHEAD = 3  # under a line that is a subhead although the catalogue knows it
MAX_SHARE_AFTER_BYLINE = 0.5  # of the text; a byline that is followed by more does not end it
MAX_LEAD_SENTENCES = 2  # above a byline in the head
MAX_CONTACT_LINES = 6
MAX_ORGANISATIONS = 2  # that sign an article, on lines of their own
FOOTNOTE = re.compile(r"(?:\(\*+\)|\*+|\[\d{1,2}\]|\(\d{1,2}\))\s?\S")
LIST_ITEM = re.compile(r"[-+•*–]\s|\(?[0-9]{1,2}[.)/]\s|[a-zđ][.)/]\s")
AT_TIME = re.compile(r"[0-9]{1,2} ?(?:giờ|h|:)", re.IGNORECASE)  # an item of a programme
NUMBERED = re.compile(r"(?:[0-9]{1,2}|[IVX]{1,4})[.)/]\s")
DATED_TITLE = re.compile(
    r"\(\s*(?:[0-9:]+[\s,-]*)?[0-9]{1,2}[/.-][0-9]{1,2}(?:[/.-][0-9]{4})?[^()]*\)$"
)
NAMES_ARTICLES = re.compile(
    r"\W*(?:(?:các|những|xem|đọc) )?(?:tin|bài)(?!\w)|.{0,40}liên quan\W*$", re.IGNORECASE
)
NEVER_SUBHEADS = frozenset((FrameLine.COMMENTS, FrameLine.TAGS, FrameLine.PAGER))
# Kinds whose words a list or table of the article prints, too ("Tổng số: 1.240").
PLAIN_WORDS = frozenset((FrameLine.SERVICES, FrameLine.STATISTICS, FrameLine.MENU))
MAX_VERSE_WORDS = 10
MAX_TAG_WORDS = 6
TAG_SEPARATOR = re.compile(r"[,;|#]")
ANSWER = re.compile(r"(?:trả lời|đáp)\s?:", re.IGNORECASE)  # without the colon it is a button
COMMENT_COUNT = re.compile(r"\W*[0-9]+\W*(?:bình luận|ý kiến|phản hồi|comments?)\W*", re.IGNORECASE)
SHORTENED = re.compile(r"(?:…|\.\.\.)$")
SHORT_SENTENCE = re.compile(r"(?<!\.)[.!]['\"”’)\]]*$")


@dataclass
class ArticleText:
    """The lines of the body, and what its end prints."""

    lines: list[TextLine] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    published: str | None = None
    tags: list[str] = field(default_factory=list)


def find_text(lines: list[TextLine], head: Head) -> ArticleText:
    """Return the text under the head. Sets `frame` of the lines that are left out."""
    found = ArticleText()
    stop = _stop(lines, head.start)
    region = [line for line in lines[head.start : stop] if _is_of_text(line, head)]
    if head.published is None:
        found.published = _take_date_under_lead(region) or _date_at_end(lines, head.start, stop)
    region = [line for line in region if line.frame is not FrameLine.DATE or _keeps_date(line)]
    _take_byline_under_lead(region, found)
    end = _signed_end(region, _end(region))
    found.lines = region[:end]
    rest = _take_credits(region[end:], found)
    if not found.bylines and not found.sources:
        rest = _keep_short_sentences(lines, rest, found)
        rest = _keep_last_lines(rest, found, lines[stop:], signed=bool(head.bylines))
    found.lines += _footnotes(rest)
    found.tags = _tags(lines[stop:])
    kept = set(map(id, found.lines))
    for line in lines[head.start :]:
        if id(line) not in kept and line.frame is None:
            line.frame = FrameLine.AFTER_END
    return found


def _is_of_text(line: TextLine, head: Head) -> bool:
    if line.frame is None and line.folded == head.title.folded:
        line.frame = FrameLine.TITLE
    return line.frame is None or line.frame is FrameLine.DATE


def _keeps_date(line: TextLine) -> bool:
    """Return whether a date is a subhead of a chronicle ("Ngày 3/2/1930")."""
    if is_chronicle_day(line.text):
        line.frame = None
    return line.frame is None


def _stop(lines: list[TextLine], start: int) -> int:
    """Return the index of the line that ends the text, at the latest the end of the capture."""
    index, sentences, closed = start, 0, False
    while index < len(lines):
        line = lines[index]
        if sentences and COMMENT_COUNT.fullmatch(line.text):
            line.frame = FrameLine.COMMENTS
        if line.frame in END_KINDS and (sentences or not _has_sentence(lines[index:])):
            resumed = _resume(lines, index, closed)
            if resumed is None:
                return _imprint_start(lines, index)
            index = resumed
            continue
        if line.date and sentences > MAX_LEAD_SENTENCES and not _is_above_credit(lines, index):
            start = _teaser_start(lines, index)
            if line.date.has_time or (start < index and not is_chronicle_day(line.text)):
                return start
        sentences += line.is_sentence
        if line.frame is None:
            closed = line.is_credit and sentences > 1
        index += 1
    return len(lines)


def _is_above_credit(lines: list[TextLine], index: int) -> bool:
    """Return whether a labelled date ("Cập nhật: ...") stands above the byline or source."""
    date = lines[index].date
    is_own = date is not None and (date.is_updated or is_labelled(date.printed or ""))
    return is_own and index + 1 < len(lines) and lines[index + 1].is_credit


def _has_sentence(lines: list[TextLine]) -> bool:
    return any(line.is_sentence for line in lines)


def _imprint_start(lines: list[TextLine], index: int) -> int:
    """Return the index of the publisher's name in capitals that opens an imprint."""
    name = lines[index - 1].text
    is_name = is_all_caps(name) and is_organisation(name)
    return index - 1 if is_name and lines[index].frame is FrameLine.IMPRINT else index


def _teaser_start(lines: list[TextLine], index: int) -> int:
    """Return the index of the title above the date of another article."""
    above = lines[index - 1]
    is_title = above.frame is None and not above.is_sentence and not above.is_credit
    return index - 1 if is_title else index


def _resume(lines: list[TextLine], index: int, closed: bool) -> int | None:
    """Return where the text goes on after a line of the frame, or None if it ends there.

    Args:
        closed: a byline or source stands directly above the line
    """
    if closed:
        return None
    kind = lines[index].frame
    if kind is FrameLine.IMPRINT:
        return _resume_after_contact(lines, index)
    under = _sentences_at(lines, index + 1, with_captions=True)
    if under and ANSWER.fullmatch(lines[index].text):
        lines[index].frame = None
        return index
    is_subhead = kind not in NEVER_SUBHEADS or _is_closed_below(lines, index + 1)
    is_of_text = kind in PLAIN_WORDS and under > 0 and _is_closed_below(lines, index + 1)
    if (is_subhead and under >= MIN_SENTENCES_UNDER_SUBHEAD) or is_of_text:
        if kind is FrameLine.LIST_HEADING and NAMES_ARTICLES.match(lines[index].text):
            return index + 1  # above an empty box
        lines[index].frame = None
        return index
    return _resume_after_box(lines, index) if kind is FrameLine.LIST_HEADING else None


def _resume_after_box(lines: list[TextLine], index: int) -> int | None:
    """Skip a box of related articles whose heading is at `index`, if the text goes on under it."""
    below = index + 1
    while below < len(lines) and (_is_box_title(lines[below]) or _is_question(lines[below])):
        if below > index + 1 and NUMBERED.match(lines[below].text):
            break  # a subhead, unless the titles have numbers
        below += 1
    if not 0 < below - index - 1 <= MAX_BOX_LINES:
        return None
    text = below
    while text < len(lines) and is_caption_like(lines[text].text):
        text += 1
        text += text < len(lines) and _is_box_title(lines[text])  # a subhead under the picture
    if not _goes_on(lines, text) and not _is_closed_below(lines, below):
        return None
    has_subheads = _has_subhead(lines[:index], 0) or _has_subhead(lines, below)
    is_text = lines[below].is_sentence and lines[index - 1].is_sentence
    if below - index > 2 and is_text and has_subheads:
        below -= 1  # the line above the sentence
    for line in lines[index + 1 : below]:
        line.frame = FrameLine.LIST_ITEM
    return below


def _is_question(line: TextLine) -> bool:
    """Return whether a line may be a title that asks, and is no question of an interview."""
    return line.is_sentence and line.text.endswith("?") and ":" not in line.text


def _goes_on(lines: list[TextLine], index: int) -> bool:
    """Return whether two paragraphs follow each other before the text ends."""
    while index < len(lines) and lines[index].frame is None and not lines[index].is_credit:
        short = index + 1 < len(lines) and SHORT_SENTENCE.search(lines[index + 1].text)
        if lines[index].is_sentence and (short or _sentences_at(lines, index + 1)):
            return True
        index += 1
    return False


def _is_box_title(line: TextLine) -> bool:
    if line.frame is not None or line.is_sentence or line.is_credit or line.text.endswith("."):
        return False
    return not is_caption_like(line.text)


def _sentences_at(lines: list[TextLine], index: int, *, with_captions: bool = False) -> int:
    """Count the sentences that follow each other, with the captions between them if wanted."""
    count = 0
    while index + count < len(lines):
        line = lines[index + count]
        if not (line.is_sentence or (with_captions and count and is_caption_like(line.text))):
            break
        count += 1
    return count


def _is_closed_below(lines: list[TextLine], index: int) -> bool:
    """Return whether a byline or source ends the text that goes on at `index`."""
    end = index
    while end < len(lines) and lines[end].frame not in END_KINDS and not lines[end].is_credit:
        if lines[end].date:
            return False
        end += 1
    below = lines[index:end]
    is_text = 2 * sum(line.is_sentence for line in below) >= len(below)  # no list of titles
    return end > index and is_text and _closes(lines, end)


def _has_subhead(lines: list[TextLine], index: int) -> bool:
    """Return whether a short line heads a paragraph of the text that goes on at `index`."""
    for line, below in zip(lines[index:], lines[index + 1 :], strict=False):
        if line.frame in END_KINDS or line.is_credit:
            return False
        if _is_box_title(line) and below.is_sentence:
            return True
    return False


def _closes(lines: list[TextLine], index: int) -> bool:
    """Return whether the byline or source of an article stands at `index`, and its frame below."""
    if index >= len(lines) or not lines[index].is_credit:
        return False
    while index < len(lines) and lines[index].is_credit:
        index += 1
    return index == len(lines) or lines[index].frame is not None


def _resume_after_contact(lines: list[TextLine], index: int) -> int | None:
    """Keep an address or telephone number in the text, if the text or its byline follows."""
    end = index
    while end < len(lines) and lines[end].frame is FrameLine.IMPRINT:
        end += 1
    is_announced = lines[index - 1].is_sentence and lines[index - 1].text.endswith(":")
    goes_on = (
        is_announced or _sentences_at(lines, end) >= MIN_SENTENCES_AFTER_BOX or _closes(lines, end)
    )
    if end - index > MAX_CONTACT_LINES or not goes_on:
        return None
    for line in lines[index:end]:
        line.frame = None
    return end


def _take_date_under_lead(region: list[TextLine]) -> str | None:
    """Return the date that some sites print under the lead and the byline."""
    sentences = 0
    for index, line in enumerate(region):
        if line.date and line.date.printed and index + 1 < len(region):
            is_of_text = any(is_chronicle_day(below.text) for below in region[index + 1 :])
            if sentences > MAX_LEAD_SENTENCES or is_of_text:
                return None
            del region[index]
            return line.date.printed
        sentences += line.is_sentence
    return None


def _date_at_end(lines: list[TextLine], start: int, stop: int) -> str | None:
    """Return the labelled date ("Ngày đăng: ...") under the text, before the rest of the frame."""
    above = takewhile(lambda line: not line.is_sentence, reversed(lines[start:stop]))
    below = takewhile(_may_precede_date, lines[stop:])
    dates = (line.date.printed for line in chain(above, below) if line.date)
    return next((printed for printed in dates if printed and is_labelled(printed)), None)


def _may_precede_date(line: TextLine) -> bool:
    return line.frame is not None and line.frame not in END_KINDS


def _take_byline_under_lead(region: list[TextLine], found: ArticleText) -> None:
    """Take a byline out of the text that stands under the lead, with the text still to come."""
    sentences = 0
    for index, line in enumerate(region):
        if sentences > MAX_LEAD_SENTENCES:
            return
        below = _sentences_at(region, index + 1)
        if sentences and line.is_credit and below >= MIN_SENTENCES_AFTER_BOX:
            if is_all_caps(line.text) and _has_subhead_in_capitals(region, index + 1):
                return
            _take_credits(region[index : index + 1], found)
            del region[index]
            return
        sentences += line.is_sentence


def _has_subhead_in_capitals(region: list[TextLine], start: int) -> bool:
    """Return whether a line in capitals heads a paragraph below: one above may look like a name."""
    pairs = pairwise(region[start:])
    return any(is_all_caps(a.text) and not a.is_sentence and b.is_sentence for a, b in pairs)


def _end(region: list[TextLine]) -> int:
    """Return the index of the byline or source at the end, or that after the last sentence."""
    verses = not _has_sentence(region)
    sizes = [
        len(line.text) if line.is_sentence or (verses and not line.is_credit) else 0
        for line in region
    ]
    credits = [i for i, line in enumerate(region) if line.is_credit and any(sizes[:i])]
    credits = [i for i in credits if not is_photo_credit(region, i)]
    credits = [i for i in credits if not _is_link(region, i)]
    for last in reversed(credits):
        below = [0 if SHORTENED.search(s.text) else n for s, n in zip(region, sizes, strict=True)]
        if sum(below[last:]) > MAX_SHARE_AFTER_BYLINE * sum(sizes[:last]):
            break
        end = last
        for index in reversed([i for i in credits if i < last]):
            if any(sizes[index:last]):
                break
            end = index
        return end
    sentences = [i for i, size in enumerate(sizes) if size]
    return _listed_end(region, sentences[-1] + 1) if sentences else len(region)


def _listed_end(region: list[TextLine], end: int) -> int:
    """Return the index behind the list that the last sentence, or a line below it, announces."""
    start = end - 1 if region[end - 1].text.endswith(":") else end
    if start == len(region) or not region[start].text.endswith(":"):
        return end
    below = region[start + 1 :]
    listed = sum(1 for _ in takewhile(lambda line: _is_listed(line.text), below))
    return start + 1 + listed if listed > 1 else end


def _is_listed(text: str) -> bool:
    return bool(LIST_ITEM.match(text) or AT_TIME.match(text)) or is_organisation(text)


def _is_link(region: list[TextLine], index: int) -> bool:
    """Return whether an organisation stands beside others, in a list of links to their sites."""
    beside = region[max(index - 2, 0) : index + 3]
    own = is_organisation(region[index].text)
    return own and sum(is_organisation(line.text) for line in beside) > MAX_ORGANISATIONS


def _signed_end(region: list[TextLine], end: int) -> int:
    """Return the index behind the office that signs a letter, which belongs to its text."""
    start = end
    while end < len(region) and _is_of_signature(region[end].text, end > start):
        end += 1
    return end


def _is_of_signature(text: str, is_signed: bool) -> bool:
    """Return whether a line is of a signature: an office, in capitals if it opens that."""
    if signs_for_office(text):
        return True
    return is_office_only(text) and (is_signed or is_all_caps(text))


def _take_credits(rest: list[TextLine], found: ArticleText) -> list[TextLine]:
    """Take byline and source lines from the start of `rest`. Return what is under them."""
    for index, line in enumerate(rest):
        if is_source(line.text):
            found.sources.append(line.text)
            line.frame = FrameLine.SOURCE
        elif is_byline(line.text):
            found.bylines.append(line.text)
            line.frame = FrameLine.BYLINE
        elif found.bylines and is_office(line.text) and not line.is_sentence:
            found.bylines[-1] += f", {line.text}"
            line.frame = FrameLine.BYLINE
        else:
            return rest[index:]
    return []


def _keep_short_sentences(
    lines: list[TextLine], rest: list[TextLine], found: ArticleText
) -> list[TextLine]:
    """Keep short sentences and rows directly under the last line. Return what is under them."""
    above = {id(line): one for one, line in pairwise(lines)}
    while rest and found.lines and (rest[0].cells or FULL_STOP.search(rest[0].text)):
        if above[id(rest[0])] is not found.lines[-1]:
            break
        found.lines.append(rest.pop(0))
    return rest


def _keep_last_lines(
    rest: list[TextLine], found: ArticleText, below: list[TextLine], *, signed: bool
) -> list[TextLine]:
    """Keep verses, items of a list, and a single line, under the last sentence of a text.

    Args:
        below: the lines that are not of the text
        signed: the head names the author, so that only a line as long as a sentence is text
    """
    rest = [line for line in rest if not _is_of_frame(line.text)]
    may_stay = len(rest) == 1 and not _is_title(rest[0], below)
    if may_stay and (rest[0].words > MIN_SENTENCE_WORDS or not (below or signed)):
        kept = 1
    elif signed:
        return rest
    elif rest and all(_is_verse(line) for line in rest[:2]) and len(rest) > 1:
        kept = next((i for i, line in enumerate(rest) if not _is_verse(line)), len(rest))
    else:
        kept = next((i for i, s in enumerate(rest) if not LIST_ITEM.match(s.text)), len(rest))
    found.lines += rest[:kept]
    return rest[kept:]


def _is_title(line: TextLine, below: list[TextLine]) -> bool:
    """Return whether a line is the title of another article: dated, or printed again in a list."""
    if DATED_TITLE.search(line.text) or any(s.date is not None for s in below[:2]):
        return True
    return any(s.folded == line.folded for s in below)


def _is_of_frame(text: str) -> bool:
    return text.isdecimal() or is_masthead(text) or is_section(text)  # decimal: of comments


def _is_verse(line: TextLine) -> bool:
    short = line.words <= MAX_VERSE_WORDS and not DATED_TITLE.search(line.text)
    return short and (line.text.endswith((",", ";")) or SENTENCE_END.search(line.text) is not None)


def _tags(below: list[TextLine]) -> list[str]:
    """Return the tags under the text: beside their label, or on lines of their own under it."""
    start = next((i for i, line in enumerate(below) if line.frame is FrameLine.TAGS), None)
    if start is None or any(line.frame is FrameLine.LIST_HEADING for line in below[:start]):
        return []
    beside = below[start].text.partition(":")[2].strip()
    if beside:
        return [tag for part in TAG_SEPARATOR.split(beside) if (tag := part.strip())]
    own = list(takewhile(_is_tag, below[start + 1 :]))
    ended = start + 1 + len(own) < len(below)  # by a line of the frame, not by a longer title
    if ended and below[start + 1 + len(own)].frame in (None, FrameLine.AFTER_END):
        own = [line for line in own if line.text.startswith("#")]
    for line in own:
        line.frame = FrameLine.TAGS
    return [line.text.lstrip("#").strip() for line in own]


def _is_tag(line: TextLine) -> bool:
    return line.frame is None and line.words <= MAX_TAG_WORDS and not line.is_sentence


def _footnotes(rest: list[TextLine]) -> list[TextLine]:
    """Return the footnotes, and "(Còn nữa)", which stand under the text and its byline.

    "Bài 1: ..." may be the link to another part.
    """
    notes = []
    for line in rest:
        is_note = is_series_note(line.text) and not any(c.isdecimal() for c in line.text[:8])
        if not FOOTNOTE.match(line.text) and not is_note:
            break
        notes.append(line)
    return notes
