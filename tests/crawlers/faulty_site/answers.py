"""Responses for articles: one method per fault, named as in Story.fault."""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any

import brotli
from backports import zstd

from faulty_site.stories import Story, page_without_article, windows_1258

SLOW_SECONDS = 30.0  # longer than any time-out of the tests; a client that leaves ends it
HUGE = 30_000_000
HTML = "text/html; charset=utf-8"
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": partial(brotli.compress, quality=4),
    "zstd": zstd.compress,
}


class Answers(BaseHTTPRequestHandler):
    """Answers for articles; `tried` counts how often this batch asked for the page."""

    server: Any
    counted: bool
    tried: int

    def done(self) -> None:
        """Counts the request as answered: before its last byte, so that none seems to overlap."""
        with self.server.site.lock:
            if self.counted:
                self.counted = False
                self.server.site.busy -= 1

    def answer(
        self, body: bytes, *, status: int = 200, kind: str = HTML, **headers: str | None
    ) -> None:
        coding = self.server.site.coding
        if coding and "Content_Encoding" not in headers:
            body, headers["Content_Encoding"] = PACKERS[coding](body), coding
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value or "")
        self.end_headers()
        self.done()
        self.wfile.write(body)

    def well(self, story: Story) -> None:
        self.answer(story.html().encode())

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

    def twice_zipped(self, story: Story) -> None:
        body = brotli.compress(gzip.compress(story.html().encode()))
        self.answer(body, Content_Encoding="x-gzip, br")

    def falsely_zipped(self, story: Story) -> None:
        self.answer(story.html().encode(), Content_Encoding="gzip")

    def gzip_ends_early(self, story: Story) -> None:
        self.answer(gzip.compress(story.html().encode())[:-200], Content_Encoding="gzip")

    def brotli_ends_early(self, story: Story) -> None:
        self.answer(PACKERS["br"](story.html().encode())[:-100], Content_Encoding="br")

    def damaged_gzip(self, story: Story) -> None:
        packed = bytearray(gzip.compress(story.html().encode()))
        packed[-8] ^= 1  # in the checksum
        self.answer(bytes(packed), Content_Encoding="gzip")

    def unknown_coding(self, story: Story) -> None:
        self.answer(gzip.compress(story.html().encode()), Content_Encoding="compress")

    def bomb(self, story: Story) -> None:
        self.answer(zstd.compress(bytes(HUGE)), Content_Encoding="zstd")

    def short(self, story: Story) -> None:
        """Ends before its Content-Length."""
        body = story.html().encode()
        self.send_response(200)
        self.send_header("Content-Type", HTML)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.done()
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def cut_at_its_length(self, story: Story) -> None:
        """States a Content-Length that leaves the last paragraphs out."""
        body = story.html().encode()
        end = body.index("<p>Theo lời".encode())
        self.send_response(200)
        self.send_header("Content-Type", HTML)
        self.send_header("Content-Length", str(end))
        self.end_headers()
        self.done()
        self.wfile.write(body[:end])
        self.close_connection = True

    def cut_without_length(self, story: Story) -> None:
        """Closes the connection before the last paragraphs, without any length."""
        body = story.html().encode()
        self.send_response(200)
        self.send_header("Content-Type", HTML)
        self.send_header("Connection", "close")
        self.end_headers()
        self.done()
        self.wfile.write(body[: body.index("<p>Theo lời".encode())])
        self.close_connection = True

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

    def to_other_path(self, story: Story) -> None:
        self.answer(b"", status=301, Location=story.other)

    def refreshes(self, story: Story) -> None:
        stub = (
            f'<meta http-equiv="refresh" content="2; url={story.other}"><p>Bài đã chuyển chỗ.</p>'
        )
        self.answer(f"<html><head>{stub}</html>".encode())

    def script_leads_away(self, story: Story) -> None:
        self.answer(f"<html><script>location.replace('{story.other}')</script></html>".encode())

    def challenge(self, story: Story) -> None:
        """A cookie challenge by script, as of firewalls that know no crawler."""
        script = 'document.cookie="D1N=77; path=/";window.location.reload(true);'
        self.answer(f"<html><body>Xin chờ một chút.<script>{script}</script></html>".encode())

    def database_down(self, story: Story) -> None:
        """As WordPress answers, and NukeViet for listings and every other article."""
        if re.search(r"[02468]\.html$|/$|\.rss$", self.path):
            self.user_error(story)
        else:
            page = "<h1>Error establishing a database connection</h1>"
            self.answer(f"<title>Database Error</title>{page}".encode(), status=500)

    def user_error(self, story: Story) -> None:
        """A database that is down, with status 200."""
        text = "<b>User Error</b><br>Sorry! Could not connect to data server<br>(Code: 77aa)"
        self.answer(f"<html><title>User Error</title><body>{text}</body></html>".encode())
