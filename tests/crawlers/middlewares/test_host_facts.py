"""Host facts of a crawl: the expiry of the certificate, and robots.txt."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import MemoryStatsCollector

from crawlers.crawl.scrapy_stats import ROBOTS
from crawlers.middlewares.host_facts import HostFactsMiddleware, robots_facts

CRAWL = """
import json, sys
from dataclasses import asdict
import scrapy
from scrapy.crawler import CrawlerProcess
from types import SimpleNamespace

class Small(scrapy.Spider):
    name = "small"
    listing_url = "{root}/{section}/"
    listing_urls = staticmethod(lambda: [sys.argv[1] + p for p in ("/tin/", "/mo/", "/rss")])
    crawl_state = SimpleNamespace(articles={1: SimpleNamespace(url=sys.argv[1] + "/tin/bai1.html")})

    async def start(self):
        yield scrapy.Request(sys.argv[1] + "/mo/")

    def parse(self, response):
        pass

process = CrawlerProcess({
    "ROBOTSTXT_OBEY": True, "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False,
    "USER_AGENT": "tinwatch/0.1 (test)",
    "DOWNLOADER_MIDDLEWARES": {"crawlers.middlewares.host_facts.HostFactsMiddleware": 985},
})
crawler = process.create_crawler(Small)
process.crawl(crawler)
process.start()
names = ("certificate", "robots")
print(json.dumps({n: asdict(crawler.stats.get_value("tinwatch/" + n)) for n in names}))
"""


class Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        robots = b"# no news\nUser-agent: *\nDisallow: /tin/\n"
        body = robots if self.path == "/robots.txt" else b"<p>Trang nho</p>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def certified(folder: Path, ends: datetime) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(ends - timedelta(days=90)).not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(pem, form, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(private + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_crawl_stores_certificate_and_robots_txt(tmp_path: Path) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = certified(tmp_path, ends).wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    root = f"https://127.0.0.1:{server.server_address[1]}"
    done = subprocess.run(
        [sys.executable, "-c", CRAWL, root], capture_output=True, text=True, check=True, timeout=60
    )
    server.shutdown()
    facts = json.loads(done.stdout)
    assert facts["certificate"] == {
        "host": "127.0.0.1", "not_after": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
    robots = facts["robots"]
    assert robots["lines"] == ["User-agent: *", "Disallow: /tin/"]
    assert (robots["listings"], robots["listings_forbidden"]) == (3, 1)
    assert (robots["articles"], robots["articles_forbidden"]) == (1, 1)


def test_missing_robots_txt_forbids_nothing() -> None:
    found = robots_facts(b"", ["https://a.vn/tin/"], [])
    assert found.listings_forbidden == 0
    assert found.lines == ()


def test_stored_lines_of_a_huge_robots_txt_are_limited() -> None:
    body = b"User-agent: *\n" + b"Disallow: /" + b"x" * 500 + b"\n" + b"Disallow: /y\n" * 900
    found = robots_facts(body, ["https://a.vn/y"], [])
    assert len(found.lines) == 30
    assert max(map(len, found.lines)) == 120
    assert found.listings_forbidden == 1


def test_html_page_says_nothing_about_robots_txt() -> None:
    crawler = SimpleNamespace(stats=MemoryStatsCollector(Crawler(Spider)))
    middleware = HostFactsMiddleware(cast(Crawler, crawler))
    request = Request("https://a.vn/robots.txt")
    page = Response(request.url, 200, body=b"<html><body>Trang khong co</body></html>")
    assert middleware.process_response(request, page) is page
    assert crawler.stats.get_value(ROBOTS) is None
