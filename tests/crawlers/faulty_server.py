"""A small news site on 127.0.0.1 with every fault that a host can have, and its own log.

Not a test: tests/crawlers/crawl_faulty_site.py starts it beside the crawl.
"""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import struct
import threading
import time
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PER_PAGE = 8
SLOW_SECONDS = 30.0  # longer than any time-out of the tests; a client that leaves ends it
HUGE = 30_000_000
HTML = "text/html; charset=utf-8"

PLACES = ("Thạnh Hòa", "Phú Hữu", "Tân Bình", "Hiệp Lợi", "Bình Thành", "Long Trị")
WORKS = ("làm đường bê tông", "trồng hàng cây", "sửa cầu gỗ", "mở lớp học tối", "nạo vét kênh")
PEOPLE = ("bà Út Nhàn", "ông Tư Lành", "chị Sáu Mận", "anh Hai Thuận")


@dataclass(slots=True)
class Story:
    """One article of the site. `fault` names how the site answers for it."""

    key: int
    fault: str = ""
    where: str = "listing"  # or "feed"
    section: str = "thoi-su"
    edited: bool = False
    like: int = 0  # key of the story whose text it carries
    canonical: str = ""
    dated: str = ""  # how the sitemap dates it: honestly, now, never (not at all if empty)

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
    night: int
    others: int  # requests that were being answered when it came
    condition: str = ""  # If-None-Match or If-Modified-Since


@dataclass
class Site:
    """What the host serves; tests change it between nights."""

    stories: list[Story]
    robots: str = "User-agent: *\nAllow: /\n"
    robots_status: int = 200
    elsewhere: str = ""  # where the fault "to_other_port" redirects
    night: int = 1
    log: list[Seen] = field(default_factory=list)
    busy: int = 0
    tries: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def listed(self, section: str) -> list[Story]:
        chosen = [s for s in self.stories if s.where == "listing" and s.fault != "unlisted"]
        return [s for s in chosen if section in (s.section, "thoi-su")]


class Host(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.site = site
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    server: Host
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        site = self.server.site
        with site.lock:
            agent = self.headers.get("User-Agent", "")
            self.condition = self.headers.get("If-None-Match") or self.headers.get(
                "If-Modified-Since", ""
            )
            now = time.monotonic()
            site.log.append(Seen(now, self.path, agent, site.night, site.busy, self.condition))
            site.busy += 1
            site.tries[f"{site.night} {self.path}"] += 1
            self.tried = site.tries[f"{site.night} {self.path}"]
        self.counted = True
        try:
            self.route(site)
        finally:
            self.done()

    def done(self) -> None:
        """Counts the request as answered: before its last byte, so that none seems to overlap."""
        with self.server.site.lock:
            if self.counted:
                self.counted = False
                self.server.site.busy -= 1

    def route(self, site: Site) -> None:
        if self.path == "/robots.txt":
            self.answer(site.robots.encode(), status=site.robots_status, kind="text/plain")
        elif self.path == "/rss/tin-moi.rss":
            self.answer(self.feed(site), kind="application/rss+xml")
        elif self.path == "/sitemap.xml":
            self.answer(self.sitemap(site), kind="application/xml")
        elif found := re.fullmatch(r"/(thoi-su|hong)/(?:trang-(\d+))?", self.path):
            self.listing(site, found[1], int(found[2] or 1))
        elif self.path == "/" or self.path.startswith("/loi.aspx?"):
            self.answer(page_without_article("Chào bạn đọc"))
        elif story := next((s for s in site.stories if s.path == self.path), None):
            getattr(self, story.fault or "well", self.well)(story)
        else:
            self.answer(b"<h1>Khong co trang nay</h1>", status=404)

    def feed(self, site: Site) -> bytes:
        items = [
            f"<item><title>{s.title}</title><link>{self.url(s)}</link></item>"
            for s in site.stories
            if s.where == "feed"
        ]
        return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()

    def sitemap(self, site: Site) -> bytes:
        pages = []
        for story in site.stories:
            days = {"honestly": 1 + story.edited, "now": site.night, "never": 1}
            day = days.get(story.dated)
            moment = f"<lastmod>2025-03-{day:02d}</lastmod>" if day else ""
            pages.append(f"<url><loc>{self.url(story)}</loc>{moment}</url>")
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<urlset xmlns="{space}">{"".join(pages)}</urlset>'.encode()

    def url(self, story: Story) -> str:
        return f"http://127.0.0.1:{self.server.port}{story.path}"

    def listing(self, site: Site, section: str, page: int) -> None:
        if section == "hong":
            self.answer(b"<h1>Loi may chu</h1>", status=500)
            return
        part = site.listed(section)[(page - 1) * PER_PAGE : page * PER_PAGE]
        if not part:
            self.answer(b"<h1>Het trang</h1>", status=404)
            return
        links = "".join(f'<li><a href="{s.path}">{s.title}</a></li>' for s in part)
        self.answer(f"<html><body><ul>{links}</ul></body></html>".encode())

    def answer(
        self, body: bytes, *, status: int = 200, kind: str = HTML, **headers: str | None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value or "")
        self.end_headers()
        self.done()
        self.wfile.write(body)

    # How an article is answered; the names are those of Story.fault.

    def well(self, story: Story) -> None:
        self.answer(story.html().encode())

    def tagged(self, story: Story) -> None:
        """An ETag that changes with the page."""
        self.unless(story, f'"{sha1(story.html().encode()).hexdigest()}"', "ETag")

    def dated(self, story: Story) -> None:
        changed = datetime(2025, 3, 12 + story.edited, 1, tzinfo=UTC)
        self.unless(story, format_datetime(changed, usegmt=True), "Last-Modified")

    def lying(self, story: Story) -> None:
        """An ETag that never changes."""
        self.unless(story, f'W/"bai-{story.key}"', "ETag")

    def deaf(self, story: Story) -> None:
        """An ETag that changes with the page, and a 304 whatever is asked."""
        self.condition = self.condition and f'"{sha1(story.html().encode()).hexdigest()}"'
        self.tagged(story)

    def renamed(self, story: Story) -> None:
        """Two servers of one host: the page has another name at each, and both know both."""
        name = f'"{story.key} {self.server.site.night}"'
        if self.condition:
            name = self.condition
        self.unless(story, name, "ETag")

    def unasked_304(self, story: Story) -> None:
        self.answer(b"", status=304)

    def unless(self, story: Story, version: str, header: str) -> None:
        named: dict[str, str | None] = {header: version}
        if self.condition == version:
            self.answer(b"", status=304, **named)
        else:
            self.answer(story.html().encode(), **named)

    def slow(self, story: Story) -> None:
        """Says nothing until the client goes away."""
        self.connection.settimeout(SLOW_SECONDS)
        self.done()
        with contextlib.suppress(OSError):
            self.connection.recv(1)
        self.close_connection = True

    def error_500(self, story: Story) -> None:
        self.answer(b"<h1>Loi</h1>", status=500)

    def error_503(self, story: Story) -> None:
        self.answer(b"<h1>Qua tai</h1>", status=503)

    def later_in_seconds(self, story: Story) -> None:
        if self.tried == 1:
            self.answer(b"", status=429, Retry_After="2")
        else:
            self.well(story)

    def later_at_a_date(self, story: Story) -> None:
        if self.tried == 1:
            when = datetime.now(UTC) + timedelta(seconds=2.9)
            self.answer(b"", status=503, Retry_After=format_datetime(when, usegmt=True))
        else:
            self.well(story)

    def much_later(self, story: Story) -> None:
        self.answer(b"", status=503, Retry_After="86400")

    def a_while_later(self, story: Story) -> None:
        self.answer(b"", status=503, Retry_After="250")

    def reset(self, story: Story) -> None:
        self.done()
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def says_latin1(self, story: Story) -> None:
        self.answer(story.html().encode(), kind="text/html; charset=iso-8859-1")

    def says_tcvn(self, story: Story) -> None:
        self.answer(story.html().encode(), kind="text/html; charset=TCVN-5712")

    def in_windows_1258(self, story: Story) -> None:
        self.answer(windows_1258(story.html()), kind="text/html; charset=windows-1258")

    def circle(self, story: Story) -> None:
        self.answer(b"", status=302, Location=story.path)

    def empty(self, story: Story) -> None:
        self.answer(b"")

    def huge(self, story: Story) -> None:
        """Without a length, so that only counting shows how much it is."""
        self.send_response(200)
        self.send_header("Content-Type", HTML)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self.done()
        chunk = story.html().encode() + b" " * 1_000_000
        for _ in range(HUGE // len(chunk)):
            self.wfile.write(chunk)

    def broken_off(self, story: Story) -> None:
        """A chunked answer that ends in the middle of a chunk."""
        body = story.html().encode()
        self.send_response(200)
        self.send_header("Content-Type", HTML)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.done()
        self.wfile.write(f"{len(body):x}\r\n".encode() + body[: len(body) // 2])
        self.close_connection = True

    def malformed(self, story: Story) -> None:
        broken = re.sub(r"</(?:p|span|nav|body|html|a)>", "", story.html())
        self.answer(broken.replace("</head>", "").encode() + b"<div <<p></b></table>")

    def zipped(self, story: Story) -> None:
        self.answer(gzip.compress(story.html().encode()), Content_Encoding="gzip")

    def to_other_host(self, story: Story) -> None:
        self.answer(b"", status=302, Location="http://bao-khac.example/tin.html")

    def to_metadata(self, story: Story) -> None:
        self.answer(b"", status=302, Location="http://169.254.169.254/latest/meta-data/")

    def to_other_port(self, story: Story) -> None:
        self.answer(b"", status=302, Location=self.server.site.elsewhere + story.path)

    def to_a_file(self, story: Story) -> None:
        self.answer(b"", status=302, Location="file:///etc/hostname")

    def pdf(self, story: Story) -> None:
        self.answer(b"%PDF-1.4\n%%EOF\n", kind="application/pdf")

    def gone(self, story: Story) -> None:
        self.answer(b"<h1>Khong tim thay</h1>", status=404)

    def says_gone(self, story: Story) -> None:
        self.answer(page_without_article("Trang bạn tìm không tồn tại"))

    def hollow(self, story: Story) -> None:
        self.answer(page_without_article(""))

    def login(self, story: Story) -> None:
        self.answer("<html><title>Đăng nhập</title><body><form></form></body></html>".encode())

    def to_home(self, story: Story) -> None:
        self.answer(b"", status=302, Location="/")

    def to_error(self, story: Story) -> None:
        self.answer(b"", status=302, Location=f"/loi.aspx?aspxerrorpath={story.path}")

    def to_new_address(self, story: Story) -> None:
        """To the story that carries the same text."""
        new = next(s for s in self.server.site.stories if s.like == story.key)
        self.answer(b"", status=301, Location=new.path)


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
