"""Names in running text: runs of capitalised syllables that are not just how a sentence begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.record.bylines.organisations import is_organisation
from pipelines.record.bylines.person_names import is_person, without_titles
from pipelines.text.normal_forms import is_all_caps

MAX_NAME_SYLLABLES = 8  # syllables; a longer run is a heading
_FORMS_OF_ADDRESS = frozenset(["ông", "bà", "anh", "chị", "em", "cô", "chú", "bác", "cụ", "cháu"])
# Behind these a single capitalised syllable is a name too: "ông Dín", "xã Tân".
_PLACES = ["xã", "phường", "huyện", "tỉnh", "quận", "thôn", "bản", "ấp", "phố", "đường", "sông"]
_BEFORE_A_NAME = _FORMS_OF_ADDRESS | {*_PLACES, "núi", "cầu", "chợ"}
_OPENING = "“\"'‘(«["
_CLOSING = "”\"'’)»]"
_ENDS_SENTENCE = re.compile(r"[.!?:…;]$")
_ENDS_NAME = re.compile(r"[,.!?:;…)\]”\"’»]$")
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")


def names_in(words: list[str]) -> Iterator[tuple[str, int, int]]:
    """(name, first word, behind its last word) of each name; none in a text all in capitals.

    Words are parted by white space and carry their punctuation; the name comes without it.
    """
    if is_all_caps(" ".join(words)):
        return
    place = 0
    while place < len(words):
        end = _run_end(words, place)
        if end == place:
            place += 1
            continue
        start = _without_opening(words, place, end)
        if start < end and _counts(words, start, end):
            yield " ".join(_bare(word) for word in words[start:end]), start, end
        place = end


def _bare(word: str) -> str:
    return word.strip(_OPENING + _CLOSING + ",.!?:;…")


def _run_end(words: list[str], place: int) -> int:
    """Where a run of capitalised words that begins here ends; `place` where none begins."""
    end = place
    while end < min(len(words), place + MAX_NAME_SYLLABLES) and _capitalised(words[end]):
        if end > place and words[end][0] in _OPENING:
            break
        end += 1
        if _ENDS_NAME.search(words[end - 1]):
            break
    return end


def _capitalised(word: str) -> bool:
    """A capital and small letters, or an initial; abbreviations (UBND) are no part of a name."""
    bare = _bare(word)
    if not bare or not bare[0].isupper() or not _NAME_WORD.fullmatch(bare):
        return False
    return len(bare) == 1 or not bare.isupper()


def _without_opening(words: list[str], start: int, end: int) -> int:
    """A run's start without forms of address, and without a sentence's first word that is none.

    The first word of a sentence has its capital for that; it stays where the run reads as a
    person's name.
    """
    if _bare(words[start]).lower() in _FORMS_OF_ADDRESS and end - start > 1:
        return start + 1
    if not _begins_sentence(words, start):
        return start
    run = " ".join(_bare(word) for word in words[start:end])
    person = without_titles(run)
    if person == run and is_person(run, 2):
        return start
    return end - len(person.split()) if person != run else start + 1


def _begins_sentence(words: list[str], place: int) -> bool:
    if place == 0 or words[place][0] in _OPENING:
        return True
    return words[place - 1] in "-–—•" or bool(
        _ENDS_SENTENCE.search(words[place - 1].rstrip(_CLOSING))
    )


def _counts(words: list[str], start: int, end: int) -> bool:
    """Two syllables are a name, unless an office begins so ("Bộ Chính trị"); one syllable is one
    only where the word before announces a name."""
    if end - start > 1:
        return not is_organisation(" ".join(_bare(word) for word in words[start:end]))
    return start > 0 and words[start - 1].lower() in _BEFORE_A_NAME
