"""Hosts with TLS 1.0, 1.1 or a DH key of 1024 bits: a named failure, or admitted by the site."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dh, rsa
from cryptography.x509.oid import NameOID

# The 1024-bit MODP group of RFC 2409, section 6.2.
WEAK_GROUP = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404"
    "DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406"
    "B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
CRAWL = """
import json, sys
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from crawlers.crawl.errors import failure_reason
from crawlers.spider import LEGACY_TLS
outcomes = []

class Ask(Spider):
    name = "ask"
    custom_settings = dict([LEGACY_TLS]) if sys.argv[1] == "legacy" else {}
    async def start(self):
        for url in sys.argv[2:]:
            yield Request(url, self.parse, errback=self.failed)
    def parse(self, response):
        outcomes.append(response.status)
    def failed(self, failure):
        outcomes.append(failure_reason(failure).code)

process = CrawlerProcess({"LOG_LEVEL": "ERROR", "RETRY_ENABLED": False, "CONCURRENT_REQUESTS": 1})
process.crawl(Ask)
process.start()
print(json.dumps(outcomes))
"""


class Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


def make_certificate(folder: Path) -> Path:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(pem, form, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(private + certificate.public_bytes(pem))
    group = dh.DHParameterNumbers(WEAK_GROUP, 2).parameters()
    parameters = group.parameter_bytes(pem, serialization.ParameterFormat.PKCS3)
    (folder / "dh.pem").write_bytes(parameters)
    return folder / "both.pem"


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Addresses of a host with TLS 1.0 only, one with 1.1, one with a weak DH key."""
    certificate = make_certificate(tmp_path_factory.mktemp("tls"))
    servers = []
    for version, ciphers in (
        (ssl.TLSVersion.TLSv1, "ALL"),
        (ssl.TLSVersion.TLSv1_1, "ALL"),
        (ssl.TLSVersion.TLSv1_2, "DHE-RSA-AES128-GCM-SHA256"),
    ):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
        context.load_cert_chain(certificate)
        context.load_dh_params(str(certificate.with_name("dh.pem")))
        context.minimum_version = context.maximum_version = version
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    yield [f"https://localhost:{server.server_address[1]}/" for server in servers]
    for server in servers:
        server.shutdown()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize(("mode", "outcome"), [("usual", "tls_failed"), ("legacy", 200)])
def test_old_tls_is_named_and_admitted_by_the_site(
    hosts: list[str], mode: str, outcome: str | int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CRAWL, mode, *hosts], capture_output=True, text=True, check=True,
        timeout=120,
    )  # fmt: skip
    assert json.loads(done.stdout) == [outcome] * 3, done.stderr
