"""Detection of names in running text: runs of capitalised syllables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.record.bylines.organisations import is_organisation
from pipelines.record.bylines.person_names import is_person, without_titles
from pipelines.text.normal_forms import is_all_caps

MAX_NAME_SYLLABLES = 8  # a longer run is a heading
_FORMS_OF_ADDRESS = frozenset(["ông", "bà", "anh", "chị", "em", "cô", "chú", "bác", "cụ", "cháu"])
# After these, a single capitalised syllable is a name, too: "ông Dín", "xã Tân".
_BEFORE_A_NAME = _FORMS_OF_ADDRESS | {
    "xã", "phường", "huyện", "tỉnh", "quận", "thôn", "bản", "ấp", "phố", "đường", "sông", "núi",
    "cầu", "chợ",
}  # fmt: skip
_OPENING = "“\"'‘(«["
_CLOSING = "”\"'’)»]"
_ENDS_SENTENCE = re.compile(r"[.!?:…;]$")
_ENDS_NAME = re.compile(r"[,.!?:;…)\]”\"’»]$")
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")


def names_in(words: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield (name, start, end) of each name, as word indexes; nothing in a text in all capitals.

    Words are split at white space and include punctuation; names do not.
    """
    if is_all_caps(" ".join(words)):
        return
    position = 0
    while position < len(words):
        end = _run_end(words, position)
        if end == position:
            position += 1
            continue
        start = _without_opening(words, position, end)
        if start < end and _is_name(words, start, end):
            yield " ".join(_bare(word) for word in words[start:end]), start, end
        position = end


def _bare(word: str) -> str:
    return word.strip(_OPENING + _CLOSING + ",.!?:;…")


def _run_end(words: list[str], start: int) -> int:
    """Return the end of the run of capitalised words at `start`, or `start` if there is none."""
    end = start
    while end < min(len(words), start + MAX_NAME_SYLLABLES) and _capitalised(words[end]):
        if end > start and words[end][0] in _OPENING:
            break
        end += 1
        if _ENDS_NAME.search(words[end - 1]):
            break
    return end


def _capitalised(word: str) -> bool:
    """Whether a word is capitalised, or an initial; abbreviations (UBND) are not."""
    bare = _bare(word)
    if not bare or not bare[0].isupper() or not _NAME_WORD.fullmatch(bare):
        return False
    return len(bare) == 1 or not bare.isupper()


def _without_opening(words: list[str], start: int, end: int) -> int:
    """Return the start of a run without a form of address or a capitalised sentence opening.

    The first word of a sentence is always capitalised; keep it only if the run is a person's name.
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


def _begins_sentence(words: list[str], position: int) -> bool:
    if position == 0 or words[position][0] in _OPENING:
        return True
    return words[position - 1] in "-–—•" or bool(
        _ENDS_SENTENCE.search(words[position - 1].rstrip(_CLOSING))
    )


def _is_name(words: list[str], start: int, end: int) -> bool:
    """Whether a run is a name: two syllables, unless an organisation ("Bộ Chính trị").

    One syllable is a name only after a word that announces one.
    """
    if end - start > 1:
        return not is_organisation(" ".join(_bare(word) for word in words[start:end]))
    return start > 0 and words[start - 1].lower() in _BEFORE_A_NAME
