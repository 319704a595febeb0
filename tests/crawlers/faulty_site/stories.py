"""The content of the site: its articles, its request log, and its pages."""

from __future__ import annotations

import threading
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

PLACES = ("Thạnh Hòa", "Phú Hữu", "Tân Bình", "Hiệp Lợi", "Bình Thành", "Long Trị")
WORKS = ("làm đường bê tông", "trồng hàng cây", "sửa cầu gỗ", "mở lớp học tối", "nạo vét kênh")
PEOPLE = ("bà Út Nhàn", "ông Tư Lành", "chị Sáu Mận", "anh Hai Thuận")


@dataclass(slots=True)
class Story:
    """One article of the site. `fault` names how the site answers for it."""

    key: int
    fault: str = ""
    where: str = "listing"  # or "feed", "sitemap" (which lists all)
    section: str = "thoi-su"
    edited: bool = False
    like: int = 0  # key of the story whose text it carries
    canonical: str = ""
    other: str = ""  # a second path that serves it

    @property
    def path(self) -> str:
        return f"/{self.section}/chuyen-cua-xa-bai{self.key}.html"

    @property
    def title(self) -> str:
        key = self.like or self.key
        return f"Xã {PLACES[key % len(PLACES)]} {WORKS[key % len(WORKS)]}, đợt {key}"

    def html(self) -> str:
        key = self.like or self.key
        place, work = PLACES[key % len(PLACES)], WORKS[key % len(WORKS)]
        person = PEOPLE[key % len(PEOPLE)]
        households = key + (7 if self.edited else 0)
        link = f'<link rel="canonical" href="{self.canonical}">' if self.canonical else ""
        return f"""<!DOCTYPE html><html lang="vi">
<head><title>{self.title}</title>{link}</head><body>
<nav><a href="/">Trang nhất</a></nav>
<h1 class="tit">{self.title}</h1><span class="ngay">12/03/2025 08:{key % 60:02d}</span>
<p class="sapo">Sáng nay, bà con xã {place} lại rủ nhau {work}, việc của đợt thứ {key}.</p>
<div class="noi-dung"><p>Gà mới gáy, {households} gia đình ở xã {place} đã có mặt đông đủ.</p>
<p>Theo lời {person}, ai rảnh buổi nào thì góp buổi ấy, không ai phải nhắc ai.</p>
<p>Đến trưa, đoạn thứ {key % 9 + 1} đã xong, cả xóm ngồi lại ăn bữa cơm chung.</p></div>
<p class="tac-gia">Minh Tâm</p></body></html>"""


@dataclass(slots=True)
class Seen:
    """One request, as the host saw it; `at` in seconds of the monotonic clock."""

    at: float
    path: str
    agent: str
    batch: int
    others: int  # requests that were being answered when it came
    condition: str = ""  # If-None-Match or If-Modified-Since


@dataclass
class Site:
    """What the host serves; tests change it between batches."""

    stories: list[Story]
    robots: str = "User-agent: *\nAllow: /\n"
    robots_status: int = 200
    coding: str = ""  # of every answer: gzip, br or zstd
    indexed: bool = False  # sitemap.xml names four packed sitemaps; the newest has all articles
    base: str = ""  # of the links of the listings
    everywhere: str = ""  # a fault of every page
    elsewhere: str = ""  # where the fault "to_other_port" redirects
    batch: int = 1
    log: list[Seen] = field(default_factory=list)
    busy: int = 0
    tries: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def listed(self, section: str) -> list[Story]:
        chosen = [s for s in self.stories if s.where == "listing" and s.fault != "unlisted"]
        return [s for s in chosen if section in (s.section, "thoi-su")]


def page_without_article(title: str) -> bytes:
    """The site's template, with titles and text boxes that may be empty."""
    return f"""<!DOCTYPE html><html lang="vi"><head><title>Báo Thử Nghiệm</title></head><body>
<nav><a href="/">Trang nhất</a></nav><h1 class="tit">{title}</h1><div class="noi-dung"></div>
<footer>Báo Thử Nghiệm, in tại nhà văn hóa xã.</footer></body></html>""".encode()


def windows_1258(text: str) -> bytes:
    """The code page writes the five tone marks as letters of their own."""
    found = bytearray()
    for letter in text:
        try:
            found += letter.encode("cp1258")
        except UnicodeEncodeError:
            found += _split_tone(letter).encode("cp1258")
    return bytes(found)


def _split_tone(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tone = next(p for p in parts if p in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", parts.replace(tone, "")) + tone
