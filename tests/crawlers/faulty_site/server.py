"""The host: listings, feed, sitemap and robots.txt, and a log of its requests."""

from __future__ import annotations

import gzip
import re
import threading
import time
from http.server import ThreadingHTTPServer
from typing import Any

from faulty_site.answers import Answers
from faulty_site.stories import Seen, Site, Story, page_without_article

PER_PAGE = 8
EMPTY_SITEMAP = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>'


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


class Handler(Answers):
    server: Host
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        site = self.server.site
        with site.lock:
            agent = self.headers.get("User-Agent", "")
            condition = self.headers.get("If-None-Match") or self.headers.get(
                "If-Modified-Since", ""
            )
            now = time.monotonic()
            site.log.append(Seen(now, self.path, agent, site.batch, site.busy, condition))
            site.busy += 1
            site.tries[f"{site.batch} {self.path}"] += 1
            self.tried = site.tries[f"{site.batch} {self.path}"]
        self.counted = True
        try:
            self.route(site)
        finally:
            self.done()

    def route(self, site: Site) -> None:
        if site.everywhere:
            getattr(self, site.everywhere)(Story(0))
        elif self.path == "/robots.txt":
            self.answer(site.robots.encode(), status=site.robots_status, kind="text/plain")
        elif self.path == "/rss/tin-moi.rss":
            self.answer(self.feed(site), kind="application/rss+xml")
        elif self.path == "/sitemap.xml":
            found = self.sitemap_index() if site.indexed else self.sitemap(site)
            self.answer(found, kind="application/xml")
        elif site.indexed and (found := re.fullmatch(r"/sitemap-(\d)\.xml\.gz", self.path)):
            shown = self.sitemap(site) if found[1] == "4" else EMPTY_SITEMAP
            self.answer(gzip.compress(shown), kind="application/gzip")
        elif found := re.fullmatch(r"/(thoi-su|hong)/(?:trang-(\d+))?", self.path):
            self.listing(site, found[1], int(found[2] or 1))
        elif self.path == "/" or self.path.startswith("/loi.aspx?"):
            self.answer(page_without_article("Chào bạn đọc"))
        elif story := next((s for s in site.stories if s.path == self.path), None):
            getattr(self, story.fault or "well", self.well)(story)
        elif story := next((s for s in site.stories if s.other == self.path), None):
            self.well(story)
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
        pages = [f"<url><loc>{self.url(story)}</loc></url>" for story in site.stories]
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<urlset xmlns="{space}">{"".join(pages)}</urlset>'.encode()

    def sitemap_index(self) -> bytes:
        named = "".join(
            f"<sitemap><loc>http://127.0.0.1:{self.server.port}/sitemap-{n}.xml.gz</loc>"
            f"<lastmod>2025-03-0{n}</lastmod></sitemap>"
            for n in range(1, 5)
        )
        return f"<sitemapindex>{named}</sitemapindex>".encode()

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
        links = "".join(
            f'<li><a href="{s.path.removeprefix(site.base)}">{s.title}</a></li>' for s in part
        )
        base = f'<base href="{site.base}">' if site.base else ""
        page = f"<html><head>{base}</head><body><ul>{links}</ul></body></html>"
        self.answer(page.encode())
