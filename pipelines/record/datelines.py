"""The house mark that a paper puts before a lead: "(HG) - ", "(Baonghean.vn) -", "YênBái - "."""

from __future__ import annotations

import re
from itertools import pairwise

from pipelines.record.bylines.organisations import HOST, is_publisher
from pipelines.text.normal_forms import clean

# Abbreviations that open ordinary sentences: no house signs with them.
_NOT_A_HOUSE = frozenset(
    re.findall(
        r"\w+",
        """UBND HĐND MTTQ UBMTTQ TP TPHCM HTX NTM ĐBSCL OCOP COVID ASEAN USD VN TW QH BCH BTV LLVT
        CLB KT THPT THCS TDTT ATGT PCCC KCN FDI GDP GRDP ODA LĐLĐ CCB HND LHPN BHXH BHYT CNTT
        CAND QĐND BĐBP CSGT DN PCI PAR ĐVHC BTC BTG XHCN QPAN ANTT KH NQ QĐ CT KL NĐ TT HD APEC
        WTO WHO UNESCO FLC VNPT EVN SEA FIFA AFF AFC""",
    )
)

_IN_BRACKETS = re.compile(
    r"[(\[]\s*(?P<mark>[^()\[\]:,;]{2,40}?)\s*[)\]](?P<after>\s*[-–—.:]?\s*)(?=\S)"
)
_TOKEN = r"[^\W_][\w.]*(?:-[^\W\d_]{1,4}(?=\s*[-–—]))?"
_BARE = re.compile(
    rf"(?P<mark>{_TOKEN}(?:\s+[-–—]\s+{_TOKEN})?)(?P<after>\s*[-–—]\s*)(?=[^\s\-–—])"
)
_NOT_A_MARK = re.compile(
    r"(?:kỳ|bài|phần|tiếp|ảnh|hình|tập|chương|số|ghi|xem|nguồn|theo)(?!\w)", re.IGNORECASE
)
_LONGEST_NAME = 4  # words of a paper's name in brackets


def split_dateline(text: str) -> tuple[str | None, str]:
    """The house mark that a lead opens with, and the rest: "(HG) - Ngày ..." -> ("HG", "Ngày ...").

    Only what a paper signs with is split off: a mark in brackets, a host, a joined name
    ("YênBái"), an abbreviation that opens no ordinary sentence. Else (None, text).
    """
    text = clean(text)
    if match := _IN_BRACKETS.match(text):
        if _is_bracketed_mark(match["mark"], match["after"]):
            return match["mark"], text[match.end() :]
        return None, text
    match = _BARE.match(text)
    if match and _opens_a_sentence(text[match.end() :]):
        tokens = re.split(r"\s+[-–—]\s+", match["mark"])
        if all(_signs(token) for token in tokens):
            return match["mark"], text[match.end() :]
    return None, text


def _is_bracketed_mark(mark: str, after: str) -> bool:
    if _NOT_A_MARK.match(mark) or not mark[0].isalpha():
        return False
    if is_publisher(mark) or _is_abbreviation(mark):
        return True
    dashed = any(dash in after for dash in "-–—")
    return dashed and mark[0].isupper() and len(mark.split()) <= _LONGEST_NAME


def _is_abbreviation(token: str) -> bool:
    letters = token.replace("-", "").replace(".", "")
    return letters.isalpha() and token.isupper() and 2 <= len(letters) <= 8 and " " not in token


def _signs(token: str) -> bool:
    if HOST.fullmatch(token):
        return True
    joined = any(a.islower() and b.isupper() for a, b in pairwise(token))
    if joined:
        return token[0].isupper() and token.isalpha()
    return _is_abbreviation(token) and not _NOT_A_HOUSE & set(re.findall(r"[^\W\d_]+", token))


def _opens_a_sentence(rest: str) -> bool:
    """A capital and then no second one, or a number: "KT-XH" and "Pleiku - phố núi" do not."""
    rest = rest.lstrip("“\"'‘(")
    return rest[:1].isdigit() or (rest[:1].isupper() and not rest[1:2].isupper())
