"""True edits, from one tone mark to a paragraph.

Each returns the name of the field that it changed, or None if the page has no text for it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable

from mutations.shapes import MIN_UNIQUE_CHARS, Draft
from mutations.wording import TONES
from pipelines.text.normal_forms import clean, comparison

SYLLABLE = re.compile(r"(?<![&#\w])[^\W\d_]+(?![\w;])")
DIGIT = re.compile(r"(?<![&#\w])\d+(?![\w;])")
DAY = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")
CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(?!:?\d)")
DATELINE = re.compile(r"\s*[^\s-]{1,12} ?[-–] ?")
SENTENCE = re.compile(r"(?<=[.!?]) (?=[^\W\d_])")
VOWELS = "aăâeêioôơuưy"
WORDS = ("mới", "cũ", "ba", "huyện", "sông", "nhiều", "ít", "không", "đã", "vườn", "thôn", "bền")
NAMES = ("Hạnh", "Thắng", "Ngân", "Lộc", "Dung", "Khoa", "Quyên", "Vinh")
SENTENCES = (
    "Riêng tổ {n} xin thêm một tuần để làm cho xong đoạn kè còn lại.",
    "Số tiền {n} triệu đồng do bà con tự góp, không ai bị bắt buộc.",
    "Việc này sẽ được bàn lại trong buổi họp thôn ngày {n} tháng sau.",
    "Đến cuối tuần, chỉ còn {n} hộ chưa nhận được thông báo của xã.",
)
ChangeMatch = Callable[[str, re.Match[str]], str | None]


def tone(draft: Draft) -> str | None:
    """One tone mark of one syllable of the body."""

    def change(text: str, found: re.Match[str]) -> str | None:
        syllable = found[0]
        positions = [n for n, c in enumerate(syllable) if _plain(c).lower() in VOWELS]
        marked = [n for n in positions if _tone_of(syllable[n])]
        if not positions:
            return None
        position = draft.rng.choice(marked or positions)
        others = [t for t in ("", *TONES) if t != _tone_of(syllable[position])]
        letter = _with_tone(syllable[position], draft.rng.choice(others))
        return syllable[:position] + letter + syllable[position + 1 :]

    return _one_word(draft, SYLLABLE, change, "body")


def digit(draft: Draft) -> str | None:
    def change(text: str, found: re.Match[str]) -> str | None:
        number = found[0]
        position = draft.rng.randrange(len(number))
        other = draft.rng.choice([d for d in "123456789" if d != number[position]])
        return number[:position] + other + number[position + 1 :]

    return _one_word(draft, DIGIT, change, "body", "lead", "captions")


HEAD_TITLE = re.compile(r"<(?:title|meta)\b", re.IGNORECASE)


def replaced(draft: Draft) -> str | None:
    return _one_word(draft, SYLLABLE, _another(draft), "body")


def inserted(draft: Draft) -> str | None:
    return _one_word(draft, SYLLABLE, lambda text, m: f"{m[0]} {draft.rng.choice(WORDS)}", "body")


def deleted(draft: Draft) -> str | None:
    """One syllable and the space behind it."""
    for n in _shuffled(draft, "body"):
        text = _composed(draft.tokens[n])
        found = [m for m in SYLLABLE.finditer(text) if text[m.end() : m.end() + 1] == " "]
        if len(found) > 2:
            chosen = draft.rng.choice(found)
            return _write(draft, n, text[: chosen.start()] + text[chosen.end() + 1 :])
    return None


def sentence_in(draft: Draft) -> str | None:
    for n in _shuffled(draft, "body"):
        text = _composed(draft.tokens[n])
        found = [m.start() for m in SENTENCE.finditer(text)]
        if found:
            position = draft.rng.choice(found)
            return _write(draft, n, f"{text[:position]} {_sentence(draft)}{text[position:]}")
    return None


def sentence_out(draft: Draft) -> str | None:
    for n in _shuffled(draft, "body"):
        parts = SENTENCE.split(_composed(draft.tokens[n]))
        if len(parts) > 2:
            del parts[draft.rng.randrange(1, len(parts) - 1)]
            return _write(draft, n, " ".join(parts))
    return None


def paragraph_in(draft: Draft) -> str | None:
    """Two sentences of their own, behind any paragraph but the last."""
    if len(draft.shape.paragraphs) < 2:
        return None
    start, end = draft.rng.choice(draft.shape.paragraphs[:-1])
    opening = draft.shape.tokens[start]
    draft.tokens[end] += f"\n{opening}{_sentence(draft)} {_sentence(draft)}</p>"
    return "body"


def paragraph_out(draft: Draft) -> str | None:
    if len(draft.shape.paragraphs) < 3:
        return None
    start, end = draft.rng.choice(draft.shape.paragraphs[1:-1])
    draft.tokens[start : end + 1] = [""] * (end + 1 - start)
    return "body"


def title(draft: Draft) -> str | None:
    """A word of the title, wherever the page prints the title or this part, its head included.

    No CMS saves a new title and leaves the old one in <title> and og:title, or in one of two spans.
    """
    positions = draft.printing("title")
    before = {n: clean(html.unescape(draft.tokens[n])) for n in positions}
    parts = [n for n in positions if not any(_is_part(before[m], before[n]) for m in positions)]
    changed = _one_text(draft, parts, SYLLABLE, _another(draft))
    for n in parts:
        old, new = before[n], clean(html.unescape(draft.tokens[n]))
        if not old or old == new:
            continue
        for place, token in enumerate(draft.tokens):
            text = clean(html.unescape(token))
            if (place in before or HEAD_TITLE.match(token)) and old in text:
                start = token[: len(token) - len(token.lstrip())]
                draft.tokens[place] = start + text.replace(old, new) + token[len(token.rstrip()) :]
    return changed


def _is_part(text: str, whole: str) -> bool:
    return text != whole and text in whole


def lead(draft: Draft) -> str | None:
    """A word of the lead; the name of the paper before it, "(HG) - ", is not part of it."""

    def change(text: str, found: re.Match[str]) -> str | None:
        mark = DATELINE.match(text)
        return None if mark and found.start() < mark.end() else _another(draft)(text, found)

    return _one_word(draft, SYLLABLE, change, "lead")


def caption(draft: Draft) -> str | None:
    """A word of a caption before the photographer's name."""

    def change(text: str, found: re.Match[str]) -> str | None:
        credit = re.search(r"ảnh", text, re.I)
        if credit and found.end() >= credit.start():
            return None
        return _another(draft)(text, found)

    return _one_word(draft, SYLLABLE, change, "captions")


def byline(draft: Draft) -> str | None:
    """The last part of an author's name."""
    for n in _shuffled(draft, "byline"):
        text = _composed(draft.tokens[n])
        name = text.split("(")[0]  # the employer of the author is in brackets
        found = [m for m in SYLLABLE.finditer(name) if m[0][0].isupper() and len(m[0]) > 1]
        if len(found) < 2:
            continue
        last = found[-1]
        name = draft.rng.choice([x for x in NAMES if x.lower() != last[0].lower()])
        name = name.upper() if last[0].isupper() else name
        return _write(draft, n, text[: last.start()] + name + text[last.end() :])
    return None


def day(draft: Draft) -> str | None:
    """The day of publication, in the page and in the metadata."""
    return _date(draft, DAY, _other_day)


def clock(draft: Draft) -> str | None:
    """The minute of publication."""
    return _date(draft, CLOCK, _other_minute)


EDITS: dict[str, Callable[[Draft], str | None]] = {
    "one tone mark": tone,
    "one digit": digit,
    "syllable replaced": replaced,
    "syllable inserted": inserted,
    "syllable deleted": deleted,
    "sentence inserted": sentence_in,
    "sentence removed": sentence_out,
    "paragraph added": paragraph_in,
    "paragraph removed": paragraph_out,
    "title word": title,
    "lead word": lead,
    "caption word": caption,
    "byline name": byline,
    "date: day": day,
    "date: minute": clock,
}


def _one_word(draft: Draft, what: re.Pattern[str], change: ChangeMatch, *fields: str) -> str | None:
    return _one_text(draft, draft.printing(*fields), what, change)


def _one_text(
    draft: Draft,
    positions: list[int],
    what: re.Pattern[str],
    change: ChangeMatch,
) -> str | None:
    """Change one match in one of these tokens so that the compared text differs."""
    for n in draft.rng.sample(positions, len(positions)):
        text = _composed(draft.tokens[n])
        found = list(what.finditer(text))
        for match in draft.rng.sample(found, min(4, len(found))):
            new = change(text, match)
            changed = text[: match.start()] + (new or match[0]) + text[match.end() :]
            if new is not None and _differ(text, changed):
                return _write(draft, n, changed)
    return None


def _write(draft: Draft, n: int, text: str) -> str:
    """Write a token, and all other tokens with the same text, as a content system does.

    It prints a lead above the article from the same field as in the article's first paragraph.
    """
    before, after = draft.tokens[n].strip(), text.strip()
    same = clean(html.unescape(before))
    for other in draft.printing(draft.shape.fields[n]):
        if clean(html.unescape(draft.tokens[other])) == same:
            draft.tokens[other] = text
    if len(before) >= MIN_UNIQUE_CHARS:
        marked = draft.shape.fields
        copies = ("", "lead") if marked[n] == "lead" else ("",)
        draft.tokens = [
            token.replace(before, after) if marked[position] in copies else token
            for position, token in enumerate(draft.tokens)
        ]
    return draft.shape.fields[n]


def _differ(old: str, new: str) -> bool:
    return comparison(html.unescape(old)) != comparison(html.unescape(new))


def _date(
    draft: Draft, what: re.Pattern[str], change: Callable[[re.Match[str]], tuple[str, str, str]]
) -> str | None:
    for n in draft.printing("published"):
        match = what.search(draft.tokens[n])
        if match is None:
            continue
        text, old, new = change(match)
        draft.tokens[n] = draft.tokens[n].replace(match[0], text)
        draft.tokens = [t.replace(old, new) if "<" in t else t for t in draft.tokens]
        return "published"
    return None


def _other_day(match: re.Match[str]) -> tuple[str, str, str]:
    """Return the new printed day, and the ISO 8601 dates before and after."""
    number, mark, month, year = match.groups()
    other = 12 if int(number) == 11 else 11
    iso = f"{year}-{int(month):02}-"
    return f"{other:02}{mark}{month}{mark}{year}", f"{iso}{int(number):02}", f"{iso}{other:02}"


def _other_minute(match: re.Match[str]) -> tuple[str, str, str]:
    hour, minute = match.groups()
    other = f"{(int(minute) + 7) % 60:02}"
    return f"{hour}:{other}", f"T{int(hour):02}:{minute}", f"T{int(hour):02}:{other}"


def _another(draft: Draft) -> ChangeMatch:
    """A word in position of another one, in the same case."""

    def change(text: str, found: re.Match[str]) -> str | None:
        old = found[0]
        word = draft.rng.choice([w for w in WORDS if w != old.lower()])
        if len(old) > 1 and old.isupper():
            return word.upper()
        return word.capitalize() if old[0].isupper() else word

    return change


def _sentence(draft: Draft) -> str:
    return draft.rng.choice(SENTENCES).format(n=draft.rng.randrange(2, 29))


def _shuffled(draft: Draft, *fields: str) -> list[int]:
    positions = draft.printing(*fields)
    return draft.rng.sample(positions, len(positions))


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _plain(letter: str) -> str:
    apart = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", "".join(c for c in apart if c not in TONES))


def _tone_of(letter: str) -> str:
    return next((c for c in unicodedata.normalize("NFD", letter) if c in TONES), "")


def _with_tone(letter: str, tone: str) -> str:
    return unicodedata.normalize("NFC", _plain(letter) + tone)
