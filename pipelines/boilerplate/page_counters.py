"""Counters and ages: lines that a page prints anew at each visit, on any site."""

from __future__ import annotations

import re

from pipelines.text.normal_forms import comparison

MAX_LINE_CHARS = 60  # a sentence that mentions a number of readers is longer
_NUMBER = r"\(?\d{1,3}(?:[.,\s]?\d{3})*(?:[.,]\d+)?\s?(?:k|m|tr|nghìn|triệu)?\)?"
_ACT = r"(?:xem|đọc|truy cập|nghe|thích|chia sẻ|tải(?: về)?|bình luận|phản hồi)"
_COUNTED = (
    rf"(?:(?:tổng )?số )?(?:lượt|lần|người) {_ACT}(?: (?:bài(?: viết)?|trang|tin))?"
    rf"|(?:bài viết )?(?:đã|được)(?: được)? {_ACT}|xem|bình luận|phản hồi"
    r"|(?:page ?)?views?|hits?|likes?|shares?|comments?"
)
_COUNTER = re.compile(
    rf"(?:{_COUNTED})\s?[:-]?\s?{_NUMBER}(?: (?:lượt|lần|người))?"
    rf"|(?:đã có )?{_NUMBER}\s(?:{_COUNTED})",
    re.I,
)
_AGE = r"(?:\d{1,4}|một|hai|ba|bốn|vài) (?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm)(?: đồng hồ)?"
_POSTED = r"(?:(?:được )?(?:đăng|cập nhật|xuất bản|gửi)(?: (?:tải|lúc|bài))?|cách đây|khoảng)"
_OF_AGE = re.compile(
    rf"(?:{_POSTED}[ :]*)+{_AGE}(?: trước)?|{_AGE} trước|(?:{_POSTED} )?vừa xong", re.I
)
_COUNTING = re.compile(r"\d|một|hai|ba|bốn|vài|vừa xong", re.I)  # in every match of both
_LONG_AGO = re.compile(r"(?:năm|tháng) trước", re.I)
_AROUND = " \t•·|-–—()[]"


def is_counter_or_age(text: str) -> bool:
    """Whether a line prints only a counter ("Lượt xem: 1.204") or an age ("Đăng 2 ngày trước").

    "Ba năm trước" may be a subhead of the article: an age in months or years counts only with a
    verb before it.
    """
    if len(text) > MAX_LINE_CHARS or not _COUNTING.search(text):
        return False
    line = comparison(text).lower().strip(_AROUND)
    if _COUNTER.fullmatch(line):
        return True
    if not _OF_AGE.fullmatch(line):
        return False
    return not (_LONG_AGO.search(line) and not re.match(_POSTED, line))
