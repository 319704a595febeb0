"""Fetches the few pages of a site as tinwatch add does, one scenario a process.

    python fetch_few_pages.py SCENARIO HOME

Twisted's reactor starts once in a process, so test_live.py runs this as a program. Standard
output is one JSON object: the pages, the error, and what the host of the scenario saw.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawlers.crawl.replay import replay_settings
from crawlers.scaffold.live import fetch_pages
from crawlers.scaffold.saved_pages import NoPages
from schedules.batch import reactor
from tinwatch.demo.sample_sites import pack

TITLES = ("ba-con-trong-xa-ra-dong-tu-som", "tre-nho-ve-lang-hoc-boi-tren-song",
          "cho-phien-dau-nam-dong-nguoi-mua", "lop-hoc-toi-cua-ba-giao-gia")  # fmt: skip
FORBIDDEN = "noi-bo/bai-viet-chi-danh-cho-toa-soan"
seen: list[dict[str, Any]] = []


class Host(BaseHTTPRequestHandler):
    """A small paper: robots.txt, a home page, one section of ten articles; one is forbidden."""

    def do_GET(self) -> None:
        agent = self.headers.get("User-Agent")
        seen.append({"path": self.path, "at": time.monotonic(), "agent": agent})
        status, kind, body = self.answer()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def answer(self) -> tuple[int, str, str]:
        if self.path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nDisallow: /noi-bo/\n"
        if self.path in ("/", "/xa-hoi/"):
            links = [f"{FORBIDDEN}-1099.html", *(f"xa-hoi/{t}-{1000 + n}.html"
                     for n, t in enumerate(TITLES * 3))]  # fmt: skip
            items = "".join(f'<li><a href="/{link}">Bài ở làng</a></li>' for link in links)
            away = '<a href="http://169.254.169.254/mot-trang-khong-duoc-hoi-1.html">x</a>'
            return (
                200,
                "text/html",
                (f'<ul class="menu"><li><a href="/xa-hoi/">Xã hội</a></li></ul>{items}{away}'),
            )
        if "-" not in self.path:
            return 404, "text/html", "không có"
        text = "<p>Sáng nay bà con ra đồng từ sớm, ai cũng mang theo một nắm cơm.</p>" * 6
        trail = '<ul class="breadcrumb"><li><a href="/chuyen-de-he/">Chuyên đề hè</a></li></ul>'
        return 200, "text/html", f"{trail}<h1>Bài ở làng {self.path[-9:-5]}</h1>{text}"

    def log_message(self, *_: object) -> None:
        pass


def on_loopback(home: Path, *, allow: bool = True) -> tuple[str, str, dict[str, Any]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    allowed = f'allow_private_hosts = ["127.0.0.1:{server.server_port}"]\n' if allow else ""
    text = f'contact = "toasoan@thu.example"\ndelay = 0.2\n{allowed}'
    (home / "settings.toml").write_text(text, "utf-8")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/", str(home), {}


def on_replay(home: Path, url: str) -> tuple[str, str, dict[str, Any]]:
    file = pack(1, home / "night.warc.gz", ["cantho"])
    return url, str(home), {**replay_settings(), "REPLAY_FILES": [str(file)]}


def main(scenario: str, home: Path) -> None:
    if scenario == "loopback":
        url, folder, more = on_loopback(home)
    elif scenario == "private":
        url, folder, more = on_loopback(home, allow=False)
    elif scenario == "forbidden":
        url, folder, more = on_loopback(home)
        url += f"{FORBIDDEN}-1099.html"
    else:
        url, folder, more = on_replay(home, scenario)
    output: dict[str, Any] = {"pages": [], "error": None}
    try:
        pages = reactor.run(partial(fetch_pages, url, folder, more))
        output["pages"] = [page.url for page in pages]
    except NoPages as error:
        output["error"] = str(error)
    print(json.dumps({**output, "seen": seen}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
