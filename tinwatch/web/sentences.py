"""Sentences that are stored or found in English, worded anew for a reader of Vietnamese.

A verdict's reason, what health finds, why a page cannot be read, what a site's module notes of its
state and what is wrong with a query are one sentence each. The tables words/sentences.toml,
unreadable.toml, notes.toml and query_hints.toml have the English of all of them with {names} for
what changes; the first that fits is said in the page's language with what stood there. What no line
of them fits stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial

from storage.messages import describe, label
from storage.reasons import Reason
from tinwatch.web.words import Told, say, words

PREFIX = "stored_"  # of the table's keys
LONGEST = 1000  # characters of a sentence that is looked at
ANYTHING = ".+?"  # up to what follows it first
# What may stand for a name; for all others anything.
FORMS = {
    **dict.fromkeys(("number", "total", "more", "articles", "known", "least"), r"\d+"),
    **dict.fromkeys(("share", "before"), r"\d+%"),
    **dict.fromkeys(("host", "url"), r"\S+"),
    **dict.fromkeys(("command", "other"), "tinwatch [^,;]+"),
    "usual": r"[\d.e+]+",
    "day": r"\d\d/\d\d/\d{4}",
    "field": r"\w+",
    "date": r"\d{1,2} [A-Z][a-z]+ \d{4}",
    "month": r"[A-Z][a-z]+ \d{4}",
    "year": r"\d{4}",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_NAME = re.compile(r"\{(\w+)\}")


def sentence_told(sentence: str | Reason, language: str) -> Told:
    """A stored sentence in this language, or as it is where the table does not have it."""
    if isinstance(sentence, Reason):
        return Told(describe(sentence, language), language)
    if language == "en" or len(sentence) > LONGEST:
        return Told(sentence, "en")
    for key, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found:
            parts = {name: _part(name, text, language) for name, text in found.groupdict().items()}
            return Told(say(language, key, **parts), language)
    return Told(sentence, "en")


def field_name(field: str, language: str) -> str:
    """A field of an article as it stands within a line; in English as the record calls it."""
    return field if language == "en" else label("field", field, language).lower()


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(key, _pattern(pair[1])) for key, pair in words().items() if key.startswith(PREFIX)]


def _pattern(english: str) -> re.Pattern[str]:
    parts = _NAME.split(english)  # text, name, text, name, text
    texts, names = map(re.escape, parts[::2]), parts[1::2]
    groups = (f"(?P<{name}>{FORMS.get(name, ANYTHING)})" for name in names)
    return re.compile("".join(t for pair in zip(texts, [*groups, ""], strict=True) for t in pair),
                      re.DOTALL)  # fmt: skip


def _part(name: str, text: str, language: str) -> str:
    word = _WORDINGS.get(name)
    return word(text, language) if word else text


def _told(text: str, language: str) -> str:
    return sentence_told(text, language).text


def _each(text: str, language: str, *, between: str) -> str:
    """Sentences in a row, each told by itself. `between`: a regular expression."""
    return "".join(_told(part, language) for part in re.split(f"({between})", text))


def _decimal(text: str, language: str) -> str:
    return text.replace(".", ",")


def _either(text: str, language: str) -> str:
    return text.replace(" or ", " hoặc ")


def _date(text: str, language: str) -> str:
    """ "1 July 2025" and "July 2025" as 1/7/2025 and 7/2025."""
    *day, month, year = text.split()
    return "/".join([*day, str(MONTHS.index(month) + 1), year]) if month in MONTHS else text


_WORDINGS: dict[str, Callable[[str, str], str]] = {
    **dict.fromkeys(("reason", "last", "ago"), _told),
    "fields": partial(_each, between="; "),
    "pages": partial(_each, between=", (?=https?://)"),
    "field": field_name,
    "usual": _decimal,
    "near": _either,
    **dict.fromkeys(("date", "month"), _date),
}
