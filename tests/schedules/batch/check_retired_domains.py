"""Check retired domains on 127.0.0.1; print their states and the requests.

    python check_retired_domains.py HOME (all | dead | stopped)

127.0.0.1 stands for the public network here; every other private address is one. Twisted's
reactor starts once in a process, so test_retired_domains.py runs this as a program.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawlers.site_config import SiteConfig
from schedules.batch.retired_domains import Offline, check_domains
from storage.home import HomeError, open_home

HTML = "text/html; charset=utf-8"
PARKED = "<title>alpha.example</title><h1>This domain is for sale</h1><p>Giá từ 900 đô.</p>"
PAPER = "<title>Nhà hàng Bến Cũ</title><h1>Món ngon mỗi ngày</h1>"

connected: set[str] = set()


class Host(ThreadingHTTPServer):
    """A host with one answer for `/`. `asked`: path and user agent of each request."""

    daemon_threads = True

    def __init__(self, body: str = "", to: str = "", robots: tuple[int, str] = (404, "")) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.body, self.to, self.robots = body, to, robots
        self.asked: list[tuple[str, str]] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Host

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        host = self.server
        host.asked.append((self.path, self.headers["User-Agent"]))
        if self.path == "/robots.txt":
            self.answer(*host.robots)
        elif host.to:
            self.answer(301, "", host.to.format(own=host.place))
        else:
            self.answer(200, host.body)

    def answer(self, status: int, body: str, to: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", HTML)
        if to:
            self.send_header("Location", to)
        self.end_headers()
        self.wfile.write(body.encode())


def listen(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        connected.add(str(args[1][0]))


def no_name_server(name: str) -> str:
    if name == "127.0.0.1":
        return name
    raise socket.gaierror(-2, "Name or service not known")


def stop_after(host: Host) -> None:
    """Send SIGINT after the first request to this host."""
    while not host.asked:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)


def scene() -> tuple[Host, dict[str, Host]]:
    """The site's live host, and hosts of retired domains by their behaviour."""
    live, foreign = Host("<title>Báo Thử</title>"), Host(PAPER)
    new = f"http://{live.place}/tin"
    return live, {
        "redirects": Host(to=new),
        "refreshes": Host(f'<meta http-equiv="refresh" content="0; url={new}">'),
        "elsewhere": Host(to=f"http://{foreign.place}/an"),
        "parked": Host(PARKED),
        "answers": Host(PAPER),
        "large": Host("<p>Chào</p>" * 30_000),
        "private": Host(to="http://169.254.169.254/latest/"),
        "circle": Host(to="http://{own}/"),
        "forbidden": Host(PAPER, robots=(200, "User-agent: *\nDisallow: /\n")),
        "robots_down": Host(PAPER, robots=(503, "")),
        "foreign": foreign,
    }


def main() -> None:
    folder, what = Path(sys.argv[1]), sys.argv[2]
    folder.mkdir(exist_ok=True)
    socket.gethostbyname = no_name_server  # type: ignore[assignment]
    live, hosts = scene()
    allowed = json.dumps([host.place for host in (live, *hosts.values())] + ["127.0.0.1:1"])
    text = f'contact = "a@b.example"\ndelay = 0.05\nallow_private_hosts = {allowed}\n'
    (folder / "settings.toml").write_text(text, "utf-8")
    asked = {name: host.place for name, host in hosts.items() if name != "foreign"}
    dead = {"refused": "127.0.0.1:1", "no_name": "cu.example", "no_name_either": "cu2.example"}
    places = dead if what == "dead" else asked | dead

    class Thu(SiteConfig):
        name = "thu"
        title = "Báo Thử"
        province = "hau-giang"
        kind = "newspaper"
        domains = [live.place]
        retired_domains = [*places.values()]
        feeds = ["tin.rss"]
        article_url = r"-bai(?P<key>\d+)\.html$"
        select = {"title": ["h1"], "published": [".ngay"], "body": [".than"]}
        absent = {"updated", "source", "section", "tags", "lead", "byline"}

    sys.addaudithook(listen)
    if what == "stopped":
        threading.Thread(target=stop_after, args=[hosts["elsewhere"]], daemon=True).start()
    try:
        found = check_domains(open_home(folder), [Thu])
    except Offline as error:
        json.dump({"error": error.reason.to_dict()}, sys.stdout)
        return
    except (HomeError, KeyboardInterrupt) as error:
        json.dump({"error": str(error) or type(error).__name__}, sys.stdout)
        return
    names = {place: name for name, place in places.items()}
    result = {
        "states": {names[one.domain]: one.state for one in found},
        "rows": {names[one.domain]: asdict(one) for one in found},
        "live": live.place,
        "foreign": hosts["foreign"].place,
        "asked": {name: host.asked for name, host in hosts.items()} | {"live": live.asked},
        "connected": sorted(connected),
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
