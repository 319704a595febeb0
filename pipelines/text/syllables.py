"""Spelling of Vietnamese syllables: onset + rhyme + tone by rule, without a word list.

The rules of quốc ngữ spelling: c/k, g/gh and ng/ngh by the vowel that follows, qu and
gi as onsets, and only sắc and nặng on a syllable that ends in c, ch, p or t.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import product

GRAVE, ACUTE, HOOK, TILDE, DOT = TONES = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"

_ANY_VOWEL_ONSETS = "b ch d đ h kh l m n nh p ph r s t th tr v x"
_BACK_ONSETS = "c g ng"  # before a ă â o ô ơ u ư
_FRONT_ONSETS = "k gh ngh"  # before e ê i
_Y_ONSETS = "h k l m n s t th v"  # ly, Mỹ, Thy: y written for i

_BACK = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
o oc oi om on ong op ot ooc oong ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt
ư ưa ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
"""
_FRONT = """
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
"""
_ROUNDED = """
oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet
uân uâng uât uây uê uêch uênh uơ uy uya uych uyn uynh uyp uyt uyu uyên uyêt
"""
_BARE = "y yêm yên yêng yêt yêu"
_AFTER_QU = """
a ac ach ai am an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng ât âu ây e en eo et
ê êch ên ênh êt i in it y ych yn ynh yt yên yêt ôc ơ ơi ơn
"""
_AFTER_GI = "m n p êc êm ên êng êt e em en eo ep et"
_SPELT = (
    (("", *_ANY_VOWEL_ONSETS.split()), _BACK + _FRONT + _ROUNDED),
    (_BACK_ONSETS.split(), _BACK),
    (("g", "ng"), _ROUNDED),  # c before a glide is written qu
    (_FRONT_ONSETS.split(), _FRONT),
    (_Y_ONSETS.split(), "y"),
    (("",), _BARE),
    (("qu",), _AFTER_QU),
    (("gi",), _BACK + _AFTER_GI),
)


def _toneless() -> Iterator[tuple[str, str]]:
    """Yield every (onset, rhyme) that the spelling allows."""
    yield "gi", ""
    for onsets, rhymes in _SPELT:
        yield from product(onsets, rhymes.split())


_FINAL = re.compile("(?:ch|nh|ng|[cmnpt])$")
_EITHER = ("oa", "oe", "uy")  # hòa and hoà, khỏe and khoẻ, ủy and uỷ
_SECOND = ("oai", "oay", "oao", "oeo", "uya", "uyu")


def _tone_indexes(rhyme: str) -> tuple[int, ...]:
    """Return the indexes in the rhyme of the letters that may carry the tone."""
    marked = [i for i, letter in enumerate(rhyme) if letter in "ăâêôơư"]
    if marked:
        return (marked[-1],)
    vowels = len(_FINAL.sub("", rhyme))
    if rhyme in _EITHER:
        return (0, 1)
    if vowels < len(rhyme):
        return (vowels - 1,)
    return (1,) if rhyme in _SECOND else (0,)


def _toned(onset: str, rhyme: str) -> Iterator[str]:
    has_stop_final = rhyme.endswith(("c", "ch", "p", "t"))
    if not has_stop_final:
        yield onset + rhyme
    if onset == "gi" and rhyme in ("", "m", "n", "p"):  # gì, gìn: the i of the onset is the vowel
        onset, rhyme = "g", "i" + rhyme
    for tone in (ACUTE, DOT) if has_stop_final else TONES:
        for index in _tone_indexes(rhyme):
            cut = index + 1
            yield unicodedata.normalize("NFC", onset + rhyme[:cut] + tone + rhyme[cut:])


@cache
def legal_syllables() -> frozenset[str]:
    """Return all legal syllables, lower case, NFC, in both tone placements. Built on first use."""
    return frozenset(s for onset, rhyme in _toneless() for s in _toned(onset, rhyme))


def is_syllable(word: str) -> bool:
    """Return True if the NFC word, in any case, is spelt as one Vietnamese syllable.

    Eth typed for đ counts as đ, as in pipelines.text.normal_forms.clean.
    """
    return word.lower().replace("\u00f0", "đ") in legal_syllables()


_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")


def valid_share(text: str) -> float:
    """Return the share (0.0 to 1.0) of words that are Vietnamese syllables; 0.0 without words."""
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    return sum(map(is_syllable, words)) / len(words) if words else 0.0
