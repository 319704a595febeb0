"""Split the dateline (the paper's own mark) from a lead: "(HG) - ", "(Baonghean.vn) -"."""

from __future__ import annotations

import re
from itertools import pairwise

from pipelines.record.bylines.organisations import HOST, is_publisher
from pipelines.text.memo import cache_short_texts
from pipelines.text.normal_forms import clean

# Abbreviations that begin ordinary sentences and are no dateline.
_NEVER_A_PUBLISHER = frozenset(
    re.findall(
        r"\w+",
        """UBND HĐND MTTQ UBMTTQ TP TPHCM HTX NTM ĐBSCL OCOP COVID ASEAN USD VN TW QH BCH BTV LLVT
        CLB KT THPT THCS TDTT ATGT PCCC KCN FDI GDP GRDP ODA LĐLĐ CCB HND LHPN BHXH BHYT CNTT
        CAND QĐND BĐBP CSGT DN PCI PAR ĐVHC BTC BTG XHCN QPAN ANTT KH NQ QĐ CT KL NĐ TT HD APEC
        WTO WHO UNESCO FLC VNPT EVN SEA FIFA AFF AFC NATO BRICS OPEC IMF AIPA ILO FAO ADB VFF
        ATK AI ESG STEM VNeID VssID TikTok YouTube""",
    )
)

_IN_BRACKETS = re.compile(
    r"[(\[]\s*(?P<dateline>[^()\[\]:,;]{2,40}?)\s*[)\]](?P<after>\s*[-–—.:]?\s*)(?=\S)"
)
_TOKEN = r"[^\W_][\w.]*(?:-[^\W\d_]{1,4}(?=\s*[-–—]))?"
_BARE = re.compile(
    rf"(?P<dateline>{_TOKEN}(?:\s+[-–—]\s+{_TOKEN})?)(?P<after>\s*[-–—]\s*)(?=[^\s\-–—])"
)
_NEVER_A_DATELINE = re.compile(
    r"(?:kỳ|bài|phần|tiếp|ảnh|hình|tập|chương|số|ghi|xem|nguồn|theo)(?!\w)", re.IGNORECASE
)
_MAX_PUBLISHER_WORDS = 4  # of a paper's name in brackets
_MAX_DATELINE_CHARS = 200  # of a lead that the patterns see; datelines are shorter


@cache_short_texts(256)  # of the same lead, by several steps
def split_dateline(text: str) -> tuple[str | None, str]:
    """Return the dateline of a lead and the rest: "(HG) - Ngày ..." -> ("HG", "Ngày ...").

    A dateline is a paper's mark in brackets, a host, a joined name ("YênBái") or an abbreviation
    that begins no ordinary sentence. Without one, return (None, text).
    """
    text = clean(text)
    head = text[:_MAX_DATELINE_CHARS]
    if match := _IN_BRACKETS.match(head):
        if _is_bracketed_dateline(match["dateline"], match["after"]):
            return match["dateline"], text[match.end() :]
        return None, text
    match = _BARE.match(head)
    if match and _opens_a_sentence(text[match.end() :]):
        tokens = re.split(r"\s+[-–—]\s+", match["dateline"])
        if all(_is_publisher_name(token) for token in tokens):
            return match["dateline"], text[match.end() :]
    return None, text


def _is_bracketed_dateline(dateline: str, after: str) -> bool:
    if _NEVER_A_DATELINE.match(dateline) or not dateline[0].isalpha():
        return False
    if is_publisher(dateline) or _is_abbreviation(dateline):
        return True
    dashed = any(dash in after for dash in "-–—")
    return dashed and dateline[0].isupper() and len(dateline.split()) <= _MAX_PUBLISHER_WORDS


def _is_abbreviation(token: str) -> bool:
    letters = token.replace("-", "").replace(".", "")
    return letters.isalpha() and token.isupper() and 2 <= len(letters) <= 8 and " " not in token


def _is_publisher_name(token: str) -> bool:
    if HOST.fullmatch(token):
        return True
    joined = any(a.islower() and b.isupper() for a, b in pairwise(token))
    if joined:
        return token[0].isupper() and token.isalpha() and token not in _NEVER_A_PUBLISHER
    return _is_abbreviation(token) and not _NEVER_A_PUBLISHER & set(re.findall(r"[^\W\d_]+", token))


def _opens_a_sentence(rest: str) -> bool:
    """Return True for a digit, a single capital or a common abbreviation ("UBND thành phố").

    "KT-XH" and "Pleiku - phố núi" open none.
    """
    rest = rest.lstrip("“\"'‘(")
    first = re.match(r"\w+(?=\s)", rest)
    if first and first[0] in _NEVER_A_PUBLISHER:
        return True
    return rest[:1].isdigit() or (rest[:1].isupper() and not rest[1:2].isupper())
